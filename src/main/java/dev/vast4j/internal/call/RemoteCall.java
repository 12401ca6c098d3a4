package dev.vast4j.internal.call;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.CallException;
import dev.vast4j.errors.CallRefusedException;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.errors.DecodingException;
import dev.vast4j.errors.SessionClosedException;
import dev.vast4j.errors.WorkerBusyException;
import dev.vast4j.errors.WorkerLostException;
import dev.vast4j.internal.http.Backoff;
import dev.vast4j.internal.http.CallThreads;
import dev.vast4j.internal.http.ErrorBody;
import dev.vast4j.internal.http.Timing;
import dev.vast4j.internal.http.Transport;
import dev.vast4j.observe.CallObserver.Attempt;
import dev.vast4j.observe.CallObserver.Observation;
import dev.vast4j.observe.CallObserver.Outcome;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One call on its way: route, worker, and again when its failure's class allows.
 *
 * <table>
 *   <caption>What a failed attempt means</caption>
 *   <tr><td>no connection<td>it did not run: route again. Does not count as an attempt for a
 *       minute, since the engine needs that long to notice that a worker is gone
 *   <tr><td>the request was not sent whole<td>it did not run: route again
 *   <tr><td>429<td>it did not run: back off, route again
 *   <tr><td>the connection or the answer broke, 408, 5xx<td>it may have run: again if idempotent
 *   <tr><td>410 in a session<td>the session is gone
 *   <tr><td>any other status<td>refused for good
 * </table>
 *
 * The steps run on the caller's own thread when it waits for the value, else on the transport's; no
 * thread is held while the call waits for a worker to become ready.
 *
 * @param <T> what the call gives
 */
final class RemoteCall<T> {
  private static final Logger log = LoggerFactory.getLogger(RemoteCall.class);

  private static final Backoff AFTER_UNSENT =
      new Backoff(Duration.ofMillis(250), Duration.ofSeconds(5));
  private static final Backoff AFTER_FAILURE =
      new Backoff(Duration.ofMillis(500), Duration.ofSeconds(10));
  private static final long UNREACHABLE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long ENGINE_SILENT_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final int ENGINE_TRIES = 5;
  private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final double LONGEST_POLL = 5;
  private static final Duration HAND_OVER = Duration.ofMillis(10);

  private final CallPath path;
  private final Transport transport;
  private final Timing timing;
  private final CallSpec spec;
  private final AnswerReader<T> reader;
  private final Observation observation;
  private final CompletableFuture<T> result = new CallFuture();
  private final AtomicBoolean begun = new AtomicBoolean();
  private final @Nullable Map<String, String> mdc = MDC.getCopyOfContextMap();
  private final long start;
  private final long timeout;

  private volatile @Nullable Exchange current;
  private volatile @Nullable Runnable waiting;
  private volatile @Nullable Thread caller;

  // The state of the steps, which run one after another.
  private long requestIdx;
  private int polls;
  private int attempts;
  private int counted;
  private int failures;
  private int unsent;
  private long unsentSince;
  private int routeFailures;
  private long routeFailingSince;
  private long routingSince;
  private boolean keyRefused;
  private boolean foundStale;
  private @Nullable CompletableFuture<EndpointKey> loading;
  private String waitingFor = "a ready worker";
  private @Nullable HttpUrl worker;
  private @Nullable Throwable lastCause;

  RemoteCall(CallPath path, CallSpec spec, AnswerReader<T> reader, Observation observation) {
    this.path = path;
    this.transport = path.transport();
    this.timing = transport.timing();
    this.spec = spec;
    this.reader = reader;
    this.observation = observation;
    this.start = timing.nanoTime();
    this.timeout = nanos(spec.policy().timeout());
    this.routingSince = start;
    Futures.onDone(result, this::ended);
  }

  private static long nanos(Duration time) {
    return time.compareTo(Duration.ofDays(36500)) > 0 ? Long.MAX_VALUE / 2 : time.toNanos();
  }

  /** The result; ending it in any way from outside ends the call. */
  CompletableFuture<T> result() {
    return result;
  }

  private void ended(@Nullable Throwable failure) {
    Exchange exchange = current;
    if (exchange != null) {
      exchange.cancel();
    }
    Runnable timer = waiting;
    if (timer != null) {
      timer.run();
    }
    path.forget(this);
    observation.ended(outcome(failure), attempts, elapsed(), failure);
  }

