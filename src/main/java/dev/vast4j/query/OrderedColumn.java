package dev.vast4j.query;

import dev.vast4j.errors.InvalidDeploymentException;

/**
 * A column whose values have an order: numbers, durations and versions.
 *
 * @param <T> the type of its values
 */
public abstract class OrderedColumn<T> extends Column<T> {
  OrderedColumn(String name) {
    super(name);
  }

  /**
   * Demands less than this value.
   *
   * @param value the value
   * @return the query
   * @throws InvalidDeploymentException if the value cannot be written in a query
   */
  public final Query lt(T value) {
    return query(Operator.LT, value);
  }

  /**
   * Demands this value or less.
   *
   * @param value the value
   * @return the query
   * @throws InvalidDeploymentException if the value cannot be written in a query
   */
  public final Query lte(T value) {
    return query(Operator.LTE, value);
  }

  /**
   * Demands more than this value.
   *
   * @param value the value
   * @return the query
   * @throws InvalidDeploymentException if the value cannot be written in a query
   */
  public final Query gt(T value) {
    return query(Operator.GT, value);
  }

  /**
   * Demands this value or more.
   *
   * @param value the value
   * @return the query
   * @throws InvalidDeploymentException if the value cannot be written in a query
   */
  public final Query gte(T value) {
    return query(Operator.GTE, value);
  }
}
