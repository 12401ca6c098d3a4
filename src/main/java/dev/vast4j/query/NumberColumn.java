package dev.vast4j.query;

/**
 * A column of numbers. Takes the boxed primitives, {@link java.math.BigInteger} and {@link
 * java.math.BigDecimal}; a {@code BigDecimal} with a fraction becomes the nearest {@code double}.
 */
public final class NumberColumn extends OrderedColumn<Number> {
  NumberColumn(String name) {
    super(name, Values::number);
  }
}
