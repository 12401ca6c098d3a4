package dev.vast4j.query;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;

/** A column of durations. The service counts them in days; 36 hours are written as 1.5. */
public final class DurationColumn extends OrderedColumn<Duration> {
  private static final BigDecimal SECONDS_PER_DAY = BigDecimal.valueOf(24 * 60 * 60);

  DurationColumn(String name) {
    super(name, (column, value) -> Values.number(column, days(value)));
  }

  static BigDecimal days(Duration value) {
    BigDecimal seconds =
        BigDecimal.valueOf(value.getSeconds()).add(BigDecimal.valueOf(value.getNano(), 9));
    return seconds.divide(SECONDS_PER_DAY, MathContext.DECIMAL128);
  }
}
