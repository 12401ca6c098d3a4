package dev.vast4j.internal.wire;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The names and types of a function's parameters.
 *
 * @param function the function's name on the wire, for messages
 * @param names one per parameter
 * @param types one per parameter, generic
 * @param named whether arguments are written by name ({@code kwargs}) or by position ({@code
 *     args}); both are read
 * @param nullable names of the parameters that are null when they are missing
 * @param ignored names without a parameter whose arguments are passed over
 */
public record Signature(
    String function,
    List<String> names,
    List<Type> types,
    boolean named,
    Set<String> nullable,
    Set<String> ignored) {
  /** Copies the collections. */
  public Signature {
    names = List.copyOf(names);
    types = List.copyOf(types);
    nullable = Set.copyOf(nullable);
    ignored = Set.copyOf(ignored);
  }

  /** Creates a signature that ignores no argument. */
  public Signature(
      String function, List<String> names, List<Type> types, boolean named, Set<String> nullable) {
    this(function, names, types, named, nullable, Set.of());
  }

  /** Creates a signature in which only {@code Optional} parameters may be missing. */
  public Signature(String function, List<String> names, List<Type> types, boolean named) {
    this(function, names, types, named, Set.of());
  }

  /** {@return this signature, but passing over arguments of these names if they are unknown} */
  public Signature ignoring(Set<String> unknown) {
    return unknown.isEmpty()
        ? this
        : new Signature(function, names, types, named, nullable, unknown);
  }

  /** {@return the names of the parameters that a call may lack} */
  public List<String> optional() {
    return IntStream.range(0, names.size())
        .filter(this::mayBeMissing)
        .mapToObj(names::get)
        .toList();
  }

  /** {@return whether a call may lack the parameter: an {@code Optional} or a nullable one} */
  boolean mayBeMissing(int index) {
    return nullable.contains(names.get(index)) || emptyOf(types.get(index)) != null;
  }

  /** {@return the value of a missing parameter, for which {@link #mayBeMissing} is true} */
  @Nullable Object absent(int index) {
    return emptyOf(types.get(index));
  }

  /** {@return whether the argument is what the parameter would be if it were missing} */
  boolean isAbsent(int index, @Nullable Object argument) {
    return mayBeMissing(index) && (argument == null || argument.equals(absent(index)));
  }

  /** {@return the empty value of an {@code Optional} type; null for any other type} */
  private static @Nullable Object emptyOf(Type type) {
    Type raw = type instanceof ParameterizedType parameterized ? parameterized.getRawType() : type;
    return raw instanceof Class<?> named ? Absent.emptyOf(named) : null;
  }
}
