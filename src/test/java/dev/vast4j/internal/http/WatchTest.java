package dev.vast4j.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchTest {
  @Test
  void aFailingCheckEndsNoOther() throws Exception {
    try (Timing timing = Timing.system()) {
      Watch watch = new Watch(timing);
      CountDownLatch checks = new CountDownLatch(6);
      for (Error failure : new Error[] {new AssertionError("x"), new OutOfMemoryError("y")}) {
        watch.add(
            now -> {
              throw failure;
            });
      }
      watch.add(
          now -> {
            throw new IllegalStateException("z");
          });
      watch.add(now -> checks.countDown());
      assertThat(checks.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }
}
