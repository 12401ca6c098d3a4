package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ConversionsTest {
  private final AtomicInteger runs = new AtomicInteger();
  private final Conversions conversions =
      new Conversions(
          task -> {
            throw new OutOfMemoryError("no thread");
          });

  /** A future that completes calls it: nothing else would answer the call. */
  @Test
  void convertsOnTheCallingThreadWhenThereIsNoOther() {
    for (int i = 0; i < 100; i++) {
      conversions.execute(runs::incrementAndGet);
    }
    assertThat(runs).hasValue(100);
  }

  @Test
  void refusesARequestWhenThereIsNoThread() {
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(
              () ->
                  conversions.execute(
                      UnaryOperator.identity(),
                      () -> {
                        runs.incrementAndGet();
                        return null;
                      }))
          .isInstanceOf(OutOfMemoryError.class);
    }
    assertThat(runs).hasValue(0);
  }
}
