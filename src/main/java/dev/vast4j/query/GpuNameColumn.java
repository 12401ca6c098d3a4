package dev.vast4j.query;

import dev.vast4j.errors.InvalidDeploymentException;

/**
 * The column of GPU models. Takes the constants of {@link GpuName}, and text in the service's
 * spelling for models that are newer than this library.
 */
public final class GpuNameColumn extends Column<GpuName> {
  private final TextColumn text;

  GpuNameColumn(String name) {
    super(name, (column, value) -> value.text());
    this.text = new TextColumn(name);
  }

  /**
   * Requires this model.
   *
   * @param value the model's name, such as {@code RTX 4090}
   * @return the query
   * @throws InvalidDeploymentException if a query can't express the name
   */
  public Query eq(String value) {
    return text.eq(value);
  }

  /**
   * Requires any other model.
   *
   * @param value the model's name, such as {@code RTX 4090}
   * @return the query
   * @throws InvalidDeploymentException if a query can't express the name
   */
  public Query ne(String value) {
    return text.ne(value);
  }

  /**
   * Requires one of these models.
   *
   * @param values the models' names, at least one
   * @return the query
   * @throws InvalidDeploymentException if there is no name, or if a query can't express one
   */
  public Query in(String... values) {
    return text.in(values);
  }

  /**
   * Requires any model except these.
   *
   * @param values the models' names, at least one
   * @return the query
   * @throws InvalidDeploymentException if there is no name, or if a query can't express one
   */
  public Query notIn(String... values) {
    return text.notIn(values);
  }
}
