package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/**
 * The root of every failure this library reports.
 *
 * <p>Each leaf carries what it knows as fields, so that a program never needs to parse a message.
 * No message holds an API key, a token, a password or the value of an environment variable.
 */
public abstract class VastException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what happened and, where there is one, the mend
   * @param cause what led to it, or null
   */
  protected VastException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
