package dev.vast4j.worker;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** Meters of batches in Micrometer's global registry. Needs Micrometer. Thread-safe. */
final class BatchMeters {
  private final MeterRegistry registry = Metrics.globalRegistry;

  /**
   * Notes that a batch begins.
   *
   * @param waited how long its oldest call has waited
   */
  void begins(String function, int size, Duration waited) {
    DistributionSummary.builder("vast4j.batch.size")
        .description("Calls in a batch")
        .tag("function", function)
        .register(registry)
        .record(size);
    Timer.builder("vast4j.batch.wait")
        .description("Wait of the oldest call of a batch, until the batch began")
        .tag("function", function)
        .register(registry)
        .record(waited);
  }
}
