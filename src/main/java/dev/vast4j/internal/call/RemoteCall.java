package dev.vast4j.internal.call;

import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.CallException;
import dev.vast4j.errors.CallRefusedException;
import dev.vast4j.errors.SessionClosedException;
import dev.vast4j.errors.WorkerLostException;
import dev.vast4j.internal.http.HttpThreads;
import dev.vast4j.internal.http.Timing;
import dev.vast4j.internal.http.Transport;
import dev.vast4j.internal.http.Watch;
import dev.vast4j.internal.wire.Dialect;
import dev.vast4j.internal.wire.FunctionExit;
import dev.vast4j.observe.CallObserver;
import dev.vast4j.observe.CallObserver.CallInfo;
import dev.vast4j.observe.CallObserver.Observation;
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
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One call: finds a worker ({@link RouteSearch}), makes an attempt there ({@link Attempt}), and
 * retries as {@link RetryRule} decides, until the deadline.
 *
 * <p>The steps run on the caller's thread if it waits for the value, otherwise on the transport's.
 * Waiting for a worker holds no thread.
 *
 * @param <T> the result
 */
final class RemoteCall<T> {
  private static final Logger log = LoggerFactory.getLogger(RemoteCall.class);

  private static final Duration HAND_OVER = Duration.ofMillis(10);
  private static final long SETTLING_NANOS = 20_000;

  private final CallContext context;
  private final Transport transport;
  private final Timing timing;
  private final CallSpec spec;
  private final AnswerReader<T> reader;
  private final Observation observation;
  private final CallProgress progress;
  private final RouteSearch search;
  private final RetryRule retries;
  private final VersionWait versions;
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private final AtomicBoolean begun = new AtomicBoolean();
  private final @Nullable Map<String, String> mdc = MDC.getCopyOfContextMap();

  /** Enforces the deadline while the call is queued or waits for the endpoint's data. */
  private final Watch.Watched deadline = this::checkDeadline;

  private volatile @Nullable Runnable waiting;

  /** Where an asynchronous call was made, until it has ended. */
  private volatile @Nullable CallSite site;

  /** Whether an attempt failed after its request was sent. Only the steps use it. */
  private volatile boolean mayHaveRun;

  /** Whether a worker did not understand arrays as bytes. Only the steps use it. */
  private boolean listsOnly;

  /** When the search for a worker began, which observers are told with the attempt. */
  private long routingSince;

  private RemoteCall(
      CallContext context, CallSpec spec, AnswerReader<T> reader, Observation observation) {
    this.context = context;
    this.transport = context.transport();
    this.timing = transport.timing();
    this.spec = spec;
    this.reader = reader;
    this.observation = observation;
    this.progress = new CallProgress(context, spec);
    this.search = new RouteSearch(context, spec, progress);
    this.retries =
        new RetryRule(spec.idempotent(), spec.session() != null, spec.maxAttempts(), timing);
    this.versions = new VersionWait(context, progress, spec.session() != null);
    this.routingSince = timing.nanoTime();
    Futures.onDone(result, this::ended);
  }

  /** Makes a call that is ready to run. The deployment cancels it on close. */
  static <T> RemoteCall<T> begin(CallContext context, CallSpec spec, AnswerReader<T> reader) {
    SessionState session = spec.session();
    Observation observation =
        context
            .observer()
            .begin(
                new CallInfo(
                    spec.function(),
                    session == null ? null : session.id(),
                    spec.streamed(),
                    spec.cost()));
    RemoteCall<T> call = new RemoteCall<>(context, spec, reader, observation);
    context.inFlight().add(call.result);
    return call;
  }

  /** Returns the result. Completing or cancelling it from outside ends the call. */
  CompletableFuture<T> result() {
    return result;
  }

  private void ended(@Nullable Throwable failure) {
    site = null;
    progress.end();
    Runnable timer = waiting;
    if (timer != null) {
      timer.run();
    }
    context.inFlight().remove(result);
    observation.ended(Outcomes.of(failure), progress.attempts(), progress.elapsed(), failure);
  }

  // ---- who runs the steps

