package dev.vast4j.internal.wire;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A request body that is no call: answered with 422 and these errors as JSON. Not a {@code
 * VastException}: it never reaches a user.
 */
public final class MalformedCallException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Map<String, Object> errors;

  /** Creates the exception; the map is field to message, or to a map of the same kind. */
  public MalformedCallException(Map<String, Object> errors) {
    super(errors.toString());
    this.errors = Collections.unmodifiableMap(new LinkedHashMap<>(errors)); // in their order
  }

  /** Field to message, or to a map of the same kind. */
  public Map<String, Object> errors() {
    return errors;
  }
}
