package dev.vast4j.internal.call;

import dev.vast4j.errors.CallException;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.internal.http.Timing;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far a call is: the time it has left, what its exceptions say, what ending it breaks off. The
 * call's steps, which run one after another, change it; any thread may end it.
 */
final class CallProgress {
  private final CallSpec spec;
  private final Timing timing;
  private final long start;
  private final long timeout;
  private volatile @Nullable Thread caller;
  private volatile @Nullable Exchange current;
  private volatile boolean over;
  private volatile int attempts;
  private volatile String waitingFor = "a free thread of the connection";
  private volatile @Nullable Route route;
  private volatile @Nullable Throwable lastCause;

  CallProgress(CallContext context, CallSpec spec) {
    this.spec = spec;
    this.timing = context.timing();
    this.start = timing.nanoTime();
    this.timeout = context.timeouts().callNanos(spec.options());
  }

  /** Nanoseconds until the deadline, negative behind it. */
  long left() {
    return timeout - (timing.nanoTime() - start);
  }

  Duration elapsed() {
    return Duration.ofNanos(timing.nanoTime() - start);
  }

  // ---- for exceptions

  CallException.Trace trace() {
    Route last = route;
    return new CallException.Trace(
        spec.function(), attempts, elapsed(), last == null ? null : last.worker());
  }

  CallTimeoutException timedOut() {
    return new CallTimeoutException(waitingFor, trace(), lastCause);
  }

  void waitsFor(String what) {
    waitingFor = what;
  }

  /** Notes why a step did not succeed. */
  void failedWith(@Nullable Throwable cause) {
    lastCause = cause;
  }

  @Nullable Throwable lastCause() {
    return lastCause;
  }

  /** Counts an attempt; gives its number, from 1. */
  int attempt(Route to) {
    route = to;
    int number = attempts + 1;
    attempts = number;
    return number;
  }

  /** Attempts so far. */
  int attempts() {
    return attempts;
  }

  // ---- who waits, and how it is broken off

  /** Says that a thread runs all steps itself, so that its interruption ends the call. */
  void awaitedBy(Thread thread) {
    caller = thread;
  }

  /** The thread that runs all steps itself, or null. */
  @Nullable Thread caller() {
    return caller;
  }

  /** Says what to cancel when the call is ended; false when it has been. */
  boolean begins(Exchange exchange) {
    current = exchange;
    return !over;
  }

  void ends() {
    current = null;
  }

  /** Whether the call was ended. */
  boolean over() {
    return over;
  }

  /** Breaks off what is in flight; nothing begins any more. */
  void end() {
    over = true;
    Exchange exchange = current;
    if (exchange != null) {
      exchange.cancel();
    }
  }
}
