package dev.vast4j.internal.call;

import dev.vast4j.api.Connection;
import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.ServiceUnreachableException;
import dev.vast4j.errors.UnexpectedAnswerException;
import dev.vast4j.errors.VastException;
import dev.vast4j.internal.http.ErrorBody;
import dev.vast4j.internal.http.FirstContact;
import dev.vast4j.internal.http.Transport;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;

/** Sends route requests to the engine. Thread-safe. */
final class Router {
  /** The header by which the embedded engine announces itself. */
  private static final String OWN_ENGINE = "Vast4j-Engine";

  static final String OPERATION = "POST /route/";
  static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

  /**
   * The most requests at once: they are short, and thousands of calls must not flood the engine.
   */
  private static final int AT_ONCE = 64;

  private static final int MOST_BYTES = 1 << 20;
  private static final MediaType JSON = MediaType.get("application/json");

  private final Transport transport;
  private final FirstContact contact;
  private final HttpUrl url;

  /** Whether the engine is the embedded one, which alone is told how long callers wait. */
  private volatile boolean ownEngine;

  private final Semaphore slots = new Semaphore(AT_ONCE);

  Router(Connection connection) {
    this.transport = connection.transport();
    this.contact = connection.engineContact();
    this.url = HttpUrl.get(connection.engineUrl() + "/route/");
  }

  /** A route request that failed. */
  static final class Failed extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final boolean hopeless;
    private final VastException report;

    private Failed(int status, VastException report) {
      this(status, false, report);
    }

    private Failed(int status, boolean hopeless, VastException report) {
      super(null, null, false, false);
      this.status = status;
      this.hopeless = hopeless;
      this.report = report;
    }

    /** Whether no further request can connect. */
    boolean hopeless() {
      return hopeless;
    }

    /** Whether the engine refuses the endpoint's key. */
    boolean keyRefused() {
      return status == 401 || status == 403;
    }

    /** Whether the engine would give the same answer again. */
    boolean refused() {
      return status >= 400 && status < 500 && status != 408 && status != 429;
    }

    int status() {
      return status;
    }

    /** Returns the engine's message, or its code when it gave no message. */
    String words() {
      return !(report instanceof ApiException api)
          ? ""
          : api.detail().isEmpty() && api.code() != null ? api.code() : api.detail();
    }

    VastException report() {
      return report;
    }
  }

  RouteAnswer route(
      EndpointKey key, double cost, long requestIdx, Exchange exchange, long leftNanos)
      throws Failed, InterruptedException {
    Request.Builder builder =
        exchange.request(url, key).post(RequestBody.create(key.routeBody(cost, requestIdx), JSON));
    if (ownEngine) {
      Exchange.timeout(builder, leftNanos);
    }
    Request request = builder.build();
    long queued = transport.timing().nanoTime();
    if (!slots.tryAcquire(leftNanos, TimeUnit.NANOSECONDS)) {
      throw new Failed(0, new ServiceUnreachableException(OPERATION, 0, null));
    }
    try {
      // Waiting for a slot is not the engine's delay.
      long now = transport.timing().nanoTime();
      exchange.restart(now, Math.min(TIMEOUT_NANOS, Math.max(1, leftNanos - (now - queued))));
      Call call = transport.engine().newCall(request);
      exchange.runs(call);
      transport.watch().add(exchange);
      try (Response response = call.execute()) {
        contact.made();
        ownEngine = response.header(OWN_ENGINE) != null;
        return read(response, key);
      } catch (IOException e) {
        String hopeless = contact.hopeless(e);
        String reason =
            hopeless != null ? hopeless : exchange.overdue() ? "timed out" : e.getMessage();
        throw new Failed(
            0, hopeless != null, new ServiceUnreachableException(OPERATION, 1, reason, e));
      } finally {
        transport.watch().remove(exchange);
      }
    } finally {
      slots.release();
    }
  }

  private static RouteAnswer read(Response response, EndpointKey key) throws IOException, Failed {
    int status = response.code();
    if (!response.isSuccessful()) {
      ErrorBody error = ErrorBody.read(response, key.key());
      throw new Failed(
          status, new ApiException(OPERATION, status, error.code(), error.detail(), null));
    }
    BufferedSource source = response.body().source();
    if (source.request(MOST_BYTES + 1L)) {
      throw new Failed(0, new UnexpectedAnswerException(OPERATION, "it is larger than 1 MB", null));
    }
    byte[] body = source.readByteArray();
    try {
      return RouteAnswer.parse(body);
    } catch (IOException e) {
      throw new Failed(
          0, new UnexpectedAnswerException(OPERATION, String.valueOf(e.getMessage()), null));
    }
  }
}
