package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a program prints and logs, with every logger at its finest level, no secret is in it.
 */
@Timeout(150)
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
    String all =
        ProgramRun.printedBy(
            ProgramRun.of(
                List.of(
                    "-Djava.util.logging.config.file=" + levels,
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
                    "-Dorg.slf4j.simpleLogger.logFile=System.err"),
                ProgramWithSecrets.class,
                KEY));
    assertThat(all).contains("the answer is 49", "CallTimeoutException", "DEBUG", "HF_TOKEN");
    assertThat(all.lines().filter(SecretsTest::holdsASecret)).isEmpty();
  }

  private static boolean holdsASecret(String line) {
    return line.contains(KEY)
        || line.contains(ProgramWithSecrets.VARIABLE)
        || line.contains(ProgramWithSecrets.PASSWORD)
        || MADE_UP.matcher(line).find();
  }
}
