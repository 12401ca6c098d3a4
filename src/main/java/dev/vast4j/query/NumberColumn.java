package dev.vast4j.query;

/**
 * A column of numbers. Takes the boxed primitives, {@link java.math.BigInteger} and {@link
 * java.math.BigDecimal}; a {@code BigDecimal} that is no whole number is demanded as the nearest
 * {@code double}.
 */
public final class NumberColumn extends OrderedColumn<Number> {
  NumberColumn(String name) {
    super(name);
  }

  @Override
  Object encode(Number value) {
    return Values.number(name(), value);
  }
}
