package dev.vast4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpdatePlanTest {
  private static UpdatePlan plan(UpdateTier tier, Integer workers, long bytes) {
    return new UpdatePlan(
        "square",
        "default",
        tier,
        List.of(),
        "ab12",
        bytes,
        List.of(),
        true,
        List.of(),
        workers,
        Optional.empty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "NONE | 2 | no change (NONE)",
        "AUTOSCALING | 2 | change scaling, workers keep running",
        "SOFT | 2 | update code of 2 workers, no restart of machines (soft)",
        "SOFT | 1 | update code of 1 worker, no restart of machines (soft)",
        "SOFT | 0 | update code, no workers yet, no restart of machines (soft)",
        "SOFT | - | update code, no restart of machines (soft)",
        "HARD | 3 | update image or environment of 3 workers, machines restart (hard)",
        "NEW | 0 | create a new endpoint and recruit workers"
      })
  void saysWhatHappensToWorkers(UpdateTier tier, Integer workers, String text) {
    assertThat(plan(tier, workers, 10).toString()).startsWith("square (default): " + text + "\n");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 bytes",
    "1, 1 byte",
    "999, 999 bytes",
    "1000, 1.0 kB",
    "999949, 999.9 kB",
    "999950, 1.0 MB",
    "5123456, 5.1 MB",
    "5368709120, 5.4 GB"
  })
  void hasSizesForPeople(long bytes, String text) {
    assertThat(plan(UpdateTier.NONE, 0, bytes).toString()).contains("bundle: " + text + ", ab12");
  }

  @Test
  void keepsEachChangeInItsLine() {
    UpdatePlan plan =
        new UpdatePlan(
            "square",
            "default",
            UpdateTier.HARD,
            List.of(new UpdatePlan.Change("image", "a\nb", "c")),
            "ab",
            1,
            List.of(),
            true,
            List.of(),
            1,
            Optional.empty());

    assertThat(plan.toString()).contains("\n  image: a\\nb → c\n");
  }

  @Test
  void saysWhatItMayCost() {
    MarketEstimate some =
        new MarketEstimate("gpu_ram>=24", 12, OptionalDouble.of(0.38), "RTX 4090", 20);
    assertThat(some)
        .hasToString("12 machines match now, from $0.38 an hour (RTX 4090), $7.60 with 20 workers");
    assertThat(some.nothingMatches()).isFalse();
    assertThat(some.dollarsPerHourAtMost()).hasValue(7.6);
    assertThat(new MarketEstimate("", 1, OptionalDouble.of(0.05), null, null))
        .hasToString("1 machine matches now, from $0.050 an hour for each worker");
    MarketEstimate none = new MarketEstimate("gpu_ram>=999", 0, OptionalDouble.empty(), null, 5);
    assertThat(none)
        .hasToString("no machine on the market matches gpu_ram>=999; relax the requirements");
    assertThat(none.nothingMatches()).isTrue();
    assertThat(none.dollarsPerHourAtMost()).isEmpty();
    assertThat(new MarketEstimate("", MarketEstimate.MOST_COUNTED, OptionalDouble.of(1), null, 1))
        .asString()
        .startsWith("at least 1000 machines match now");
  }
}
