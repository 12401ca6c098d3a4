package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is large needs no heap many times its size, on either side. */
@Timeout(150)
class LargeBytesTest {
  private static final String HEAP = "256m";

  @Test
  void sixtyFourMegabytesPassWithAHeapOf256OnBothSides() throws Exception {
    String printed =
        ProgramRun.printedBy(
            ProgramRun.of(List.of("-Xmx" + HEAP), ProgramOfLargeBytes.class, HEAP));

    assertThat(printed.lines().filter(line -> line.startsWith("64 MB there and back"))).hasSize(3);
  }
}
