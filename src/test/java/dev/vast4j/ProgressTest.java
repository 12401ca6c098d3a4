package dev.vast4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.errors.CallException;
import dev.vast4j.errors.WorkerBusyException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
  @Test
  void leftOutCopiesItsPaths() {
    assertThat(new Progress.LeftOut(List.of(), 1, 2))
        .isEqualTo(new Progress.LeftOut(List.of(), 1, 2));
  }

  @Test
  void busyWorkersSayWhy() {
    CallException.Trace trace = new CallException.Trace("square", 1, Duration.ZERO, null);
    assertThat(new WorkerBusyException("queue full", trace, null).detail()).isEqualTo("queue full");
  }
}
