package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.docs.Proves;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a program with an embedded engine ends, in whatever way, nothing of it stays. */
@Timeout(120)
class NothingIsLeftTest {
  @TempDir Path temporary;

  @Test
  @Proves(
      at = Proves.At.LOCAL_ENGINE,
      fault = "its program gets `kill -9`",
      of = "",
      outcome = "no process, file or port is left")
  void afterKill() throws Exception {
    Process program = start();
    Running running = awaitRunning(program);
    List<ProcessHandle> children = program.descendants().toList();
    assertThat(children).extracting(ProcessHandle::pid).contains(running.workerPid());

    program.destroyForcibly();

    assertGone(running, children);
  }

  @Test
  @Proves(
      at = Proves.At.LOCAL_ENGINE,
      fault = "its program ends",
      of = "",
      outcome = "no process, file or port is left")
  void afterANormalEnd() throws Exception {
    Process program = start();
    Running running = awaitRunning(program);
    List<ProcessHandle> children = program.descendants().toList();

    program.getOutputStream().write('\n');
    program.getOutputStream().flush();

    assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(program.exitValue()).isZero();
    assertGone(running, children);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kill", "exit", "interrupt", "finish"})
  @Proves(
      at = Proves.At.CLIENT,
      fault = "the program ends in the middle of an upload: by a signal, `System.exit`, interrupt",
      of = "",
      outcome = "no temporary file stays")
  void afterABrokenDeploy(String how) throws Exception {
    Process program =
        ProgramRun.of(
                List.of("-Djava.io.tmpdir=" + temporary),
                ProgramThatUploads.class,
                how,
                temporary.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out = program.inputReader(StandardCharsets.UTF_8);
    assertThat(out.readLine()).isEqualTo("uploading");
    assertThat(leftInTemporary()).hasSize(1);

    if (how.equals("kill")) {
      program.destroy();
    } else {
      program.getOutputStream().write('\n');
      program.getOutputStream().flush();
    }

    assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(leftInTemporary()).isEmpty();
  }

  private record Running(int port, long workerPid) {}

  private Process start() throws IOException {
    return ProgramRun.of(
            List.of("-Djava.io.tmpdir=" + temporary, "-Dorg.slf4j.simpleLogger.logFile=System.err"),
            ProgramForKilling.class)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static Running awaitRunning(Process program) throws IOException {
    BufferedReader out = program.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    assertThat(line).as("what the program printed").matches("\\d+ \\d+");
    int space = line.indexOf(' ');
    return new Running(
        Integer.parseInt(line.substring(0, space)), Long.parseLong(line.substring(space + 1)));
  }

  private void assertGone(Running running, List<ProcessHandle> children) throws Exception {
    CompletableFuture<Void> allExited =
        CompletableFuture.allOf(
            children.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new));
    allExited.get(5, TimeUnit.SECONDS);
    assertThat(children).noneMatch(ProcessHandle::isAlive);
    assertThat(leftInTemporary()).as("left in the temporary folder").isEmpty();
    assertThat(answers(running.port())).as("port still open").isFalse();
  }

  private List<String> leftInTemporary() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("hsperfdata"))
          .collect(Collectors.toList());
    }
  }

  private static boolean answers(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (ConnectException refused) {
      return false;
    }
  }
}
