package dev.vast4j.internal.wire;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How values of a type travel, as far as peers of different versions must agree about it.
 * Immutable.
 *
 * @param name {@code int}, {@code String}, {@code List}, {@code Map}, {@code Optional}, {@code
 *     Object} or, for any other type, its full name
 * @param parts its type arguments; for an array, its elements
 */
public record Shape(String name, List<Shape> parts) {
  /** Copies the list. */
  public Shape {
    parts = List.copyOf(parts);
  }

  /**
   * What values of a class of the program consist of.
   *
   * @param properties its properties; empty for an enum
   * @param required which of them a message must have
   * @param constants names of an enum's constants
   * @param open whether an unknown constant is read as a default one
   * @param subtypes a polymorphic type's subtypes by their names on the wire
   */
  public record Members(
      SortedMap<String, Shape> properties,
      List<String> required,
      List<String> constants,
      boolean open,
      SortedMap<String, Shape> subtypes) {
    /** Copies the collections. */
    public Members {
      properties = new TreeMap<>(properties);
      required = List.copyOf(required);
      constants = List.copyOf(constants);
      subtypes = new TreeMap<>(subtypes);
    }

    static Members ofProperties(Map<String, Shape> properties, List<String> required) {
      return new Members(new TreeMap<>(properties), required, List.of(), false, new TreeMap<>());
    }

    static Members ofConstants(List<String> constants, boolean open) {
      return new Members(new TreeMap<>(), List.of(), constants, open, new TreeMap<>());
    }

    static Members ofSubtypes(Map<String, Shape> subtypes) {
      return new Members(new TreeMap<>(), List.of(), List.of(), false, new TreeMap<>(subtypes));
    }
  }

  static Shape of(String name, Shape... parts) {
    return new Shape(name, List.of(parts));
  }

  /** {@return the type as its author writes it, without packages} */
  @Override
  public String toString() {
    String simple = name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
    return parts.isEmpty()
        ? simple
        : simple + parts.stream().map(Shape::toString).collect(Collectors.joining(", ", "<", ">"));
  }

  /** {@return the members of a class, or null for a type that has none} */
  public @Nullable Members in(Map<String, Members> definitions) {
    return definitions.get(key());
  }

  /** {@return what identifies the type among the definitions} */
  String key() {
    return parts.isEmpty()
        ? name
        : name + parts.stream().map(Shape::key).collect(Collectors.joining(",", "<", ">"));
  }
}
