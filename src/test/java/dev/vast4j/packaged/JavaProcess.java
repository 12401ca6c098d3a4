package dev.vast4j.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A java command with a file for its standard error. Closing it ends it. */
final class JavaProcess implements AutoCloseable {
  private final Process process;
  private final Path errors;

  private JavaProcess(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
  }

  static JavaProcess start(Map<String, String> environment, List<String> arguments) {
    try {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
      command.addAll(arguments);
      Path errors = Files.createTempFile("vast4j-test", ".err");
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("VAST"));
      builder.environment().remove("JAVA_TOOL_OPTIONS");
      builder.environment().putAll(environment);
      return new JavaProcess(builder.start(), errors);
    } catch (IOException e) {
      throw new IllegalStateException("no process", e);
    }
  }

  /** All that it printed, once it has ended with that exit code. */
  String output(int exitCode) throws IOException, InterruptedException {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("%s%n%s", output, errors()).isEqualTo(exitCode);
    return output;
  }

  String errors() throws IOException {
    return Files.readString(errors);
  }

  BufferedReader reader() {
    return process.inputReader(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      Files.delete(errors);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new IllegalStateException("the file cannot be deleted", e);
    }
  }
}
