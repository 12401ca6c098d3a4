package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BodyBudgetTest {
  private final BodyBudget budget = new BodyBudget(100, Duration.ofSeconds(1));
  private final List<String> evicted = new ArrayList<>();

  private BodyBudget.Share share(String name) {
    return budget.share(() -> evicted.add(name));
  }

  @Test
  void incompleteBodiesMakeRoomTheStalestFirst() {
    for (int i = 0; i < 10; i++) {
      BodyBudget.Share half = share("half " + i);
      assertThat(half.growTo(10)).isTrue();
      half.mayBeEvicted();
    }
    BodyBudget.Share whole = share("whole");
    assertThat(whole.growTo(15)).isTrue();
    assertThat(evicted).containsExactly("half 0", "half 1");
    assertThat(share("large").growTo(101)).isFalse();
  }

  @Test
  void completeBodiesKeepTheirRoom() {
    BodyBudget.Share complete = share("complete");
    assertThat(complete.growTo(90)).isTrue();
    complete.mayBeEvicted();
    complete.stays();
    BodyBudget.Share next = share("next");
    assertThat(next.growTo(20)).isFalse();
    complete.free();
    assertThat(next.growTo(20)).isTrue();
    assertThat(evicted).isEmpty();
  }

  @Test
  void anEvictedBodyTakesNoRoomAnyMore() {
    BodyBudget.Share half = share("half");
    assertThat(half.growTo(90)).isTrue();
    half.mayBeEvicted();
    assertThat(share("next").growTo(100)).isTrue();
    assertThat(half.growTo(95)).as("the rest is discarded").isTrue();
    half.free();
    assertThat(share("third").growTo(1)).isFalse();
  }
}
