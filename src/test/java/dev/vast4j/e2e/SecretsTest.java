package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a program prints and logs, with every logger at its finest level, no secret is in it.
 */
@Timeout(120)
class SecretsTest {
  private static final String KEY = "account-key-12345";

  /** Keys of endpoints, instances and their tokens, as the embedded engine makes them up. */
  private static final Pattern MADE_UP =
      Pattern.compile("(local|endpoint|instance|mtoken)-[0-9a-f]{48}");

  @Test
  void nothingPrintedOrLoggedHoldsASecret(@TempDir Path temp) throws Exception {
    Path levels =
        Files.writeString(
            temp.resolve("logging.properties"),
            """
            handlers = java.util.logging.ConsoleHandler
            java.util.logging.ConsoleHandler.level = ALL
            okhttp3.level = ALL
            dev.vast4j.level = ALL
            io.undertow.level = ALL
            org.xnio.level = ALL
            """);
    Path printed = temp.resolve("printed");
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.util.logging.config.file=" + levels,
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
                "-Dorg.slf4j.simpleLogger.logFile=System.err",
                "-cp",
                System.getProperty("java.class.path"),
                ProgramWithSecrets.class.getName(),
                KEY)
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    try {
      boolean ended = program.waitFor(100, TimeUnit.SECONDS);
      assertThat(ended).as(() -> "ended after printing\n" + read(printed)).isTrue();
    } finally {
      program.destroyForcibly();
    }
    String all = read(printed);
    assertThat(all).contains("the answer is 49", "CallTimeoutException", "DEBUG", "HF_TOKEN");
    assertThat(program.exitValue()).as(all).isZero();
    assertThat(all.lines().filter(SecretsTest::holdsASecret)).isEmpty();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean holdsASecret(String line) {
    return line.contains(KEY)
        || line.contains(ProgramWithSecrets.VARIABLE)
        || line.contains(ProgramWithSecrets.PASSWORD)
        || MADE_UP.matcher(line).find();
  }
}
