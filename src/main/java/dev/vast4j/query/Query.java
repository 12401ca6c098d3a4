package dev.vast4j.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One demand on a machine: a column, an operator and a value, such as {@code gpu_ram>=24}. Made by
 * the constants of {@link Columns}; several of them all have to hold.
 *
 * <p>Immutable. Two queries are equal when column, operator and value are.
 */
public final class Query {
  private final String column;
  private final Operator operator;
  private final @Nullable Object value;

  /**
   * @param value a Boolean, Long, BigInteger, Double, String or null; a list of these for an
   *     operator that takes a list
   */
  Query(String column, Operator operator, @Nullable Object value) {
    this.column = column;
    this.operator = operator;
    this.value = value;
  }

  /**
   * The name of the column, as the service spells it.
   *
   * @return the name, such as {@code gpu_ram}
   */
  public String column() {
    return column;
  }

  /**
   * How the column is compared with the value.
   *
   * @return the operator
   */
  public Operator operator() {
    return operator;
  }

  /**
   * What the column is compared with, in the column's unit.
   *
   * @return a {@code Boolean}, {@code Long}, {@code BigInteger}, {@code Double} or {@code String},
   *     null for "has no value", or an unmodifiable list for {@link Operator#IN} and {@link
   *     Operator#NOT_IN}
   */
  public @Nullable Object value() {
    return value;
  }

  /**
   * Tells whether a machine meets this demand.
   *
   * <p>A machine without a value in the column meets only "not equal", "not one of" and "has no
   * value". Aliases and virtual columns (see {@link Columns}) are looked up under the name of the
   * column they stand for as well.
   *
   * @param offer the machine: values by column name, in the units that {@link Columns} states
   * @return whether it does
   */
  public boolean matches(Map<String, ?> offer) {
    return Matching.matches(this, offer);
  }

  /** The values of a list operator. */
  List<@Nullable Object> values() {
    List<@Nullable Object> values = new ArrayList<>();
    if (value instanceof List<?> list) {
      values.addAll(list);
    } else {
      values.add(value);
    }
    return values;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Query that
        && column.equals(that.column)
        && operator == that.operator
        && Objects.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Objects.hash(column, operator, value);
  }

  /**
   * The query as the service reads it.
   *
   * @return column, operator and value, such as {@code gpu_name in RTX_4090,RTX_5090}
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(column).append(operator.text());
    String comma = "";
    for (Object one : values()) {
      text.append(comma).append(Values.text(one));
      comma = ",";
    }
    return text.toString();
  }
}
