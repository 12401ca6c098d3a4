package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service gets the protocol's fields; only an engine that announces itself gets more. */
@Timeout(60)
public class OwnEngineTest {
  private static final List<String> PROTOCOL =
      List.of(
          "id",
          "mtoken",
          "version",
          "loadtime",
          "cur_load",
          "rej_load",
          "new_load",
          "error_msg",
          "max_perf",
          "cur_perf",
          "cur_capacity",
          "max_capacity",
          "num_requests_working",
          "num_requests_recieved",
          "additional_disk_usage",
          "working_request_idxs",
          "url");

  @TempDir Path directory;

  /** A remote interface. */
  public interface Functions {
    @Remote
    @Benchmark(dataset = "{\"x\": 2}", runs = 1)
    default int square(int x) {
      return x * x;
    }
  }

  @Test
  void sendsTheProtocolsFieldsToAnyOtherEngine() throws Exception {
    try (RecordingEngine engine = new RecordingEngine();
        TestWorker worker = start(engine, TestWorker.environment(engine))) {
      engine.awaitStatus(OwnEngineTest::ready);
      worker.call("square", "{\"x\": 3}");
      engine.awaitStatus(status -> status.path("num_requests_recieved").asInt() == 1);

      for (JsonNode status : engine.statuses()) {
        assertThat(names(status)).containsExactlyElementsOf(PROTOCOL);
        assertThat(status.path("version").asText()).isEqualTo("1.1.0");
      }
    }
  }

  @Test
  void tellsMoreToAnEngineThatAnnouncesItself() throws Exception {
    try (RecordingEngine engine = new RecordingEngine().announced();
        TestWorker worker = start(engine, TestWorker.environment(engine))) {
      JsonNode status = engine.awaitStatus(OwnEngineTest::ready);

      assertThat(names(status)).startsWith(PROTOCOL.toArray(String[]::new)).endsWith("vast4j");
      assertThat(status.path("version").asText()).isEqualTo("1.1.0");
      assertThat(status.path("vast4j").path("library").asText()).startsWith("vast4j/");
    }
  }

  @Test
  void asksEachAddressForItself() throws Exception {
    try (RecordingEngine own = new RecordingEngine().announced();
        RecordingEngine other = new RecordingEngine()) {
      own.refuseStatuses.set(Integer.MAX_VALUE);
      Map<String, String> environment = TestWorker.environment(own);
      environment.put("REPORT_ADDR", own.url() + "," + other.url());
      try (TestWorker worker = start(own, environment)) {
        JsonNode status = other.awaitStatus(OwnEngineTest::ready);

        assertThat(names(status)).containsExactlyElementsOf(PROTOCOL);
      }
    }
  }

  private TestWorker start(RecordingEngine engine, Map<String, String> environment)
      throws Exception {
    return TestWorker.start(engine, directory, TestWorker.manifest(Functions.class), environment);
  }

  private static boolean ready(JsonNode status) {
    return status.path("max_perf").asDouble() > 0;
  }

  private static List<String> names(JsonNode status) {
    List<String> names = new ArrayList<>();
    status.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
