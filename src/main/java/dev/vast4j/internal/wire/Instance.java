package dev.vast4j.internal.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a Python object that was read as {@code Object}: a map that remembers its class, so
 * that sending it on makes an instance again.
 */
final class Instance extends LinkedHashMap<@Nullable Object, @Nullable Object> {
  private static final long serialVersionUID = 1L;

  private final transient PythonClass type;

  Instance(PythonClass type, Map<@Nullable Object, @Nullable Object> fields) {
    super(fields);
    this.type = type;
  }

  PythonClass type() {
    return type;
  }
}
