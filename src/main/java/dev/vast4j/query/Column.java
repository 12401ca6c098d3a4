package dev.vast4j.query;

import dev.vast4j.errors.InvalidDeploymentException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A property of a machine that can be demanded; see {@link Columns} for all of them. Columns whose
 * values have an order are {@link OrderedColumn}s.
 *
 * <p>Every method that makes a {@link Query} throws {@link InvalidDeploymentException} when the
 * value cannot be written in a query: a number that is not finite, or text that is empty, that
 * holds control characters, quotes, brackets or white space other than single spaces, that starts
 * with an operator or a comma, or that the service would read as something else ({@code any},
 * {@code None}, {@code true} …). In lists, text must not hold commas either.
 *
 * <p>In text a space and an underscore are the same to the service.
 *
 * @param <T> the type of its values
 */
public abstract class Column<T> {
  private final String name;

  Column(String name) {
    this.name = name;
  }

  /** The value as a {@link Query} keeps it: Boolean, Long, BigInteger, Double or String. */
  abstract Object encode(T value);

  /**
   * The column's name, as the service spells it.
   *
   * @return the name, such as {@code gpu_ram}
   */
  public final String name() {
    return name;
  }

  /**
   * Demands this value.
   *
   * @param value the value; null demands that there is none
   * @return the query
   * @throws InvalidDeploymentException if the value cannot be written in a query
   */
  public final Query eq(@Nullable T value) {
    return query(Operator.EQ, value);
  }

  /**
   * Demands any value but this one.
   *
   * @param value the value; null demands that there is one
   * @return the query
   * @throws InvalidDeploymentException if the value cannot be written in a query
   */
  public final Query ne(@Nullable T value) {
    return query(Operator.NE, value);
  }

  /**
   * Demands one of these values.
   *
   * @param values the values, at least one
   * @return the query
   * @throws InvalidDeploymentException if there is no value, or one that cannot be written in a
   *     query
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public final Query in(T... values) {
    return list(Operator.IN, Arrays.asList(values));
  }

  /**
   * Demands one of these values.
   *
   * @param values the values, at least one
   * @return the query
   * @throws InvalidDeploymentException if there is no value, or one that cannot be written in a
   *     query
   */
  public final Query in(Collection<? extends T> values) {
    return list(Operator.IN, values);
  }

  /**
   * Demands none of these values.
   *
   * @param values the values, at least one
   * @return the query
   * @throws InvalidDeploymentException if there is no value, or one that cannot be written in a
   *     query
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public final Query notIn(T... values) {
    return list(Operator.NOT_IN, Arrays.asList(values));
  }

  /**
   * Demands none of these values.
   *
   * @param values the values, at least one
   * @return the query
   * @throws InvalidDeploymentException if there is no value, or one that cannot be written in a
   *     query
   */
  public final Query notIn(Collection<? extends T> values) {
    return list(Operator.NOT_IN, values);
  }

  final Query query(Operator operator, @Nullable T value) {
    return new Query(name, operator, value == null ? null : encode(value));
  }

  private Query list(Operator operator, Collection<? extends @Nullable T> values) {
    List<Object> encoded = new ArrayList<>(values.size());
    for (T value : values) {
      if (value == null) {
        throw invalid("a list of values holds null", "Use eq(null) or ne(null) beside it.");
      }
      Object one = encode(value);
      if (one instanceof String text && text.indexOf(',') >= 0) {
        throw invalid(
            "the value " + Values.quote(text) + " of a list holds a comma, which ends a value",
            "Use eq or ne, which take commas.");
      }
      encoded.add(one);
    }
    if (encoded.isEmpty()) {
      throw invalid("a list of values is empty", "Give at least one value, or leave the term out.");
    }
    return new Query(name, operator, Collections.unmodifiableList(encoded));
  }

  final InvalidDeploymentException invalid(String found, String mend) {
    return Values.invalid(name, found, mend);
  }

  /**
   * The column's name.
   *
   * @return the name, as the service spells it
   */
  @Override
  public String toString() {
    return name;
  }
}
