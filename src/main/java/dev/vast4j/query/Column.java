package dev.vast4j.query;

import dev.vast4j.errors.InvalidDeploymentException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A property of a machine that a {@link Query} compares with a value. {@link Columns} has the
 * columns that this library knows. Create any other column of the service here, as in {@code
 * Column.number("gpu_clock").gte(1500)}. Columns whose values have an order are {@link
 * OrderedColumn}s.
 *
 * <p>A method that creates a query throws {@link InvalidDeploymentException} if a query can't
 * express the value: a number that isn't finite, or text that
 *
 * <ul>
 *   <li>is empty;
 *   <li>starts with an operator or a comma, or ends with a comma;
 *   <li>contains quotes, brackets, control characters or white space other than spaces;
 *   <li>is a word that the service reads as something else: {@code any}, {@code None}, {@code true}
 *       …;
 *   <li>contains a comma, in a list.
 * </ul>
 *
 * <p>The service treats a space and an underscore in text as equal.
 *
 * @param <T> the type of its values
 */
public abstract class Column<T> {
  private final String name;
  private final BiFunction<String, T, Object> encoder;

  /**
   * @param encoder turns the column's name and a value into what a {@link Query} holds: a Boolean,
   *     Long, BigInteger, Double or String
   */
  Column(String name, BiFunction<String, T, Object> encoder) {
    this.name = name;
    this.encoder = encoder;
  }

  /**
   * Creates a column of numbers that {@link Columns} lacks. A query holds the number as given, in
   * the service's unit.
   *
   * @param name the column's name in the service's spelling, such as {@code gpu_clock}
   * @return the column
   * @throws InvalidDeploymentException if the name isn't made of letters, digits and underscores
   */
  public static NumberColumn number(String name) {
    return new NumberColumn(QueryReader.columnName("Column.number", name));
  }

  /**
   * Creates a column of text that {@link Columns} lacks. {@link Query#parse} reads such text as a
   * number if it looks like one.
   *
   * @param name the column's name in the service's spelling
   * @return the column
   * @throws InvalidDeploymentException if the name isn't made of letters, digits and underscores
   */
  public static TextColumn text(String name) {
    return new TextColumn(QueryReader.columnName("Column.text", name));
  }

  /**
   * Creates a column of versions that {@link Columns} lacks.
   *
   * @param name the column's name in the service's spelling
   * @return the column
   * @throws InvalidDeploymentException if the name isn't made of letters, digits and underscores
   */
  public static VersionColumn version(String name) {
    return new VersionColumn(QueryReader.columnName("Column.version", name));
  }

  /**
   * Creates a boolean column that {@link Columns} lacks.
   *
   * @param name the column's name in the service's spelling
   * @return the column
   * @throws InvalidDeploymentException if the name isn't made of letters, digits and underscores
   */
  public static BooleanColumn bool(String name) {
    return new BooleanColumn(QueryReader.columnName("Column.bool", name));
  }

  /** {@return the column's name in the service's spelling, such as {@code gpu_ram}} */
  public final String name() {
    return name;
  }

  /**
   * Requires this value.
   *
   * @param value the value; null requires a machine without a value in this column
   * @return the query
   * @throws InvalidDeploymentException if a query can't express the value
   */
  public final Query eq(@Nullable T value) {
    return query(Operator.EQ, value);
  }

  /**
   * Requires any other value.
   *
   * @param value the value; null requires a machine with any value in this column
   * @return the query
   * @throws InvalidDeploymentException if a query can't express the value
   */
  public final Query ne(@Nullable T value) {
    return query(Operator.NE, value);
  }

  /**
   * Requires one of these values.
   *
   * @param values the values, at least one
   * @return the query
   * @throws InvalidDeploymentException if there is no value, or if a query can't express one
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public final Query in(T... values) {
    return in(Arrays.asList(values));
  }

  /**
   * Requires one of these values.
   *
   * @param values the values, at least one
   * @return the query
   * @throws InvalidDeploymentException if there is no value, or if a query can't express one
   */
  public final Query in(Collection<? extends T> values) {
    return list(Operator.IN, values);
  }

  /**
   * Requires any value except these.
   *
   * @param values the values, at least one
   * @return the query
   * @throws InvalidDeploymentException if there is no value, or if a query can't express one
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public final Query notIn(T... values) {
    return notIn(Arrays.asList(values));
  }

  /**
   * Requires any value except these.
   *
   * @param values the values, at least one
   * @return the query
   * @throws InvalidDeploymentException if there is no value, or if a query can't express one
   */
  public final Query notIn(Collection<? extends T> values) {
    return list(Operator.NOT_IN, values);
  }

  final Query query(Operator operator, @Nullable T value) {
    return new Query(name, operator, value == null ? null : encoder.apply(name, value));
  }

  private Query list(Operator operator, Collection<? extends @Nullable T> values) {
    List<Object> encoded = new ArrayList<>(values.size());
    for (T value : values) {
      if (value == null) {
        throw Values.invalid(
            name, "a list of values contains null", "Use eq(null) or ne(null) instead.");
      }
      Object one = encoder.apply(name, value);
      if (one instanceof String text && text.indexOf(',') >= 0) {
        throw Values.invalid(
            name,
            "the value " + Values.quote(text) + " in a list contains a comma",
            "Use eq or ne, which accept commas.");
      }
      encoded.add(one);
    }
    if (encoded.isEmpty()) {
      throw Values.invalid(
          name, "the list of values is empty", "Give at least one value, or leave the query out.");
    }
    return new Query(name, operator, Collections.unmodifiableList(encoded));
  }

  /** {@return the column's name in the service's spelling} */
  @Override
  public String toString() {
    return name;
  }
}
