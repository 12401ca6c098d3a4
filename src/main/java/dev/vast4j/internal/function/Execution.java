package dev.vast4j.internal.function;

import org.jspecify.annotations.Nullable;

/**
 * How a worker runs a function's calls. Immutable.
 *
 * @param maxConcurrency the most calls, or batches, at once; 0 for one at a time in the queue that
 *     all such functions of a worker share
 * @param virtualThreads whether the body runs on virtual threads where the JDK has them
 * @param batch how calls are batched, or null
 */
public record Execution(int maxConcurrency, boolean virtualThreads, @Nullable BatchSpec batch) {
  /** The largest bound: as many connections as a worker accepts. */
  public static final int MAX_CONCURRENCY = 10_000;

  /** One at a time in the shared queue, on platform threads. */
  public static final Execution DEFAULT = new Execution(0, false, null);

  /** {@return the most calls, or batches, at once} */
  public int bound() {
    return Math.max(1, maxConcurrency);
  }
}
