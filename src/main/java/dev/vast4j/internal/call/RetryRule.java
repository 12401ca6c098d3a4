package dev.vast4j.internal.call;

import dev.vast4j.internal.http.Backoff;
import dev.vast4j.internal.http.Timing;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether and when a failed attempt is retried. The caller ends pauses at the call's
 * deadline.
 *
 * <table>
 *   <caption>Retries by failure</caption>
 *   <tr><td>no connection<td>The function did not run: retries. For a minute this doesn't count as
 *       an attempt, because the engine takes that long to notice that a worker is gone. In a
 *       session, which has no other worker, it counts at once.
 *   <tr><td>worker busy<td>The worker said that the function did not run: retries until the
 *       deadline without counting an attempt, unless there is just one.
 *   <tr><td>arrays as bytes not understood<td>The function did not run: sends them as lists at once,
 *       without counting an attempt.
 *   <tr><td>request not sent completely; overloaded<td>The function did not run: retries.
 *   <tr><td>a reused connection broke<td>Most likely the worker had closed the idle connection: if
 *       idempotent, retries at once, a single time, on a new connection. A call with one attempt
 *       uses a new connection from the start.
 *   <tr><td>worker lost or overdue<td>The function may have run: retries if idempotent.
 *   <tr><td>refused by a worker of another version<td>The function did not run; {@link VersionWait}
 *       decides.
 *   <tr><td>parameters missing<td>The function did not run. If this client's interface is the older
 *       one, says so at once, without counting an attempt; {@link VersionWait} decides where worker
 *       and client have different versions.
 *   <tr><td>optional parameters unknown<td>The function did not run, and an attached client's
 *       interface is newer than the version it attached to: lets the worker pass over them, at once,
 *       without counting an attempt.
 *   <tr><td>anything else<td>Would fail again: no retry.
 * </table>
 *
 * <p>For one call; not thread-safe.
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

  /** How many attempts counted. */
  private int counted;

  private int failures;

  /** How many attempts in a row were not sent, and when the first of them failed. */
  private int unsent;

  private long unsentSince;
  private boolean foundStale;

  /** How many workers in a row were busy. */
  private int busy;

  RetryRule(boolean idempotent, boolean inSession, int maxAttempts, Timing timing) {
    this.idempotent = idempotent;
    this.inSession = inSession;
    this.maxAttempts = maxAttempts;
    this.timing = timing;
  }

  /** Whether the next attempt may reuse a connection. */
  boolean mayReuseConnections() {
    return idempotent && maxAttempts > 1 && !foundStale;
  }

  /**
   * Takes a failed attempt's outcome.
   *
   * @return the wait before the next attempt; null when there is none
   */
  @Nullable Duration next(AttemptOutcome ending) {
    boolean wasSent = ending != AttemptOutcome.UNREACHABLE && ending != AttemptOutcome.CUT_OFF;
    unsent = wasSent ? 0 : unsent + 1;
    if (unsent == 1) {
      unsentSince = timing.nanoTime();
    }
    busy = ending == AttemptOutcome.BUSY ? busy + 1 : 0;
    return switch (ending) {
      case BUSY -> maxAttempts > 1 ? AFTER_FAILURE.after(busy, timing.random()) : null;
      case UNREACHABLE ->
          inSession
              ? counted(AFTER_UNSENT, unsent)
              : timing.nanoTime() - unsentSince < UNREACHABLE_NANOS
                  ? AFTER_UNSENT.after(unsent, timing.random())
                  : null;
      case UNREAD_ARRAYS, LACKS_PARAMETERS, UNKNOWN_PARAMETERS -> Duration.ZERO;
      case CUT_OFF -> counted(AFTER_UNSENT, unsent);
      case OVERLOADED -> counted(AFTER_FAILURE, ++failures);
      case STALE, LOST, OVERDUE -> {
        if (ending == AttemptOutcome.STALE && mayReuseConnections()) {
          foundStale = true;
          yield Duration.ZERO;
        }
        yield idempotent ? counted(AFTER_FAILURE, ++failures) : null;
      }
      // VersionWait decides about another version.
      case ANSWERED, REMOTE_ERROR, UNTRUSTED, SESSION_CLOSED, OTHER_VERSION, REFUSED, FAILED ->
          null;
    };
  }

  private @Nullable Duration counted(Backoff backoff, int failed) {
    return ++counted < maxAttempts ? backoff.after(failed, timing.random()) : null;
  }
}
