package dev.vast4j.internal.call;

import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.DecodingException;
import dev.vast4j.internal.http.ConnectionFault;
import dev.vast4j.internal.http.ErrorBody;
import dev.vast4j.internal.http.Transport;
import dev.vast4j.internal.wire.CountedInput;
import dev.vast4j.internal.wire.Dialect;
import dev.vast4j.internal.wire.MissingParameters;
import dev.vast4j.internal.wire.NotRun;
import dev.vast4j.internal.wire.UnknownParameters;
import dev.vast4j.internal.wire.VersionIdentity;
import dev.vast4j.internal.wire.WireCodec;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a call on one worker: sends it, reads the answer and reports the outcome.
 *
 * @param <T> what the call gives
 */
final class Attempt<T> {
  private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final CallContext context;
  private final CallSpec spec;
  private final CallProgress progress;
  private final Route route;
  private final int number;
  private final CallBody body;
  private final Exchange exchange;
  private final @Nullable String version;
  private final boolean missingIsNull;
  private final boolean namesOptional;
  private final long began;
  private @Nullable CountedInput in;
  private @Nullable String workerVersion;

  /**
   * Creates an attempt.
   *
   * @param dialect what the worker reads
   * @param now the present time
   */
  Attempt(
      CallContext context,
      CallSpec spec,
      CallProgress progress,
      Route route,
      Dialect dialect,
      long now) {
    this.context = context;
    this.spec = spec;
    this.progress = progress;
    this.route = route;
    this.number = progress.attempt(route);
    this.began = now;
    this.version = context.version().own();
    progress.version(version);
    this.missingIsNull =
        spec.method() != null && version != null && context.version().older(version);
    this.namesOptional =
        version != null
            && !spec.optional().isEmpty()
            && context.version().newer(version, spec.function());
    SessionState session = spec.session();
    this.body =
        new CallBody(
            route.authData(), session == null ? null : session.id(), spec.payload().in(dialect));
    long left = Math.max(1, progress.left());
    this.exchange =
        new Exchange(
            now,
            Math.min(left, CONNECT_NANOS),
            Math.min(left, context.timeouts().workerNanos(spec.options())),
            progress.caller());
  }

  /**
   * The end of an attempt.
   *
   * @param how its outcome
   * @param status the answer's status, or 0 without an answer
   * @param value the value, when answered
   * @param cause the failure, otherwise
   * @param overdue what it did when its time was up, or null
   */
  record End<T>(
      AttemptOutcome how,
      int status,
      @Nullable T value,
      @Nullable Throwable cause,
      @Nullable String overdue) {
    static <T> End<T> failed(AttemptOutcome how, int status, Throwable cause) {
      return new End<>(how, status, null, cause, null);
    }
  }

  /** Returns the attempt's number, from 1. */
  int number() {
    return number;
  }

  /** Returns the version of the worker that answered, or null if unknown. */
  @Nullable String workerVersion() {
    return workerVersion;
  }

  /** Returns how many bytes of the body were sent. */
  long sent() {
    return body.written();
  }

  /** Returns how many bytes of the answer were read. */
  long received() {
    return in == null ? 0 : in.count();
  }

  /**
   * Sends the call and reads the answer; blocks.
   *
   * @param client the HTTP client for workers
   * @param headers further headers
   * @return null when the call had ended before
   */
  @Nullable End<T> run(OkHttpClient client, Map<String, String> headers, AnswerReader<T> reader) {
    Request.Builder request = exchange.request(route.to(spec.path()), route.key()).post(body);
    headers.forEach(request::header);
    if (version != null) {
      request.header(VersionIdentity.HEADER, version);
    }
    if (missingIsNull) {
      request.header(MissingParameters.HEADER, MissingParameters.NULL);
    }
    if (namesOptional) {
      request.header(UnknownParameters.HEADER, spec.optional());
    }
    if (spec.options().onlyCurrentVersion()) {
      // Without a known version no worker can have it.
      request.header(VersionIdentity.ONLY, version == null ? "unknown" : version);
    }
    Exchange.timeout(
        request, Math.min(progress.left(), context.timeouts().workerNanos(spec.options())));
    Call call = client.newCall(request.build());
    exchange.runs(call);
    Transport transport = context.transport();
    boolean open = false;
    try {
      if (!progress.begins(exchange)) {
        return null;
      }
      transport.watch().add(exchange);
      Response response = call.execute();
      context.dialects().answered(route, response);
      workerVersion = VersionIdentity.parse(response.header(VersionIdentity.HEADER));
      progress.workerVersion(workerVersion);
      try {
        if (!response.isSuccessful()) {
          return refused(response);
        }
        in = new CountedInput(response.body().byteStream());
        T value = reader.read(new AnswerReader.Answer(response, in, exchange, route, number));
        open = reader.keepsReading();
        return new End<>(AttemptOutcome.ANSWERED, response.code(), value, null, null);
      } finally {
        if (!open) {
          response.close();
        }
      }
    } catch (AnswerReader.RemoteFailure e) {
      return End.failed(
          AttemptOutcome.REMOTE_ERROR,
          200,
          context.failures().exception(e.error(), spec.method(), progress.trace()));
    } catch (DecodingException e) {
      if (!WireCodec.cutOff(e)) {
        return End.failed(AttemptOutcome.FAILED, 200, e);
      }
      return exchange.overdue()
          ? overdue(AttemptOutcome.OVERDUE, 200)
          : End.failed(AttemptOutcome.LOST, 200, e);
    } catch (IOException e) {
      return broken(e);
    } finally {
      progress.ends();
      if (!open) {
        transport.watch().remove(exchange);
      }
    }
  }

