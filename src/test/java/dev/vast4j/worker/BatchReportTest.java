package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a worker says about its batches. */
@Timeout(60)
class BatchReportTest {
  @Test
  void countsBatchesInALogLineAndInMicrometer(@TempDir Path directory) throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    Metrics.addRegistry(registry);
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try (RecordingEngine engine = new RecordingEngine()) {
      // The benchmark's calls: a warm-up and twice a full batch. Then one more.
      try (TestWorker worker =
          TestWorker.start(engine, directory, TestWorker.manifest(Batching.class))) {
        assertThat(worker.call("doubled", "{\"x\": 4}").body()).contains("\"ok\":8");
      }
      // A worker that ends reports what it has not reported yet.
      assertThat(log.toString(StandardCharsets.UTF_8))
          .containsPattern(
              "batches of doubled: 4, calls 18, 4\\.5 a batch, at most 8;"
                  + " oldest call waited [0-9.]+ ms, at most [0-9.]+ ms")
          .doesNotContain("batches of held");
      DistributionSummary sizes =
          registry.get("vast4j.batch.size").tag("function", "doubled").summary();
      assertThat(sizes.getId().getTag("function")).isEqualTo("doubled");
      assertThat(sizes.count()).isEqualTo(4);
      assertThat(sizes.totalAmount()).isEqualTo(18);
      assertThat(sizes.max()).isEqualTo(8);
      Timer waits = registry.get("vast4j.batch.wait").tag("function", "doubled").timer();
      assertThat(waits.count()).isEqualTo(4);
    } finally {
      System.setErr(before);
      Metrics.removeRegistry(registry);
    }
  }
}
