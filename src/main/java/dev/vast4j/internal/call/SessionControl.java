package dev.vast4j.internal.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.errors.CallException;
import dev.vast4j.internal.http.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Sends a session's control requests to its worker. Thread-safe. */
final class SessionControl {
  private static final JsonMapper JSON = new JsonMapper();
  private static final MediaType JSON_TYPE = MediaType.get("application/json");
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(10);
  private static final int MOST_BYTES = 1 << 20;

  private final Transport transport;
  private final SessionState session;

  SessionControl(Transport transport, SessionState session) {
    this.transport = transport;
    this.session = session;
  }

  /** The worker refused a request. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    private Refused(int status) {
      super("HTTP " + status);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /** Asks whether the worker has the session; blocks for at most 10 seconds. */
  boolean healthy() throws IOException {
    JsonNode health = ask("/session/health", false);
    return health != null && health.path("ok").asBoolean(false);
  }

  /** Returns what an exception says about a request that failed. */
  CallException.Trace trace(String path) {
    return new CallException.Trace(path, 1, Duration.ZERO, session.route().worker());
  }

  /**
   * Sends one request; blocks for at most 10 seconds.
   *
   * @param path such as {@code /session/get}
   * @param extend asks for another lifetime; workers of the reference ignore it
   * @return the answer; null when the worker does not know the session
   */
  @Nullable JsonNode ask(String path, boolean extend) throws IOException {
    Route route = session.route();
    ObjectNode body = JSON.createObjectNode();
    body.put("session_id", session.id());
    body.set("session_auth", JSON.readTree(route.authData()));
    if (extend) {
      body.put("extend", true);
    }
    Exchange exchange =
        new Exchange(transport.timing().nanoTime(), TIMEOUT, TIMEOUT, Thread.currentThread());
    Request request =
        exchange
            .request(route.to(path), route.key())
            .post(RequestBody.create(body.toString().getBytes(UTF_8), JSON_TYPE))
            .build();
    Call call = transport.worker().newCall(request);
    exchange.runs(call);
    transport.watch().add(exchange);
    try (Response response = call.execute()) {
      int status = response.code();
      if (status == 400 || status == 404 || status == 410) {
        return null;
      }
      if (!response.isSuccessful()) {
        throw new Refused(status);
      }
      if (response.body().source().request(MOST_BYTES + 1L)) {
        throw new IOException("the answer is larger than 1 MB");
      }
      JsonNode answer = JSON.readTree(response.body().byteStream());
      return answer == null ? JSON.createObjectNode() : answer;
    } finally {
      transport.watch().remove(exchange);
    }
  }
}