  private static Outcome outcome(@Nullable Throwable failure) {
    if (failure == null) {
      return Outcome.OK;
    }
    if (failure instanceof CancellationException) {
      return Outcome.CANCELLED;
    }
    if (failure instanceof CallTimeoutException || failure instanceof TimeoutException) {
      return Outcome.TIMEOUT;
    }
    if (failure instanceof dev.vast4j.errors.RemoteExecutionException) {
      return Outcome.REMOTE_ERROR;
    }
    if (failure instanceof WorkerLostException lost) {
      return lost.maybeExecuted() ? Outcome.LOST : Outcome.NOT_SENT;
    }
    if (failure instanceof WorkerBusyException) {
      return Outcome.BUSY;
    }
    if (failure instanceof CallRefusedException) {
      return Outcome.REFUSED;
    }
    return failure instanceof SessionClosedException ? Outcome.SESSION_CLOSED : Outcome.FAILED;
  }

  // ---- who runs the steps

  /**
   * What the caller of an asynchronous call holds. A caller who goes straight on to {@code join}
   * runs the first steps itself unless a thread of the transport has begun them: its thread would
   * only wait, and two changes of threads cost as much as the rest of a short call.
   */
  private final class CallFuture extends CompletableFuture<T> {
    @Override
    public T join() {
      if (mayHelp() && begun.compareAndSet(false, true)) {
        // join() takes no notice of interrupts, but reading from a connection does.
        boolean interrupted = Thread.interrupted();
        try {
          advance();
        } finally {
          if (interrupted) {
            Thread.currentThread().interrupt();
          }
        }
      }
      return super.join();
    }

    /**
     * An interrupt that comes meanwhile breaks the exchange, which must then be repeated; a virtual
     * thread's connection is even closed by it.
     */
    private boolean mayHelp() {
      return !isDone()
          && spec.idempotent()
          && spec.policy().maxAttempts() > 1
          && !CallThreads.isVirtual(Thread.currentThread());
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
      return new CompletableFuture<>();
    }
  }

  /** Runs the call on the transport's threads. */
  void start() {
    onTransport(
        () -> {
          if (begun.compareAndSet(false, true)) {
            run();
          }
        });
  }

  private void resume() {
    onTransport(this::run);
  }

  private void onTransport(Runnable steps) {
    try {
      transport.executor().execute(steps);
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(Cancellations.closed());
    }
  }

  private void run() {
    if (mdc == null) {
      advance();
      return;
    }
    Map<String, String> before = MDC.getCopyOfContextMap();
    MDC.setContextMap(mdc);
    try {
      advance();
    } finally {
      if (before == null) {
        MDC.clear();
      } else {
        MDC.setContextMap(before);
      }
    }
  }

  private void advance() {
    Pause pause = guardedStep();
    if (pause == null) {
      return;
    }
    if (pause.until != null) {
      Futures.onDone(pause.until, failure -> resume());
      return;
    }
    Runnable timer = timing.schedule(pause.delay, this::resume);
    waiting = timer;
    if (result.isDone()) {
      timer.run();
    }
  }