  private End<T> refused(Response response) throws IOException {
    int status = response.code();
    ErrorBody error = ErrorBody.read(response, route.key().key());
    return End.failed(
        ending(status, error),
        status,
        new ApiException("POST " + spec.path(), status, error.code(), error.detail(), null));
  }

  private AttemptOutcome ending(int status, ErrorBody error) {
    if (status == 429) {
      return NotRun.matches(error.code(), error.detail())
          ? AttemptOutcome.BUSY
          : AttemptOutcome.OVERLOADED;
    }
    if (status == 400
        && spec.path().startsWith(FunctionCalls.PREFIX)
        && error.code() == null
        && error.detail().isEmpty()) {
      // Our workers give reasons. Their server gave up while it read the request, as without
      // memory.
      return AttemptOutcome.CUT_OFF;
    }
    if (status == 410 && spec.session() != null) {
      return AttemptOutcome.SESSION_CLOSED;
    }
    if (status == 422 && body.arraysAsBytes()) {
      return AttemptOutcome.UNREAD_ARRAYS;
    }
    if ((status == 404 || status == 412 || status == 422)
        && workerVersion != null
        && version != null) {
      boolean other = !workerVersion.equals(version);
      if (status == 422
          && (other || context.version().attached())
          && !missingIsNull
          && spec.method() != null
          && MissingParameters.refused(error.detail())) {
        return AttemptOutcome.LACKS_PARAMETERS;
      }
      if (other) {
        return AttemptOutcome.OTHER_VERSION;
      }
      if (status == 422
          && context.version().attached()
          && !namesOptional
          && !spec.optional().isEmpty()
          && UnknownParameters.refused(error.detail())) {
        return AttemptOutcome.UNKNOWN_PARAMETERS;
      }
    }
    return status == 408 || status == 499 || status >= 500 || status < 400
        ? lost(AttemptOutcome.LOST)
        : AttemptOutcome.REFUSED;
  }

  private End<T> broken(IOException e) {
    RuntimeException encoding = body.failure();
    if (encoding != null) {
      return End.failed(AttemptOutcome.FAILED, 0, encoding);
    }
    AttemptOutcome how;
    if (!exchange.started()) {
      how = ConnectionFault.of(e) == null ? AttemptOutcome.UNREACHABLE : AttemptOutcome.UNTRUSTED;
    } else if (!body.whole()) {
      how = AttemptOutcome.CUT_OFF;
    } else {
      how = lost(exchange.fresh() ? AttemptOutcome.LOST : AttemptOutcome.STALE);
    }
    return exchange.overdue() ? overdue(how, 0) : End.failed(how, 0, e);
  }

  /** The connection was closed because time was up, so what it threw says nothing. */
  private End<T> overdue(AttemptOutcome how, int status) {
    String worker = route.worker();
    long millis = TimeUnit.NANOSECONDS.toMillis(context.timing().nanoTime() - began);
    String time = " for " + (millis < 10_000 ? millis + " ms" : millis / 1000 + " s");
    String doing =
        !exchange.started()
            ? "connecting to " + worker + time
            : !body.whole()
                ? "sending the request to " + worker + time
                : in == null
                    ? worker + " has not answered" + time
                    : "reading the answer of " + worker + time;
    return new End<>(how, status, null, new SocketTimeoutException(doing), doing);
  }

  private AttemptOutcome lost(AttemptOutcome unlessOverdue) {
    return exchange.overdue() ? AttemptOutcome.OVERDUE : unlessOverdue;
  }
}
