package dev.vast4j.query;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;

/** A column of time spans, which the service counts in days. */
public final class DurationColumn extends OrderedColumn<Duration> {
  private static final BigDecimal SECONDS_OF_A_DAY = BigDecimal.valueOf(24 * 60 * 60);

  DurationColumn(String name) {
    super(name);
  }

  @Override
  Object encode(Duration value) {
    return Values.number(name(), days(value));
  }

  static BigDecimal days(Duration value) {
    BigDecimal seconds =
        BigDecimal.valueOf(value.getSeconds()).add(BigDecimal.valueOf(value.getNano(), 9));
    return seconds.divide(SECONDS_OF_A_DAY, new MathContext(30, RoundingMode.HALF_EVEN));
  }
}
