package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/** A value cannot be encoded. */
public final class EncodingException extends VastException {
  private static final long serialVersionUID = 1L;

  private final String location;

  /**
   * Creates the exception.
   *
   * @param location the value's location: function and parameter, or result
   * @param cause the cause, or null
   */
  public EncodingException(String location, @Nullable Throwable cause) {
    super(
        location + " cannot be encoded" + (cause == null ? "" : ": " + cause.getMessage()), cause);
    this.location = location;
  }

  /** {@return the value's location: function and parameter, or result} */
  public String location() {
    return location;
  }
}
