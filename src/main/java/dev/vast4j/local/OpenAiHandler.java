package dev.vast4j.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.local.fleet.Placement;
import dev.vast4j.local.fleet.ServiceError;
import dev.vast4j.local.fleet.ServiceJson;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Twin of the service's proxy for OpenAI clients: {@code /openai/<endpoint>/v1/chat/completions}
 * and {@code /completions}, with and without {@code /v1}, by the account's key.
 */
final class OpenAiHandler {
  static final String PREFIX = "openai";

  private static final Logger LOG = LoggerFactory.getLogger(OpenAiHandler.class);
  private static final Set<String> ROUTES = Set.of("chat/completions", "completions");

  /** How long a request waits for a worker. */
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);

  private static final long POLL_MILLIS = 100;

  /** Workers that are tried before their failure is the answer. */
  private static final int ATTEMPTS = 3;

  private final Engine engine;
  private final EngineHandler routes;
  private final Forwarding forwarding;

  OpenAiHandler(Engine engine, EngineHandler routes, Forwarding forwarding) {
    this.engine = engine;
    this.routes = routes;
    this.forwarding = forwarding;
  }

  void handle(HttpCall call) {
    forwarding.run(
        call,
        caller -> {
          try {
            answer(call, caller);
          } catch (ServiceError e) {
            Forwarding.answer(call, e.status(), ServiceJson.bytes(error(e)));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private void answer(HttpCall call, Forwarding.Caller caller) throws InterruptedException {
    engine.access().requireAccount(call.bearer());
    List<String> path = call.path();
    int rest = path.size() > 2 && path.get(2).equals("v1") ? 3 : 2;
    String route = path.size() > rest ? String.join("/", path.subList(rest, path.size())) : "";
    if (!ROUTES.contains(route) || !call.method().equals("POST")) {
      throw ServiceError.notFound(
          "unknown_url",
          "the proxy serves POST /v1/chat/completions and /v1/completions; call other routes with"
              + " Endpoint.request");
    }
    ObjectNode payload = call.json();
    String name = URLDecoder.decode(path.get(1).replace("+", "%2B"), StandardCharsets.UTF_8);
    String key = engine.endpoints().keyOf(name);
    for (int attempt = 1; ; attempt++) {
      ObjectNode auth = route(name, key, caller);
      if (auth == null) {
        return;
      }
      ObjectNode body = ServiceJson.object();
      body.set("auth_data", auth);
      body.putNull("session_id").set("payload", payload);
      boolean begun = false;
      try (Response answer =
          caller.post(auth.path("url").asText() + "/v1/" + route, ServiceJson.bytes(body), key)) {
        begun = true;
        caller.pass(answer);
        return;
      } catch (IOException e) {
        LOG.debug("a worker of {} failed: {}", name, e.toString());
        if (begun || caller.gone()) {
          return;
        }
        if (attempt == ATTEMPTS) {
          throw new ServiceError(502, "bad_gateway", "no worker answers: " + e.getMessage());
        }
      }
    }
  }

  /** Waits for a worker and returns the signed route to it; null when the caller has gone. */
  private @Nullable ObjectNode route(String name, String key, Forwarding.Caller caller)
      throws InterruptedException {
    long began = System.nanoTime();
    long idx = 0;
    while (!caller.gone()) {
      ObjectNode request =
          ServiceJson.object().put("endpoint", name).put("cost", 100).put("request_idx", idx);
      CompletableFuture<Placement> placed = new CompletableFuture<>();
      engine.routing().route(key, request, (endpoint, placement) -> placed.complete(placement));
      Placement placement = placed.join();
      if (placement instanceof Placement.Waiting waiting) {
        if (System.nanoTime() - began > PATIENCE_NANOS) {
          throw new ServiceError(503, "no_worker", "no worker is ready: " + waiting.status());
        }
        idx = waiting.requestIdx();
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } else {
        return routes.routeAnswer(name, request, placement);
      }
    }
    return null;
  }

  /** The form that OpenAI's clients read. */
  private static ObjectNode error(ServiceError error) {
    ObjectNode body = error.body();
    ObjectNode shown = ServiceJson.object();
    shown
        .putObject("error")
        .put("message", body.path("msg").asText())
        .put("type", error.status() < 500 ? "invalid_request_error" : "server_error")
        .put("code", body.path("error").asText());
    return shown;
  }
}
