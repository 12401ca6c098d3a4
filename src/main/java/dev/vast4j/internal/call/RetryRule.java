package dev.vast4j.internal.call;

import dev.vast4j.internal.http.Backoff;
import dev.vast4j.internal.http.Timing;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What comes after a failed attempt: another one, and when, or none. This is all of the rule; that
 * no pause goes beyond the call's deadline is the caller's part.
 *
 * <table>
 *   <caption>By what the failure says about the function</caption>
 *   <tr><td>no connection<td>it did not run: again. For a minute this does not count as an attempt,
 *       since the engine needs that long to notice that a worker is gone; in a session, where there
 *       is no other worker, it counts at once
 *   <tr><td>the request was not sent whole; the worker is busy<td>it did not run: again
 *   <tr><td>a connection that had served before broke<td>it hardly ran, the worker had closed the
 *       idle connection: if idempotent at once again, once, on a connection of its own; where one attempt
 *       is all, it has a connection of its own from the start
 *   <tr><td>the worker was lost, or overdue<td>it may have run: again if idempotent
 *   <tr><td>anything else<td>would be so again: no more
 * </table>
 *
 * <p>One for each call; not thread-safe.
 */
final class RetryRule {
  private static final Backoff AFTER_UNSENT =
      new Backoff(Duration.ofMillis(250), Duration.ofSeconds(5));
  private static final Backoff AFTER_FAILURE =
      new Backoff(Duration.ofMillis(500), Duration.ofSeconds(10));
  private static final long UNREACHABLE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final boolean idempotent;
  private final boolean inSession;
  private final int maxAttempts;
  private final Timing timing;

  /** Attempts so far that count. */
  private int counted;

  private int failures;

  /** Attempts one after the other that were not sent, and when the first of them failed. */
  private int unsent;

  private long unsentSince;
  private boolean foundStale;

  RetryRule(boolean idempotent, boolean inSession, int maxAttempts, Timing timing) {
    this.idempotent = idempotent;
    this.inSession = inSession;
    this.maxAttempts = maxAttempts;
    this.timing = timing;
  }

  /** Whether the next attempt may use a connection that has served before. */
  boolean mayReuseConnections() {
    return idempotent && maxAttempts > 1 && !foundStale;
  }

  /**
   * Says how an attempt failed.
   *
   * @return how long to wait before the next one; null when there is none
   */
  @Nullable Duration next(AttemptOutcome ending) {
    boolean wasSent = ending != AttemptOutcome.UNREACHABLE && ending != AttemptOutcome.CUT_OFF;
    unsent = wasSent ? 0 : unsent + 1;
    if (unsent == 1) {
      unsentSince = timing.nanoTime();
    }
    return switch (ending) {
      case UNREACHABLE ->
          inSession
              ? counted(AFTER_UNSENT, unsent)
              : timing.nanoTime() - unsentSince < UNREACHABLE_NANOS
                  ? AFTER_UNSENT.after(unsent, timing.random())
                  : null;
      case CUT_OFF -> counted(AFTER_UNSENT, unsent);
      case BUSY -> counted(AFTER_FAILURE, ++failures);
      case STALE, LOST, OVERDUE -> {
        if (ending == AttemptOutcome.STALE && mayReuseConnections()) {
          foundStale = true;
          yield Duration.ZERO;
        }
        yield idempotent ? counted(AFTER_FAILURE, ++failures) : null;
      }
      case ANSWERED, REMOTE_ERROR, SESSION_CLOSED, REFUSED, FAILED -> null;
    };
  }

  private @Nullable Duration counted(Backoff backoff, int failed) {
    return ++counted < maxAttempts ? backoff.after(failed, timing.random()) : null;
  }
}
