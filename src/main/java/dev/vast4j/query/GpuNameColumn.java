package dev.vast4j.query;

import dev.vast4j.errors.InvalidDeploymentException;
import java.util.Arrays;

/**
 * The column of GPU models. Takes the constants of {@link GpuName}, and the service's own spelling
 * as text for models that are newer than this library.
 */
public final class GpuNameColumn extends Column<GpuName> {
  private final TextColumn text;

  GpuNameColumn(String name) {
    super(name);
    this.text = new TextColumn(name);
  }

  @Override
  Object encode(GpuName value) {
    return value.text();
  }

  /**
   * Demands this model.
   *
   * @param value the model's name, such as {@code RTX 4090}
   * @return the query
   * @throws InvalidDeploymentException if the name cannot be written in a query
   */
  public Query eq(String value) {
    return text.eq(value);
  }

  /**
   * Demands any model but this one.
   *
   * @param value the model's name, such as {@code RTX 4090}
   * @return the query
   * @throws InvalidDeploymentException if the name cannot be written in a query
   */
  public Query ne(String value) {
    return text.ne(value);
  }

  /**
   * Demands one of these models.
   *
   * @param values the models' names, at least one
   * @return the query
   * @throws InvalidDeploymentException if there is no name, or one that cannot be written in a
   *     query
   */
  public Query in(String... values) {
    return text.in(Arrays.asList(values));
  }

  /**
   * Demands none of these models.
   *
   * @param values the models' names, at least one
   * @return the query
   * @throws InvalidDeploymentException if there is no name, or one that cannot be written in a
   *     query
   */
  public Query notIn(String... values) {
    return text.notIn(Arrays.asList(values));
  }
}
