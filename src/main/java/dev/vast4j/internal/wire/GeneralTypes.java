package dev.vast4j.internal.wire;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The exception types that say nothing: a method that declares one may throw anything. */
public final class GeneralTypes {
  private static final Set<Class<?>> TYPES =
      Set.of(Throwable.class, Exception.class, RuntimeException.class, Error.class);

  private GeneralTypes() {}

  /** Returns whether the type is one of the four, or no exception type at all. */
  public static boolean contains(@Nullable Class<?> type) {
    return type == null || type == Object.class || TYPES.contains(type);
  }
}
