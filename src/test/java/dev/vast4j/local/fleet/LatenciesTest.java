package dev.vast4j.local.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LatenciesTest {
  private final Latencies latencies = new Latencies();

  @Test
  void findsQuantilesToWithinFivePercent() {
    for (int millis = 1; millis <= 1_000; millis++) {
      latencies.add(millis / 1e3);
    }
    assertThat(latencies.quantile(0.5)).isEqualTo(0.5, within(0.025));
    assertThat(latencies.quantile(0.95)).isEqualTo(0.95, within(0.05));
    assertThat(latencies.quantile(0.99)).isEqualTo(0.99, within(0.05));
  }

  @Test
  void takesExtremes() {
    latencies.add(0);
    latencies.add(1e9);
    assertThat(latencies.quantile(0.5)).isLessThan(0.001);
    assertThat(latencies.quantile(1)).isGreaterThan(1_000);
  }

  @Test
  void hasNoQuantileWithoutDurations() {
    assertThat(latencies.quantile(0.5)).isNaN();
    latencies.add(1);
    latencies.clear();
    assertThat(latencies.quantile(0.5)).isNaN();
  }
}
