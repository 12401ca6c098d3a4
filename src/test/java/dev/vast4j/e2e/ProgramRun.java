package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of these tests in JVMs of their own. */
final class ProgramRun {
  private ProgramRun() {}

  /** A program, not yet started: the class's {@code main} with this JVM's class path. */
  static ProcessBuilder of(List<String> options, Class<?> program, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  /** Runs a program to its end, which has to come within 120 seconds and be a good one. */
  static String printedBy(ProcessBuilder program) throws IOException, InterruptedException {
    Path printed = Files.createTempFile("printed", ".txt");
    Process process = program.redirectErrorStream(true).redirectOutput(printed.toFile()).start();
    try {
      boolean ended = process.waitFor(120, TimeUnit.SECONDS);
      String all = Files.readString(printed);
      assertThat(ended).as("ended after printing\n%s", all).isTrue();
      assertThat(process.exitValue()).as(all).isZero();
      return all;
    } finally {
      process.destroyForcibly();
      Files.delete(printed);
    }
  }
}
