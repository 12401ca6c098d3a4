package dev.vast4j.internal.wire;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request body that is no call: answered with 422 and these errors as JSON. Not a {@code
 * VastException}: it never reaches a user.
 */
public final class MalformedCallException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Map<String, Object> errors;
  private final transient @Nullable AuthData auth;

  /** Creates the exception; the map is field to message, or to a map of the same kind. */
  public MalformedCallException(Map<String, Object> errors) {
    this(errors, null);
  }

  /** As the other, with the auth data where that was all right. */
  MalformedCallException(Map<String, Object> errors, @Nullable AuthData auth) {
    super(errors.toString());
    this.auth = auth;
    this.errors = Collections.unmodifiableMap(new LinkedHashMap<>(errors)); // in their order
  }

  /** Field to message, or to a map of the same kind. */
  public Map<String, Object> errors() {
    return errors;
  }

  /** The auth data, by which the engine knows the call; null when it is malformed as well. */
  public @Nullable AuthData auth() {
    return auth;
  }
}
