package dev.vast4j.internal.wire;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request body that is not a call. The worker answers 422 with these errors as JSON. Not a {@code
 * VastException}, because it never reaches a user.
 */
public final class MalformedCallException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Map<String, Object> errors;
  private final transient @Nullable AuthData auth;
  private final boolean inSession;

  /** Creates an exception from a map of field to message, or to a map of the same kind. */
  public MalformedCallException(Map<String, Object> errors) {
    this(errors, null, false);
  }

  /** Creates an exception with the auth data, if that is well-formed. */
  MalformedCallException(Map<String, Object> errors, @Nullable AuthData auth, boolean inSession) {
    super(errors.toString());
    this.auth = auth;
    this.inSession = inSession;
    this.errors = Collections.unmodifiableMap(new LinkedHashMap<>(errors)); // in their order
  }

  /** {@return field to message, or to a map of the same kind} */
  public Map<String, Object> errors() {
    return errors;
  }

  /** {@return the auth data, which identifies the call to the engine; null if malformed} */
  public @Nullable AuthData auth() {
    return auth;
  }

  /** {@return whether it belongs to a session: then the engine knows the session alone} */
  public boolean inSession() {
    return inSession;
  }
}
