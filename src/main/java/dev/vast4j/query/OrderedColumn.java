package dev.vast4j.query;

import dev.vast4j.errors.InvalidDeploymentException;
import java.util.function.BiFunction;

/**
 * A column whose values have an order: numbers, durations and versions.
 *
 * @param <T> the type of its values
 */
public abstract class OrderedColumn<T> extends Column<T> {
  OrderedColumn(String name, BiFunction<String, T, Object> encoder) {
    super(name, encoder);
  }

  /**
   * Requires less than this value.
   *
   * @param value the value
   * @return the query
   * @throws InvalidDeploymentException if a query can't express the value
   */
  public final Query lt(T value) {
    return query(Operator.LT, value);
  }

  /**
   * Requires this value or less.
   *
   * @param value the value
   * @return the query
   * @throws InvalidDeploymentException if a query can't express the value
   */
  public final Query lte(T value) {
    return query(Operator.LTE, value);
  }

  /**
   * Requires more than this value.
   *
   * @param value the value
   * @return the query
   * @throws InvalidDeploymentException if a query can't express the value
   */
  public final Query gt(T value) {
    return query(Operator.GT, value);
  }

  /**
   * Requires this value or more.
   *
   * @param value the value
   * @return the query
   * @throws InvalidDeploymentException if a query can't express the value
   */
  public final Query gte(T value) {
    return query(Operator.GTE, value);
  }
}
