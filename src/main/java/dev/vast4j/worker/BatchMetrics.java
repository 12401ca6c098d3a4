package dev.vast4j.worker;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts batches. Logs a line for each batched function from time to time, and tells Micrometer's
 * global registry if the deployment brings Micrometer. Thread-safe.
 */
final class BatchMetrics {
  private final ConsoleLog log;
  private final @Nullable BatchMeters meters;

  /** By function, since the last report. Guarded by this. */
  private final Map<String, Count> counts = new TreeMap<>();

  private static final class Count {
    private long batches;
    private long calls;
    private int largest;
    private long waitNanos;
    private long longestNanos;
  }

  BatchMetrics(ConsoleLog log) {
    this.log = log;
    this.meters = meters(log);
  }

  private static @Nullable BatchMeters meters(ConsoleLog log) {
    try {
      return new BatchMeters();
    } catch (LinkageError e) {
      log.debug("no Micrometer to tell about batches");
      return null;
    }
  }

  /**
   * Notes that a batch begins.
   *
   * @param waited how long its oldest call has waited
   */
  void begins(String function, int size, Duration waited) {
    synchronized (this) {
      Count count = counts.computeIfAbsent(function, name -> new Count());
      count.batches++;
      count.calls += size;
      count.largest = Math.max(count.largest, size);
      count.waitNanos += waited.toNanos();
      count.longestNanos = Math.max(count.longestNanos, waited.toNanos());
    }
    if (meters != null) {
      meters.begins(function, size, waited);
    }
  }

  /** Logs what has run since the last time, if anything. */
  void report() {
    Map<String, Count> reported;
    synchronized (this) {
      reported = new TreeMap<>(counts);
      counts.clear();
    }
    reported.forEach(
        (function, count) ->
            log.info(
                "batches of "
                    + function
                    + ": "
                    + count.batches
                    + ", calls "
                    + count.calls
                    + ", "
                    + tenths((double) count.calls / count.batches)
                    + " a batch, at most "
                    + count.largest
                    + "; oldest call waited "
                    + tenths(count.waitNanos / 1e6 / count.batches)
                    + " ms, at most "
                    + tenths(count.longestNanos / 1e6)
                    + " ms"));
  }

  private static double tenths(double number) {
    return Math.round(number * 10) / 10.0;
  }
}
