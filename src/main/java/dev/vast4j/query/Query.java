package dev.vast4j.query;

import dev.vast4j.errors.InvalidDeploymentException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One requirement on a machine: a column, an operator and a value, such as {@code gpu_ram>=24}. The
 * constants of {@link Columns} create queries, and {@link #parse} reads them. A machine must meet
 * all queries of an image.
 *
 * <p>Immutable. Two queries are equal if their column, operator and value are equal.
 */
public final class Query {
  private final String column;
  private final Operator operator;
  private final @Nullable Object value;

  /**
   * @param value a Boolean, Long, BigInteger, Double, String or null; an unmodifiable list of these
   *     for an operator that takes a list
   */
  Query(String column, Operator operator, @Nullable Object value) {
    this.column = column;
    this.operator = operator;
    this.value = value;
  }

  /**
   * Reads queries in the service's text form, to be given to {@code Image.require}:
   *
   * <pre>{@code
   * image.require(Query.parse("gpu_name in RTX_4090,RTX_5090 gpu_ram>=24 gpu_clock>=1500"));
   * }</pre>
   *
   * <p>Memory is in GB and {@code duration} in days, as {@link Columns} states. Columns that {@code
   * Columns} lacks are allowed; their values are numbers, booleans or text, whatever they look
   * like. {@link SearchParams#parse} describes everything that can be written, and what happens to
   * a term that occurs twice. An image's defaults ({@code verified=true rentable=true
   * rented=false}) still apply.
   *
   * @param text terms such as {@code gpu_ram>=24}, separated by spaces
   * @return the queries in the order of the text
   * @throws InvalidDeploymentException if the text isn't valid; the message names the position
   */
  public static Query[] parse(String text) {
    return SearchParams.parse(text).queries().toArray(Query[]::new);
  }

  /** {@return the column's name in the service's spelling, such as {@code gpu_ram}} */
  public String column() {
    return column;
  }

  /** {@return how the column is compared with the value} */
  public Operator operator() {
    return operator;
  }

  /**
   * {@return what the column is compared with, in the column's unit: a {@code Boolean}, {@code
   * Long}, {@code BigInteger}, {@code Double} or {@code String}, null for "has no value", or an
   * unmodifiable list for {@link Operator#IN} and {@link Operator#NOT_IN}}
   */
  public @Nullable Object value() {
    return value;
  }

  /**
   * Tells whether a machine meets this query.
   *
   * <p>A machine without a value in the column meets only "not equal", "not one of" and "has no
   * value". Aliases and virtual columns (see {@link Columns}) are also looked up under the name of
   * the column they stand for.
   *
   * @param offer the machine: values by column name, in the units that {@link Columns} states
   * @return whether the machine meets it
   */
  public boolean matches(Map<String, ?> offer) {
    return Matching.matches(this, offer);
  }

  /** Returns the values of a list operator, or the single value. */
  List<? extends @Nullable Object> values() {
    return value instanceof List<?> list ? list : Collections.singletonList(value);
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
   * {@return the query in the service's text form, such as {@code gpu_name in RTX_4090,RTX_5090}}
   */
  @Override
  public String toString() {
    String space = operator.takesList() ? " " : "";
    return values().stream()
        .map(Values::text)
        .collect(Collectors.joining(",", column + space + operator.text() + space, ""));
  }
}
