package dev.vast4j.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.docs.Proves;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An engine leaves nothing behind, however it ends. */
@Timeout(90)
class EngineEndTest {
  private static final Duration GONE = Duration.ofSeconds(5);

  /** Runs an engine until the end of standard input. */
  static final class Program {
    public static void main(String[] arguments) throws Exception {
      LocalVast local = LocalVast.start();
      System.out.println("ENGINE " + local.url() + " " + local.apiKeyFile());
      System.out.flush();
      while (System.in.read() >= 0) {}
    }

    private Program() {}
  }

  private record Running(Process program, URI url, Path folder, String key) {}

  private static Running start() throws Exception {
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(program.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    while (line != null && !line.startsWith("ENGINE ")) {
      line = out.readLine();
    }
    assertThat(line).isNotNull();
    String[] words = line.split(" ");
    Path keyFile = Path.of(words[2]);
    return new Running(
        program, URI.create(words[1]), keyFile.getParent(), Files.readString(keyFile));
  }

  private static List<ProcessHandle> withAWorker(Running running) {
    try (Api api = new Api(running.url().toString(), running.key())) {
      byte[] bundle = Api.bundle("SCRIPT_CHILD", "yes");
      JsonNode put = api.deploy(Api.config("left", bundle), bundle);
      Api.await("a ready worker", Duration.ofSeconds(40), () -> api.ready(put) == 1);
    }
    List<ProcessHandle> children = running.program().descendants().toList();
    assertThat(children).hasSizeGreaterThanOrEqualTo(3);
    return children;
  }

  private static void assertNothingIsLeft(Running running, List<ProcessHandle> children) {
    Api.await(
        "the children's end", GONE, () -> children.stream().noneMatch(ProcessHandle::isAlive));
    Api.await("the folder's end", GONE, () -> !Files.exists(running.folder()));
    Assertions.assertThatThrownBy(
            () -> new Socket(InetAddress.getLoopbackAddress(), running.url().getPort()).close())
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void endsWithKilledProgram() throws Exception {
    Running running = start();
    List<ProcessHandle> children = withAWorker(running);
    running.program().destroyForcibly().waitFor();
    assertNothingIsLeft(running, children);
  }

  @Test
  void endsWithProgramThatForgetsToClose() throws Exception {
    Running running = start();
    List<ProcessHandle> children = withAWorker(running);
    try (OutputStream in = running.program().getOutputStream()) {
      in.flush();
    }
    assertThat(running.program().waitFor()).isZero();
    assertNothingIsLeft(running, children);
  }

  @Test
  @Proves(
      at = Proves.At.LOCAL_ENGINE,
      fault = "is killed together with its watchdog",
      of = "",
      outcome = "the next engine cleans up")
  void nextEngineEndsOrphansOfKilledEngineAndWatchdog() throws Exception {
    Running running = start();
    List<ProcessHandle> children = withAWorker(running);
    // The watchdog ends first, so that nobody is left to clean up.
    children.stream()
        .filter(process -> process.info().commandLine().orElse("").contains("Reaper"))
        .forEach(ProcessHandle::destroyForcibly);
    running.program().destroyForcibly().waitFor();
    try (LocalVast next = LocalVast.start()) {
      assertThat(next.url().getPort()).isPositive();
      assertNothingIsLeft(running, children);
    }
  }
}