  /**
   * What the caller of an asynchronous call gets. The result reaches it on a thread for {@link
   * Continuations}. Completing or cancelling it ends the call.
   *
   * <p>A caller that joins at once runs the first steps itself, unless a thread of the transport
   * has begun them: otherwise it would only wait, and two thread switches cost as much as the rest
   * of a short call.
   */
  private final class CallFuture extends CompletableFuture<T> {
    /** The thread that joins and runs the steps. */
    private volatile @Nullable Thread helper;

    CallFuture() {
      var unused =
          result.whenComplete(
              (value, failure) -> {
                if (Thread.currentThread() != helper || hasContinuations()) {
                  Continuations.SHARED.execute(() -> inContext(() -> settle(value, failure)));
                } else {
                  settle(value, failure);
                }
              });
      var unusedToo =
          whenComplete(
              (value, failure) -> {
                if (failure == null) {
                  result.complete(value);
                } else {
                  result.completeExceptionally(failure);
                }
              });
    }

    /** Whether completing this future runs more than what the constructor attached. */
    private boolean hasContinuations() {
      return getNumberOfDependents() > 1;
    }

    @SuppressWarnings("NullAway") // without a failure, null is the value
    private void settle(@Nullable T value, @Nullable Throwable failure) {
      if (failure != null) {
        completeExceptionally(failure);
      } else {
        complete(value);
      }
    }

    @Override
    public T join() {
      if (mayHelp() && begun.compareAndSet(false, true)) {
        // join() ignores interrupts, but reading from a connection doesn't.
        boolean interrupted = Thread.interrupted();
        helper = Thread.currentThread();
        try {
          advance();
        } finally {
          helper = null;
          if (interrupted) {
            Thread.currentThread().interrupt();
          }
        }
      }
      if (!isDone()) {
        try {
          var unused = result.join();
        } catch (CompletionException | CancellationException e) {
          // Thrown again below.
        }
        awaitSettled();
      }
      return super.join();
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
      if (!isDone()) {
        try {
          var unused = result.get();
        } catch (ExecutionException | CancellationException e) {
          // Thrown again below.
        }
        awaitSettled();
      }
      return super.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit)
        throws InterruptedException, ExecutionException, TimeoutException {
      if (!isDone()) {
        try {
          var unused = result.get(timeout, unit);
        } catch (ExecutionException | CancellationException e) {
          // Thrown again below.
        }
        awaitSettled();
      }
      return super.get();
    }

    /**
     * Completes this future after the call has ended, or waits until a continuation's thread has.
     * Waiting for this future from the start could mean to wait for its continuations.
     */
    private void awaitSettled() {
      if (!hasContinuations()) {
        var unused = result.whenComplete(this::settle); // done, so at once
      }
      while (!isDone()) {
        // Returns at once on an interrupted thread, which then spins for microseconds.
        LockSupport.parkNanos(SETTLING_NANOS);
      }
    }

    /**
     * An interrupt meanwhile breaks the exchange, which must then be repeated; on a virtual thread
     * it also closes the connection.
     */
    private boolean mayHelp() {
      return !isDone()
          && spec.idempotent()
          && spec.maxAttempts() > 1
          && !HttpThreads.isVirtual(Thread.currentThread());
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
      return new CompletableFuture<>();
    }
  }

  /** Runs the call on the transport's threads; returns its result. */
  CompletableFuture<T> start() {
    return start(CallSite.here());
  }

  /** As {@link #start()}, for a call that was made elsewhere. */
  CompletableFuture<T> start(CallSite madeAt) {
    site = madeAt;
    CompletableFuture<T> future = new CallFuture();
    onTransport(
        () -> {
          if (begun.compareAndSet(false, true)) {
            inContext(this::advance);
          }
        });
    return future;
  }

  private void resume() {
    onTransport(() -> inContext(this::advance));
  }

  /** With few threads, the steps may wait for one, but not beyond the deadline. */
  private void onTransport(Runnable steps) {
    transport.watch().add(deadline);
    try {
      transport
          .executor()
          .execute(
              () -> {
                transport.watch().remove(deadline);
                steps.run();
              });
    } catch (RejectedExecutionException e) {
      transport.watch().remove(deadline);
      result.completeExceptionally(Cancellations.closed());
    }
  }

