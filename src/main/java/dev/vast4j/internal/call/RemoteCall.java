package dev.vast4j.internal.call;

import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.CallRefusedException;
import dev.vast4j.errors.SessionClosedException;
import dev.vast4j.errors.WorkerBusyException;
import dev.vast4j.errors.WorkerLostException;
import dev.vast4j.internal.http.HttpThreads;
import dev.vast4j.internal.http.Timing;
import dev.vast4j.internal.http.Transport;
import dev.vast4j.internal.http.Watch;
import dev.vast4j.observe.CallObserver;
import dev.vast4j.observe.CallObserver.CallInfo;
import dev.vast4j.observe.CallObserver.Observation;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One call on its way: finds a worker ({@link RouteSearch}), tries it there ({@link Attempt}), and
 * again when {@link RetryRule} says so, until its deadline.
 *
 * <p>The steps run on the caller's own thread when it waits for the value, else on the transport's;
 * no thread is held while the call waits for a worker to become ready.
 *
 * @param <T> what the call gives
 */
final class RemoteCall<T> {
  private static final Logger log = LoggerFactory.getLogger(RemoteCall.class);

  private static final Duration HAND_OVER = Duration.ofMillis(10);

  private final CallContext context;
  private final Transport transport;
  private final Timing timing;
  private final CallSpec spec;
  private final AnswerReader<T> reader;
  private final Observation observation;
  private final CallProgress progress;
  private final RouteSearch search;
  private final RetryRule retries;
  private final CompletableFuture<T> result = new CallFuture();
  private final AtomicBoolean begun = new AtomicBoolean();
  private final @Nullable Map<String, String> mdc = MDC.getCopyOfContextMap();

  /** Watches over what no thread waits for: a free thread, the endpoint's data. */
  private final Watch.Watched deadline = this::checkDeadline;

  private volatile @Nullable Runnable waiting;

  /** Whether an attempt ended after its request was sent; of whoever runs the steps. */
  private volatile boolean mayHaveRun;

  /** When the search for a worker, of which an attempt's observer is told, began. */
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
        new RetryRule(
            spec.idempotent(), spec.session() != null, spec.options().maxAttempts(), timing);
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
          && spec.options().maxAttempts() > 1
          && !HttpThreads.isVirtual(Thread.currentThread());
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
      return new CompletableFuture<>();
    }
  }

  /** Runs the call on the transport's threads; returns its result. */
  CompletableFuture<T> start() {
    onTransport(
        () -> {
          if (begun.compareAndSet(false, true)) {
            run();
          }
        });
    return result;
  }

  private void resume() {
    onTransport(this::run);
  }

  /** Where threads are few the steps may wait for one, but not beyond the deadline. */
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
      fail(progress.timedOut());
    }
  }

  /** In the caller's logging context; a thread may have one that it got from whoever made it. */
  private void run() {
    Map<String, String> before = MDC.getCopyOfContextMap();
    if (mdc == null && before == null) {
      advance();
      return;
    }
    logIn(mdc);
    try {
      advance();
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
          // The next step, or the result, says so again.
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
      // A waiting caller sees to it. A helping one must not: another thread goes on.
      return progress.caller() == null ? Pause.of(HAND_OVER) : null;
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e);
      return null;
    }
  }

  // ---- the steps

  /** Goes on until the call has ended, or has to wait. */
  private @Nullable Pause step() throws InterruptedException {
    waiting = null;
    while (!result.isDone()) {
      if (progress.left() <= 0) {
        return fail(progress.timedOut());
      }
      Pause pause;
      try {
        pause = routeAndAttempt();
      } catch (RouteSearch.Failed e) {
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
    Attempt<T> attempt = new Attempt<>(context, spec, progress, route, began);
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
              end.how().outcome()));
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
      throw new InterruptedException(); // another step would fail in the same way, and another
    }
    progress.failedWith(end.cause());
    mayHaveRun |= end.how().outcome() == CallObserver.Outcome.LOST;
    Duration delay = retries.next(end.how());
    if (delay == null) {
      return fail(failure(end.how(), end.cause()));
    }
    log.debug(
        "'{}' failed ({}), trying again: {}",
        spec.function(),
        end.how(),
        String.valueOf(end.cause()));
    return Pause.of(delay);
  }

  /** What the caller gets after the last attempt. */
  private Throwable failure(AttemptOutcome how, Throwable cause) {
    SessionState session = spec.session();
    if (session != null && !how.reached()) {
      return sessionClosed(session, cause);
    }
    return switch (how) {
      case UNREACHABLE, CUT_OFF, STALE, LOST ->
          new WorkerLostException(mayHaveRun, progress.trace(), cause);
      case BUSY -> new WorkerBusyException(progress.trace(), cause);
      case OVERDUE -> progress.timedOut();
      case REFUSED -> {
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
    result.completeExceptionally(failure);
    return null;
  }
}
