package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/**
 * Sends bytes to a worker's port. The worker must soon answer with a status that it uses, or close
 * the connection, and must not reveal internals.
 */
@Timeout(20)
class RequestFuzzTest {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3}) ");

  private static RecordingEngine engine;
  private static TestWorker worker;
  private static Path directory;

  @BeforeAll
  static void start() throws Exception {
    engine = new RecordingEngine();
    directory = Files.createTempDirectory("vast4j-fuzz");
    Map<String, String> environment = TestWorker.environment(engine);
    // Fuzzing cannot guess signatures but should get past them.
    environment.put("UNSECURED", "true");
    environment.put("VAST4J_BODY_SECONDS", "1");
    worker = TestWorker.start(engine, directory, TestWorker.manifest(Sample.class), environment);
  }

  @AfterAll
  static void stop() throws IOException {
    worker.close();
    engine.close();
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @FuzzTest
  void requests(byte[] bytes) throws IOException {
    // Set here, since Jazzer isn't active before the first input.
    BugDetectors.allowNetworkConnections((host, port) -> true);
    String answer = answer(bytes);
    Matcher status = STATUS.matcher(answer);
    while (status.find()) {
      assertThat(status.group(1))
          .as(answer)
          .isIn(
              "100", "200", "201", "400", "401", "404", "405", "408", "410", "413", "417", "422",
              "429", "503");
    }
    assertThat(answer).doesNotContain("\tat ", ".java:", "Exception:");
  }

  private static String answer(byte[] bytes) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", worker.worker().port())) {
      socket.setSoTimeout(10_000);
      try {
        socket.getOutputStream().write(bytes);
        socket.shutdownOutput();
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      } catch (SocketException reset) {
        return "";
      }
    }
  }
}