  private void checkDeadline(long now) {
    if (progress.left() <= 0) {
      fail(progress.late());
    }
  }

  /** Runs in the caller's logging context; the thread may have inherited another. */
  private void inContext(Runnable steps) {
    Map<String, String> before = MDC.getCopyOfContextMap();
    if (mdc == null && before == null) {
      steps.run();
      return;
    }
    logIn(mdc);
    try {
      steps.run();
    } finally {
      logIn(before);
    }
  }

  private static void logIn(@Nullable Map<String, String> context) {
    if (context == null) {
      MDC.clear();
    } else {
      MDC.setContextMap(context);
    }
  }

  private void advance() {
    Pause pause = guardedStep();
    if (pause == null) {
      return;
    }
    if (pause.until() != null) {
      transport.watch().add(deadline); // until the steps go on
      Futures.onDone(pause.until(), failure -> resume());
      return;
    }
    Runnable timer = timing.schedule(pause.delay(), this::resume);
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
    progress.awaitedBy(Thread.currentThread());
    try {
      while (!result.isDone()) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        Pause pause = guardedStep();
        if (pause == null) {
          continue;
        }
        CompletableFuture<?> woken = pause.until();
        Runnable timer = null;
        if (woken == null) {
          CompletableFuture<@Nullable Void> wake = new CompletableFuture<>();
          timer = timing.schedule(pause.delay(), () -> wake.complete(null));
          woken = wake;
        }
        transport.watch().add(deadline);
        try {
          CompletableFuture.anyOf(woken, result).get();
        } catch (ExecutionException e) {
          // The next step or the result reports it.
        } finally {
          transport.watch().remove(deadline);
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

  private @Nullable Pause guardedStep() {
    try {
      return step();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      // A waiting caller handles it. A helping one must not: another thread continues.
      return progress.caller() == null ? Pause.of(HAND_OVER) : null;
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e);
      return null;
    }
  }

  // ---- the steps

  /** Runs until the call has ended or has to wait. */
  private @Nullable Pause step() throws InterruptedException {
    waiting = null;
    while (!result.isDone()) {
      if (progress.left() <= 0) {
        return fail(progress.late());
      }
      Pause pause;
      try {
        pause = versions.pending() ? versions.next() : routeAndAttempt();
      } catch (RouteSearch.Failed e) {
        return fail(e.failure());
      } catch (VersionWait.Refused e) {
        return fail(e.failure());
      }
      if (pause != null) {
        return pause.atMost(Math.max(0, progress.left()));
      }
    }
    return null;
  }

  private @Nullable Pause routeAndAttempt() throws RouteSearch.Failed, InterruptedException {
    SessionState session = spec.session();
    Route route;
    if (session == null) {
      Pause pause = search.look();
      route = search.found();
      if (route == null) {
        return pause;
      }
    } else if (session.open()) {
      route = session.route();
    } else {
      return fail(sessionClosed(session, progress.lastCause()));
    }
    Attempt.End<T> end = attempt(route);
    return end == null ? null : after(end);
  }

  private Attempt.@Nullable End<T> attempt(Route route) {
    progress.waitsFor("the answer of a worker");
    long began = timing.nanoTime();
    Dialect dialect = context.dialects().of(route);
    Attempt<T> attempt =
        new Attempt<>(
            context,
            spec,
            progress,
            route,
            listsOnly && dialect == Dialect.JAVA_ARRAYS ? Dialect.JAVA : dialect,
            began);
    Attempt.End<T> end =
        attempt.run(
            retries.mayReuseConnections() ? transport.worker() : transport.workerOnce(),
            observation.headers(),
            reader);
    long now = timing.nanoTime();
    if (end != null && !progress.over()) {
      observation.attempted(
          new CallObserver.Attempt(
              attempt.number(),
              route.worker(),
              Duration.ofNanos(began - routingSince),
              Duration.ofNanos(now - began),
              attempt.sent(),
              attempt.received(),
              end.status(),
              end.how().outcome(),
              attempt.workerVersion()));
    }
    routingSince = now;
    return end;
  }

  @SuppressWarnings("NullAway") // an attempt without an answer has a cause; an answer may be null
  private @Nullable Pause after(Attempt.End<T> end) throws InterruptedException {
    if (end.how() == AttemptOutcome.ANSWERED) {
      if (!result.complete(end.value())) {
        reader.discard(end.value());
      }
      return null;
    }
    if (result.isDone()) {
      return null;
    }
    Thread caller = progress.caller();
    if (caller != null && caller.isInterrupted()) {
      throw new InterruptedException(); // every further step would fail the same way
    }
    progress.attemptFailed(end.cause(), refusal(end), end.overdue());
    mayHaveRun |= end.how().outcome() == CallObserver.Outcome.LOST;
    listsOnly |= end.how() == AttemptOutcome.UNREAD_ARRAYS;
    if (end.how() == AttemptOutcome.LACKS_PARAMETERS
        && progress.workerVersion().equals(progress.version())) {
      // Of an attached client, whose interface is not that of the version that it attached to.
      context.version().foundOlder(progress.version());
    } else if (end.how() == AttemptOutcome.UNKNOWN_PARAMETERS) {
      if (context.version().foundNewer(progress.version(), spec.function())) {
        log.warn(
            "'{}' has parameters that version {} lacks ({}); it is called without those that are"
                + " optional until the workers know them",
            spec.function(),
            progress.version(),
            ((ApiException) end.cause()).detail());
      }
    } else if (end.how() == AttemptOutcome.LACKS_PARAMETERS
        || (end.how() == AttemptOutcome.OTHER_VERSION && spec.session() == null)) {
      return versions.refused(
          (ApiException) end.cause(),
          progress.workerVersion(),
          progress.version(),
          end.how() == AttemptOutcome.LACKS_PARAMETERS);
    }
    Duration delay = exited(end.cause()) ? null : retries.next(end.how());
    if (delay == null) {
      return fail(failure(end.how(), end.cause()));
    }
    log.debug(
        "'{}' failed ({}); retrying: {}", spec.function(), end.how(), String.valueOf(end.cause()));
    return Pause.of(delay);
  }

  /** Whether the function called {@code System.exit}; it would end the next worker as well. */
  private static boolean exited(@Nullable Throwable cause) {
    return cause instanceof ApiException api && FunctionExit.CODE.equals(api.code());
  }

  /** Returns what the worker said if it had no room, otherwise null. */
  private static @Nullable String refusal(Attempt.End<?> end) {
    return end.how().outcome() == CallObserver.Outcome.BUSY
            && end.cause() instanceof ApiException api
        ? api.detail()
        : null;
  }

  /** Returns what the call fails with after its last attempt. */
  private Throwable failure(AttemptOutcome how, Throwable cause) {
    SessionState session = spec.session();
    if (session != null && !how.reached()) {
      return sessionClosed(session, cause);
    }
    return switch (how) {
      case UNREACHABLE, CUT_OFF, UNTRUSTED, STALE, LOST ->
          new WorkerLostException(
              mayHaveRun, CallProgress.describe(cause), progress.trace(), cause);
      case BUSY, OVERLOADED -> progress.late();
      case OVERDUE -> progress.timedOut();
      case REFUSED, UNREAD_ARRAYS, LACKS_PARAMETERS, UNKNOWN_PARAMETERS, OTHER_VERSION -> {
        ApiException api = (ApiException) cause;
        yield new CallRefusedException(api.status(), api.detail(), progress.trace(), api);
      }
      case ANSWERED, REMOTE_ERROR, SESSION_CLOSED, FAILED -> cause;
    };
  }

  private SessionClosedException sessionClosed(SessionState session, @Nullable Throwable cause) {
    session.end();
    return new SessionClosedException(session.id(), progress.trace(), cause);
  }

  private @Nullable Pause fail(Throwable failure) {
    CallSite madeAt = site;
    if (madeAt != null && failure instanceof CallException) {
      madeAt.mark(failure);
    }
    result.completeExceptionally(failure);
    return null;
  }
}
