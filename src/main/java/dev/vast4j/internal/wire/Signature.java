package dev.vast4j.internal.wire;

import java.lang.reflect.Type;
import java.util.List;

/**
 * The names and types of a function's parameters.
 *
 * @param function the function's name on the wire, for messages
 * @param names one per parameter
 * @param types one per parameter, generic
 * @param named whether arguments are written by name ({@code kwargs}) or by position ({@code
 *     args}); both are read
 */
public record Signature(String function, List<String> names, List<Type> types, boolean named) {
  /** Copies the lists. */
  public Signature {
    names = List.copyOf(names);
    types = List.copyOf(types);
  }
}