  /**
   * Runs the call on this thread until it has ended. Interrupting the thread ends the call.
   *
   * @throws ExecutionException with the failure as its cause
   */
  T await() throws InterruptedException, ExecutionException {
    caller = Thread.currentThread();
    try {
      while (!result.isDone()) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        Pause pause = guardedStep();
        if (pause == null) {
          continue;
        }
        CompletableFuture<?> woken = pause.until;
        Runnable timer = null;
        if (woken == null) {
          CompletableFuture<@Nullable Void> wake = new CompletableFuture<>();
          timer = timing.schedule(pause.delay, () -> wake.complete(null));
          woken = wake;
        }
        try {
          CompletableFuture.anyOf(woken, result).get();
        } catch (ExecutionException e) {
          // The next step, or the result, says so again.
        } finally {
          if (timer != null) {
            timer.run();
          }
        }
      }
    } catch (InterruptedException e) {
      result.completeExceptionally(Cancellations.interrupted(spec.function(), e));
      throw e;
    }
    return result.get();
  }

  /** How long to wait before the next step, or for what. */
  private record Pause(Duration delay, @Nullable CompletableFuture<?> until) {
    static Pause of(Duration delay) {
      return new Pause(delay, null);
    }
  }

  private @Nullable Pause guardedStep() {
    try {
      return step();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      // A waiting caller sees to it. A helping one must not: another thread goes on.
      return caller == null ? Pause.of(HAND_OVER) : null;
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e);
      return null;
    }
  }

  // ---- the steps

  private @Nullable Pause step() throws InterruptedException {
    waiting = null;
    while (!result.isDone()) {
      long left = timeout - (timing.nanoTime() - start);
      if (left <= 0) {
        return fail(new CallTimeoutException(waitingFor, trace(), lastCause));
      }
      SessionHandle session = spec.session();
      Pause pause;
      if (session != null) {
        if (!session.open()) {
          return fail(new SessionClosedException(session.id(), trace(), lastCause));
        }
        worker = session.url();
        pause = attempt(session.url(), session.authData(), session.key(), left);
      } else {
        pause = routeAndAttempt(left);
      }
      if (pause != null) {
        return bounded(pause);
      }
    }
    return null;
  }

  /** No pause is longer than the time that is left. */
  private Pause bounded(Pause pause) {
    long left = Math.max(0, timeout - (timing.nanoTime() - start));
    return pause.until == null && pause.delay.toNanos() > left
        ? Pause.of(Duration.ofNanos(left))
        : pause;
  }

  private @Nullable Pause routeAndAttempt(long left) throws InterruptedException {
    EndpointKey key = path.keys().current();
    if (key == null) {
      CompletableFuture<EndpointKey> found = loading == null ? path.keys().load() : loading;
      if (!found.isDone()) {
        loading = found;
        waitingFor = "the endpoint's data";
        return new Pause(Duration.ZERO, found);
      }
      loading = null;
      try {
        key = found.join();
      } catch (CompletionException e) {
        return fail(e.getCause() == null ? e : e.getCause());
      }
    }
    waitingFor = "a ready worker";
    Exchange exchange =
        new Exchange(
            timing.nanoTime(),
            Math.min(left, Router.TIMEOUT_NANOS),
            Math.min(left, Router.TIMEOUT_NANOS),
            caller);
    RouteAnswer route;
    current = exchange;
    try {
      if (result.isDone()) {
        return null;
      }
      route = path.router().route(key, spec.cost(), requestIdx, exchange, left);
    } catch (Router.Failed e) {
      return result.isDone() ? null : afterRouteFailure(e, key, exchange);
    } finally {
      current = null;
    }
    routeFailures = 0;
    keyRefused = false;
    if (route.requestIdx() != 0) {
      requestIdx = route.requestIdx();
    }
    HttpUrl url = route.worker();
    if (url == null) {
      if (!route.status().isEmpty()) {
        waitingFor = "a ready worker (" + ErrorBody.shorten(route.status()) + ")";
      }
      if (polls > 0) {
        // A full queue may be over within the first second; a worker that starts is not.
        path.waitNotice().waiting(spec.function(), route.status());
      }
      return Pause.of(pollDelay());
    }
    path.waitNotice().routed();
    polls = 0;
    worker = url;
    return attempt(url, route.authData(), key, Math.max(1, timeout - (timing.nanoTime() - start)));
  }

  /** First a second, then a random time in [0.1, min(2^attempt + rand, 5)] seconds. */
  private Duration pollDelay() {
    int attempt = polls++;
    if (attempt == 0) {
      return Duration.ofSeconds(1);
    }
    double most = Math.min(Math.pow(2, Math.min(attempt, 20)) + timing.random(), LONGEST_POLL);
    return Duration.ofNanos((long) ((0.1 + timing.random() * (most - 0.1)) * 1e9));
  }

  private @Nullable Pause afterRouteFailure(
      Router.Failed failure, EndpointKey key, Exchange exchange) {
    lastCause = failure.report();
    if (failure.keyRefused() && !keyRefused) {
      keyRefused = true;
      CompletableFuture<EndpointKey> other = path.keys().refused(key);
      if (other != null) {
        return new Pause(Duration.ZERO, other);
      }
    }
    if (failure.refused()) {
      String detail = failure.report() instanceof ApiException api ? api.detail() : "";
      return fail(
          new CallRefusedException(
              failure.status(), "by the engine: " + detail, trace(), failure.report()));
    }
    long now = timing.nanoTime();
    if (routeFailures++ == 0) {
      routeFailingSince = now;
      log.debug("routing '{}' failed, trying again: {}", spec.function(), lastCause.toString());
    }
    if (routeFailures >= ENGINE_TRIES && now - routeFailingSince >= ENGINE_SILENT_NANOS) {
      return fail(failure.report());
    }
    // The engine may just have closed an idle connection.
    boolean stale = routeFailures == 1 && exchange.started() && !exchange.fresh();
    return Pause.of(stale ? Duration.ZERO : AFTER_FAILURE.after(routeFailures, timing.random()));
  }

  private @Nullable Pause attempt(HttpUrl url, byte[] authData, EndpointKey key, long left) {
    attempts++;
    waitingFor = "the answer of a worker";
    long began = timing.nanoTime();
    Exchange exchange =
        new Exchange(
            began,
            Math.min(left, CONNECT_NANOS),
            Math.min(left, nanos(spec.policy().workerTimeout())),
            caller);
    SessionHandle session = spec.session();
    CallBody body = new CallBody(authData, session == null ? null : session.id(), spec.payload());
    Request.Builder request =
        new Request.Builder()
            .url(url.newBuilder().encodedPath(basePath(url) + spec.path()).build())
            .header("Authorization", key.bearer())
            .header("User-Agent", Transport.userAgent())
            .tag(EventListener.class, exchange)
            .post(body);
    observation.headers().forEach(request::header);
    Call call =
        (spec.idempotent() && !foundStale ? transport.worker() : transport.workerOnce())
            .newCall(request.build());
    exchange.runs(call);
    current = exchange;
    if (result.isDone()) {
      return null;
    }
    transport.watch().add(exchange);
    AttemptEnd end = null;
    CountedInput in = null;
    boolean open = false;
    try {
      Response response = call.execute();
      try {
        if (response.isSuccessful()) {
          in = new CountedInput(response.body().byteStream());
          Object value =
              reader.read(
                  new AnswerReader.Answer(response, in, exchange, url, authData, key, attempts));
          open = reader.keepsReading();
          end = AttemptEnd.of(Outcome.OK, response.code(), null);
          end.value = value;
          end.hasValue = true;
        } else {
          end = answered(response, key);
        }
      } finally {
        if (!open) {
          response.close();
        }
      }
    } catch (AnswerReader.RemoteFailure e) {
      end =
          AttemptEnd.of(
              Outcome.REMOTE_ERROR,
              200,
              path.failures().exception(e.error(), spec.method(), trace()));
    } catch (DecodingException e) {
      end = AttemptEnd.of(notJson(e) ? Outcome.LOST : Outcome.FAILED, 200, e);
    } catch (IOException e) {
      end = broken(e, exchange, body);
    } finally {
      current = null;
      if (!open) {
        transport.watch().remove(exchange);
      }
      if (end != null && !result.isDone()) {
        observation.attempted(
            new Attempt(
                attempts,
                workerName(url),
                Duration.ofNanos(began - routingSince),
                Duration.ofNanos(timing.nanoTime() - began),
                body.written(),
                in == null ? 0 : in.count(),
                end.status,
                end.outcome));
      }
      routingSince = timing.nanoTime();
    }
    return after(end, exchange);
  }

  static String basePath(HttpUrl url) {
    String path = url.encodedPath();
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /** How an attempt ended. */
  private static final class AttemptEnd {
    final Outcome outcome;
    final int status;
    final @Nullable Throwable cause;
    @Nullable Object value;
    boolean hasValue;

    private AttemptEnd(Outcome outcome, int status, @Nullable Throwable cause) {
      this.outcome = outcome;
      this.status = status;
      this.cause = cause;
    }

    static AttemptEnd of(Outcome outcome, int status, @Nullable Throwable cause) {
      return new AttemptEnd(outcome, status, cause);
    }
  }

  private AttemptEnd answered(Response response, EndpointKey key) throws IOException {
    int status = response.code();
    BufferedSource source = response.body().source();
    source.request(ErrorBody.LIMIT);
    Buffer buffer = source.getBuffer();
    byte[] start = buffer.readByteArray(Math.min(buffer.size(), ErrorBody.LIMIT));
    ErrorBody error = ErrorBody.parse(start, key.key());
    ApiException cause =
        new ApiException("POST " + spec.path(), status, error.code(), error.detail(), null);
    Outcome outcome;
    if (status == 429) {
      outcome = Outcome.BUSY;
    } else if (status == 410 && spec.session() != null) {
      outcome = Outcome.SESSION_CLOSED;
    } else if (status == 408 || status == 499 || status >= 500 || status < 400) {
      outcome = Outcome.LOST;
    } else {
      outcome = Outcome.REFUSED;
    }
    return AttemptEnd.of(outcome, status, cause);
  }

  private static AttemptEnd broken(IOException e, Exchange exchange, CallBody body) {
    RuntimeException encoding = body.failure();
    if (encoding != null) {
      return AttemptEnd.of(Outcome.FAILED, 0, encoding);
    }
    boolean unsent = !exchange.started() || !body.whole();
    return AttemptEnd.of(unsent ? Outcome.NOT_SENT : Outcome.LOST, 0, e);
  }

  /**
   * Whether the answer was no JSON at all, or broke off: something in between answered, or the
   * worker is gone. Data binding hides a broken connection in an exception of its own.
   */
  private static boolean notJson(DecodingException e) {
    for (Throwable at = e.getCause(); at != null; at = at.getCause()) {
      if (at instanceof StreamReadException
          || (at instanceof IOException && !(at instanceof JsonProcessingException))) {
        return true;
      }
    }
    return false;
  }

  @SuppressWarnings("unchecked") // the value was read by this call's reader
  private @Nullable Pause after(AttemptEnd end, Exchange exchange) {
    if (end.hasValue) {
      if (!result.complete((T) end.value)) {
        discard(end.value);
      }
      return null;
    }
    if (result.isDone()) {
      return null;
    }
    Thread waitingCaller = caller;
    if (waitingCaller != null && waitingCaller.isInterrupted()) {
      return null; // whoever runs the steps sees to it
    }
    lastCause = end.cause;
    if (end.outcome != Outcome.NOT_SENT) {
      unsent = 0;
    }
    boolean overdue = exchange.overdue();
    return switch (end.outcome) {
      case NOT_SENT -> afterUnsent(end, exchange.started());
      case BUSY ->
          ++counted >= spec.policy().maxAttempts()
              ? fail(new WorkerBusyException(trace(), end.cause))
              : Pause.of(AFTER_FAILURE.after(++failures, timing.random()));
      case LOST -> {
        if (spec.idempotent() && !foundStale && end.status == 0 && !exchange.fresh() && !overdue) {
          // Most likely the worker had closed the idle connection: at once again, on a fresh one.
          foundStale = true;
          yield Pause.of(Duration.ZERO);
        }
        if (++counted < spec.policy().maxAttempts() && spec.idempotent()) {
          log.debug("'{}' lost its worker, trying again: {}", spec.function(), end.cause);
          yield Pause.of(AFTER_FAILURE.after(++failures, timing.random()));
        }
        yield fail(
            overdue
                ? new CallTimeoutException(waitingFor, trace(), end.cause)
                : new WorkerLostException(true, trace(), end.cause));
      }
      case SESSION_CLOSED -> sessionGone(end);
      case REFUSED ->
          fail(
              end.cause instanceof ApiException api
                  ? new CallRefusedException(api.status(), api.detail(), trace(), api)
                  : new IllegalStateException("refused without an answer"));
      default -> fail(end.cause == null ? new IllegalStateException("no cause") : end.cause);
    };
  }

  /** Ends what was opened for a caller who has gone meanwhile. */
  private static void discard(@Nullable Object value) {
    if (value instanceof EventStream stream) {
      stream.close();
    } else if (value instanceof SessionHandle session) {
      session.close();
    }
  }

  private @Nullable Pause afterUnsent(AttemptEnd end, boolean reached) {
    long now = timing.nanoTime();
    if (unsent++ == 0) {
      unsentSince = now;
      log.debug("'{}' cannot reach {}: {}", spec.function(), worker, String.valueOf(end.cause));
    }
    // A worker that breaks off while the request is sent, or whose certificate is not trusted, is
    // not gone: it may well do so again.
    boolean counts = spec.session() != null || reached || untrusted(end.cause);
    if (counts
        ? ++counted >= spec.policy().maxAttempts()
        : now - unsentSince >= UNREACHABLE_NANOS) {
      return spec.session() != null
          ? sessionGone(end)
          : fail(new WorkerLostException(false, trace(), end.cause));
    }
    return Pause.of(AFTER_UNSENT.after(unsent, timing.random()));
  }

  private @Nullable Pause sessionGone(AttemptEnd end) {
    SessionHandle session = spec.session();
    if (session == null) {
      throw new IllegalStateException("no session");
    }
    session.foundClosed();
    return fail(new SessionClosedException(session.id(), trace(), end.cause));
  }

  private static boolean untrusted(@Nullable Throwable cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof CertificateException || at instanceof SSLPeerUnverifiedException) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Pause fail(Throwable failure) {
    result.completeExceptionally(failure);
    return null;
  }

  private Duration elapsed() {
    return Duration.ofNanos(timing.nanoTime() - start);
  }

  private CallException.Trace trace() {
    HttpUrl last = worker;
    return new CallException.Trace(
        spec.function(), attempts, elapsed(), last == null ? null : workerName(last));
  }

  static String workerName(HttpUrl url) {
    String text = url.toString();
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  /** Ends the call from this side. */
  void close() {
    result.completeExceptionally(Cancellations.closed());
  }
}
