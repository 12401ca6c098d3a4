package dev.vast4j.internal.call;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long and how often a call is tried. Immutable.
 *
 * @param timeout from the call to its value, waiting for a worker included; positive
 * @param workerTimeout for one worker to answer; positive. A stream's elements count one by one.
 * @param maxAttempts how often at most the call is sent to a worker; at least 1
 * @param cost the workload announced to the engine, or null for what the function's own calculator
 *     says (100 without one)
 * @param idempotent whether the call may be repeated after it may have run, or null for what the
 *     function's annotation says
 */
public record CallPolicy(
    Duration timeout,
    Duration workerTimeout,
    int maxAttempts,
    @Nullable Double cost,
    @Nullable Boolean idempotent) {

  /** Half an hour in all, ten minutes for a worker, five attempts. */
  public static final CallPolicy DEFAULT =
      new CallPolicy(Duration.ofMinutes(30), Duration.ofMinutes(10), 5, null, null);

  /** Checks the bounds; throws IllegalArgumentException naming the value that is out of them. */
  public CallPolicy {
    positive("timeout", timeout);
    positive("workerTimeout", workerTimeout);
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("maxAttempts is " + maxAttempts + ", at least 1");
    }
    if (cost != null && !(cost >= 0 && cost <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException("cost is " + cost + ", 0 or more and finite");
    }
  }

  private static void positive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " is " + value + ", more than zero");
    }
  }
}
