package dev.vast4j.internal.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.vast4j.errors.VastException;
import dev.vast4j.internal.wire.VersionIdentity;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which version the worker runs that the engine routes to next: calls a function that no
 * worker has, which costs next to nothing, and reads the version in the refusal. Thread-safe.
 */
public final class VersionProbe {
  private static final Logger log = LoggerFactory.getLogger(VersionProbe.class);

  /** No function is named like this. */
  private static final String PATH = "/remote/vast4j.version";

  private static final double COST = 1;
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final byte[] PAYLOAD = "{\"kwargs\":{}}".getBytes(UTF_8);

  private final CallContext context;

  VersionProbe(CallContext context) {
    this.context = context;
  }

  /**
   * A worker that answered.
   *
   * @param worker its URL
   * @param version the version that it runs, or null if it does not tell
   */
  public record Answer(String worker, @Nullable String version) {}

  /** Asks a worker; blocks. Returns null when none is ready or it does not answer. */
  public @Nullable Answer ask() throws InterruptedException {
    EndpointKey key;
    try {
      key = context.keys().load().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof VastException failure) {
        throw failure;
      }
      throw e;
    }
    try {
      Exchange exchange = exchange();
      RouteAnswer answer = context.router().route(key, COST, 0, exchange, TIMEOUT_NANOS);
      HttpUrl url = answer.worker();
      return url == null ? null : ask(new Route(url, answer.authData(), key));
    } catch (Router.Failed e) {
      log.debug("no route to a worker whose version to read: {}", e.report().toString());
      return null;
    }
  }

  private Exchange exchange() {
    return new Exchange(
        context.timing().nanoTime(), TIMEOUT_NANOS, TIMEOUT_NANOS, Thread.currentThread());
  }

  private @Nullable Answer ask(Route route) {
    Exchange exchange = exchange();
    CallBody body = new CallBody(route.authData(), null, Payload.encode(out -> out.write(PAYLOAD)));
    Call call =
        context
            .transport()
            .workerOnce()
            .newCall(exchange.request(route.to(PATH), route.key()).post(body).build());
    exchange.runs(call);
    context.transport().watch().add(exchange);
    try (Response response = call.execute()) {
      return new Answer(
          route.worker(), VersionIdentity.parse(response.header(VersionIdentity.HEADER)));
    } catch (IOException e) {
      log.debug("{} does not tell its version: {}", route.worker(), e.toString());
      return null;
    } finally {
      context.transport().watch().remove(exchange);
    }
  }
}
