package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/** A value that cannot be written in the wire form. */
public final class EncodingException extends VastException {
  private static final long serialVersionUID = 1L;

  private final String place;

  /**
   * Creates the exception.
   *
   * @param place the place of the value: function and parameter, or result
   * @param cause what led to it, or null
   */
  public EncodingException(String place, @Nullable Throwable cause) {
    super(place + " cannot be encoded" + (cause == null ? "" : ": " + cause.getMessage()), cause);
    this.place = place;
  }

  /**
   * The place of the value: function and parameter, or result.
   *
   * @return the place of the value: function and parameter, or result
   */
  public String place() {
    return place;
  }
}
