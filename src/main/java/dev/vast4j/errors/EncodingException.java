package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/** A value that cannot be written in the wire form. */
public final class EncodingException extends VastException {
  private static final long serialVersionUID = 1L;

  private final String location;

  /**
   * Creates the exception.
   *
   * @param location the place of the value: function and parameter, or result
   * @param cause what led to it, or null
   */
  public EncodingException(String location, @Nullable Throwable cause) {
    super(
        location + " cannot be encoded" + (cause == null ? "" : ": " + cause.getMessage()), cause);
    this.location = location;
  }

  /** {@return the place of the value: function and parameter, or result} */
  public String location() {
    return location;
  }
}
