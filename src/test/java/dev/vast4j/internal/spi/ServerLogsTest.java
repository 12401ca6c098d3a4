package dev.vast4j.internal.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the web server logs and prints, in a process of its own. */
@Timeout(120)
class ServerLogsTest {
  @Test
  void serverLogsInfoAsDebug() throws Exception {
    assertThat(run("info", "local"))
        .anyMatch(line -> line.contains("the embedded engine listens"))
        .noneMatch(line -> line.contains("undertow") || line.contains("xnio"));
    assertThat(run("debug", "local"))
        .anyMatch(line -> line.contains("DEBUG io.undertow") || line.contains("DEBUG org.xnio"));
  }

  @Test
  void keepsLevelsOfOtherLoggers() throws Exception {
    assertThat(run("info", "log"))
        .containsExactly(
            "INFO com.acme.Own - own 1 2",
            "WARN io.undertow.request - warned x",
            "ERROR io.undertow.request - fatal",
            "java.lang.IllegalStateException: why");
  }

  @Test
  void printsNoWarningOfUnsafe() throws Exception {
    assertThat(run("info", "local")).noneMatch(line -> line.contains("sun.misc.Unsafe"));
  }

  private static List<String> run(String level, String what)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=" + level);
    command.add("-Dorg.slf4j.simpleLogger.showThreadName=false");
    // The packaged jar has no classes for newer JDKs, which avoid what they warn of.
    command.add("-Djdk.util.jar.enableMultiRelease=false");
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Program.class.getName(), what));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output.lines().filter(line -> !line.startsWith("\tat ")).toList();
  }

  /** Starts an engine, or logs a few lines as the server does. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      if (arguments[0].equals("local")) {
        dev.vast4j.local.LocalVast.start().close();
        return;
      }
      Logger own = Logger.getLogger("com.acme.Own");
      own.infov("own {0} {1}", 1, 2);
      own.debug("hidden");
      Logger server = Logger.getLogger("io.undertow.request");
      server.infof("hidden %s", "x");
      server.warnf("warned %s", "x");
      server.fatal("fatal", new IllegalStateException("why"));
    }
  }
}
