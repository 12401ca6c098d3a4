package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/**
 * The root of all exceptions of this library.
 *
 * <p>Subclasses have fields for what they report, so a program never needs to parse a message. No
 * message holds an API key, a token, a password or the value of an environment variable.
 */
public abstract class VastException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what happened and, if there is one, the fix
   * @param cause the cause, or null
   */
  protected VastException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
