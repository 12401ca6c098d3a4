package dev.vast4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
  @Test
  void leftOutCopiesItsPaths() {
    assertThat(new Progress.LeftOut(List.of(), 1, 2))
        .isEqualTo(new Progress.LeftOut(List.of(), 1, 2));
  }
}
