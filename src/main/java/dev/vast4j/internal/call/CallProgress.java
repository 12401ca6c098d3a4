package dev.vast4j.internal.call;

import dev.vast4j.errors.CallException;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.internal.http.Timing;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The progress of a call: the time left, what its exceptions report, the exchange to cancel. The
 * call's steps run one after another and change it; any thread may end it.
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

  /** Returns the nanoseconds until the deadline, negative after it. */
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

  /** Remembers why a step failed. */
  void failedWith(@Nullable Throwable cause) {
    lastCause = cause;
  }

  @Nullable Throwable lastCause() {
    return lastCause;
  }

  /** Counts an attempt and returns its number, from 1. */
  int attempt(Route to) {
    route = to;
    int number = attempts + 1;
    attempts = number;
    return number;
  }

  /** Returns how many attempts were made. */
  int attempts() {
    return attempts;
  }

  // ---- who waits, and how to cancel

  /** Declares that this thread runs all steps, so interrupting it ends the call. */
  void awaitedBy(Thread thread) {
    caller = thread;
  }

  /** Returns the thread that runs all steps, or null. */
  @Nullable Thread caller() {
    return caller;
  }

  /** Registers the exchange to cancel when the call ends; returns false when it has ended. */
  boolean begins(Exchange exchange) {
    current = exchange;
    return !over;
  }

  void ends() {
    current = null;
  }

  /** Whether the call has ended. */
  boolean over() {
    return over;
  }

  /** Cancels the exchange in flight; no other begins. */
  void end() {
    over = true;
    Exchange exchange = current;
    if (exchange != null) {
      exchange.cancel();
    }
  }
}
