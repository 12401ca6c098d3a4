package dev.vast4j.internal.call;

import dev.vast4j.api.Connection;
import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.ServiceUnreachableException;
import dev.vast4j.errors.UnexpectedAnswerException;
import dev.vast4j.errors.VastException;
import dev.vast4j.internal.http.ErrorBody;
import dev.vast4j.internal.http.Transport;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;

/** Asks the engine for a worker, once at a time. Thread-safe. */
final class Router {
  static final String OPERATION = "POST /route/";
  static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Route calls at once: they are short, and thousands of calls must not stampede the engine. */
  private static final int AT_ONCE = 64;

  private static final int MOST_BYTES = 1 << 20;
  private static final MediaType JSON = MediaType.get("application/json");

  private final Transport transport;
  private final HttpUrl url;
  private final Semaphore slots = new Semaphore(AT_ONCE);

  Router(Connection connection) {
    this.transport = connection.transport();
    this.url = HttpUrl.get(connection.engineUrl() + "/route/");
  }

  /** A route call that gave no route. */
  static final class Failed extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final VastException report;

    private Failed(int status, VastException report) {
      super(null, null, false, false);
      this.status = status;
      this.report = report;
    }

    /** Whether the engine does not accept the endpoint's key. */
    boolean keyRefused() {
      return status == 401 || status == 403;
    }

    /** Whether the engine will not answer otherwise when asked again. */
    boolean refused() {
      return status >= 400 && status < 500 && status != 408 && status != 429;
    }

    int status() {
      return status;
    }

    VastException report() {
      return report;
    }
  }

  RouteAnswer route(
      EndpointKey key, double cost, long requestIdx, Exchange exchange, long leftNanos)
      throws Failed, InterruptedException {
    Request request =
        new Request.Builder()
            .url(url)
            .header("Authorization", key.bearer())
            .header("User-Agent", Transport.userAgent())
            .tag(EventListener.class, exchange)
            .post(RequestBody.create(key.routeBody(cost, requestIdx), JSON))
            .build();
    if (!slots.tryAcquire(leftNanos, TimeUnit.NANOSECONDS)) {
      throw new Failed(0, new ServiceUnreachableException(OPERATION, 0, null));
    }
    try {
      Call call = transport.engine().newCall(request);
      exchange.runs(call);
      transport.watch().add(exchange);
      try (Response response = call.execute()) {
        return read(response, key);
      } catch (IOException e) {
        throw new Failed(0, new ServiceUnreachableException(OPERATION, 1, e));
      } finally {
        transport.watch().remove(exchange);
      }
    } finally {
      slots.release();
    }
  }

  private static RouteAnswer read(Response response, EndpointKey key) throws IOException, Failed {
    BufferedSource source = response.body().source();
    int status = response.code();
    if (!response.isSuccessful()) {
      source.request(ErrorBody.LIMIT);
      Buffer buffer = source.getBuffer();
      byte[] start = buffer.readByteArray(Math.min(buffer.size(), ErrorBody.LIMIT));
      ErrorBody error = ErrorBody.parse(start, key.key());
      throw new Failed(
          status, new ApiException(OPERATION, status, error.code(), error.detail(), null));
    }
    if (source.request(MOST_BYTES + 1L)) {
      throw new Failed(0, new UnexpectedAnswerException(OPERATION, "more than 1 MB", null));
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
