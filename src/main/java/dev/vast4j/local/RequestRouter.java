package dev.vast4j.local;

import dev.vast4j.local.fleet.ServiceError;
import dev.vast4j.local.page.Page;
import dev.vast4j.local.store.ObjectStore;
import dev.vast4j.local.store.StoreHandler;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.RequestTooBigException;
import io.undertow.util.Headers;
import io.undertow.util.SameThreadExecutor;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Routes each request to its handler, and rejects a foreign Host (DNS rebinding) or Origin (another
 * site's page).
 */
final class RequestRouter implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(RequestRouter.class);
  private static final long MAX_JSON_BYTES = 8L << 20;
  private static final Set<String> HOSTS = Set.of("127.0.0.1", "localhost", "[::1]", "::1");

  private final WebApiHandler webApi;
  private final EngineHandler engineApi;
  private final OpenAiHandler openAi;
  private final ServerTemplates servers;
  private final StoreHandler storeApi;
  private final Page page;
  private final Chaos chaos;
  private final ScheduledExecutorService timer;

  RequestRouter(
      WebApiHandler webApi,
      EngineHandler engineApi,
      OpenAiHandler openAi,
      ServerTemplates servers,
      StoreHandler storeApi,
      Page page,
      Chaos chaos,
      ScheduledExecutorService timer) {
    this.webApi = webApi;
    this.engineApi = engineApi;
    this.openAi = openAi;
    this.servers = servers;
    this.storeApi = storeApi;
    this.page = page;
    this.chaos = chaos;
    this.timer = timer;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    if (!isOurs(exchange)) {
      new HttpCall(exchange, new byte[0])
          .fail(new ServiceError(403, "forbidden", "this engine serves this machine only"));
      return;
    }
    List<String> path = HttpCall.segments(exchange.getRequestPath());
    String first = path.isEmpty() ? "" : path.get(0);
    if (first.equals(ObjectStore.BUCKET)) {
      exchange.dispatch(() -> store(exchange));
    } else if (page.serves(exchange)) {
      page.handle(exchange);
    } else {
      exchange.setMaxEntitySize(MAX_JSON_BYTES);
      exchange
          .getRequestReceiver()
          .receiveFullBytes(
              (received, body) ->
                  // A response may come later, so the exchange must outlive this call.
                  received.dispatch(
                      SameThreadExecutor.INSTANCE, () -> afterChaos(new HttpCall(received, body))),
              (received, failure) -> unreadable(received, failure));
    }
  }

  private static void unreadable(HttpServerExchange exchange, IOException failure) {
    boolean tooLarge = failure instanceof RequestTooBigException;
    if (!tooLarge) {
      LOG.debug("cannot read a request: {}", failure.toString());
    }
    exchange.setPersistent(false);
    new HttpCall(exchange, new byte[0])
        .fail(
            tooLarge
                ? new ServiceError(
                    413, "too_large", "the body has more than " + MAX_JSON_BYTES + " bytes")
                : ServiceError.invalid("cannot read the body"));
  }

  private void afterChaos(HttpCall call) {
    Chaos.Fault fault = chaos.fault(call.requestPath());
    if (fault.error()) {
      call.fail(new ServiceError(500, "chaos", "an injected error"));
    } else if (fault.delayMillis() > 0) {
      var unused = timer.schedule(() -> handle(call), fault.delayMillis(), TimeUnit.MILLISECONDS);
    } else {
      handle(call);
    }
  }

  private void handle(HttpCall call) {
    try {
      List<String> path = call.path();
      if (path.size() >= 3 && path.get(0).equals("api") && path.get(1).equals("v0")) {
        webApi.handle(call);
      } else if (path.size() == 1 && EngineHandler.NAMES.contains(path.get(0))) {
        engineApi.handle(call);
      } else if (path.size() >= 2 && path.get(0).equals(OpenAiHandler.PREFIX)) {
        openAi.handle(call);
      } else if (path.size() >= 2 && path.get(0).equals(ServerTemplates.PREFIX)) {
        servers.handle(call);
      } else {
        throw WebApiHandler.unknown(call);
      }
    } catch (ServiceError error) {
      call.fail(error);
    } catch (RuntimeException e) {
      LOG.error("{} {} failed", call.method(), call.requestPath(), e);
      call.fail(new ServiceError(500, "internal_error", "the engine failed: " + e));
    }
  }

  private void store(HttpServerExchange exchange) {
    try {
      storeApi.handle(exchange);
    } catch (Exception e) {
      LOG.warn("object store: {}", e.toString());
      if (!exchange.isResponseStarted()) {
        exchange.setStatusCode(500);
      }
    } finally {
      exchange.endExchange();
    }
  }

  private static boolean isOurs(HttpServerExchange exchange) {
    if (!HOSTS.contains(exchange.getHostName())) {
      return false;
    }
    @Nullable String origin = exchange.getRequestHeaders().getFirst(Headers.ORIGIN);
    return origin == null || origin.equals("http://" + exchange.getHostAndPort());
  }
}
