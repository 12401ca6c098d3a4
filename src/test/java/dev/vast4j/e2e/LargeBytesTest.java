package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is large needs no heap many times its size, on either side. */
@Timeout(150)
class LargeBytesTest {
  private static final String HEAP = "256m";

  @Test
  void sixtyFourMegabytesPassWithAHeapOf256OnBothSides(@TempDir Path temp) throws Exception {
    Path printed = temp.resolve("printed");
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP,
                "-cp",
                System.getProperty("java.class.path"),
                ProgramOfLargeBytes.class.getName(),
                HEAP)
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    try {
      boolean ended = program.waitFor(120, TimeUnit.SECONDS);
      String all = Files.readString(printed);
      assertThat(ended).as(all).isTrue();
      assertThat(program.exitValue()).as(all).isZero();
      assertThat(all.lines().filter(line -> line.startsWith("64 MB there and back"))).hasSize(3);
    } finally {
      program.destroyForcibly();
    }
  }
}
