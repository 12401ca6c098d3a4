package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import dev.vast4j.docs.Proves;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A worker in a process that cannot write to files. */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
public class FullDiskTest {
  /** One function that writes a file, and one that does not. */
  public interface Notes {
    @Remote(allowParallelRequests = true)
    @Benchmark(dataset = "{\"x\": 3}", runs = 1)
    default int square(int x) {
      return x * x;
    }

    @Remote(allowParallelRequests = true)
    default long save(String text) throws IOException {
      return Files.size(Files.writeString(Path.of("saved.txt"), text));
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "its disk is full",
      outcome =
          "the worker starts and serves; `RemoteExecutionException` from a function that writes")
  void servesFunctionsThatDoNotWrite(@TempDir Path directory) throws Exception {
    TestWorker.writeManifest(directory, TestWorker.manifest(Notes.class));
    Path score = directory.resolve(".has_benchmark");
    try (RecordingEngine engine = new RecordingEngine()) {
      Process process = start(directory, engine);
      try {
        JsonNode ready = engine.awaitStatus(status -> status.get("loadtime").asDouble() > 0);
        assertThat(ready.get("max_perf").asDouble()).isPositive();
        assertThat(Files.exists(score) ? Files.size(score) : 0).as("written").isZero();

        String url = ready.get("url").asText();
        String result = "{\"result\":{\"ok\":25}}";
        assertThat(TestWorker.call(engine, url, "square", "{\"x\": 5}")).isEqualTo(result);
        assertThat(TestWorker.call(engine, url, "save", "{\"text\": \"some\"}"))
            .contains("{\"result\":{\"err\":", "IOException");
        assertThat(TestWorker.call(engine, url, "square", "{\"x\": 5}")).isEqualTo(result);
      } finally {
        process.destroyForcibly().waitFor();
      }
      // With room again: an empty file is no score.
      TestWorker.start(engine, directory, TestWorker.manifest(Notes.class)).close();
      assertThat(Double.parseDouble(Files.readString(score))).isPositive();
    }
  }

  private static Process start(Path directory, RecordingEngine engine) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -f 0; exec \"$0\" \"$@\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                WorkerMain.class.getName())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.DISCARD);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().putAll(TestWorker.environment(engine));
    return builder.start();
  }
}
