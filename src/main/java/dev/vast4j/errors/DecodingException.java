package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/** Bytes that are no wire form of the wanted type, or that exceed a limit. */
public final class DecodingException extends VastException {
  private static final long serialVersionUID = 1L;

  private final String place;
  private final String found;

  /**
   * Creates the exception.
   *
   * @param place the place of the value: function and parameter, or result
   * @param found what was found, or which limit was exceeded
   * @param cause what led to it, or null
   */
  public DecodingException(String place, String found, @Nullable Throwable cause) {
    super(place + " cannot be decoded: " + found, cause);
    this.place = place;
    this.found = found;
  }

  /**
   * The place of the value: function and parameter, or result.
   *
   * @return the place of the value: function and parameter, or result
   */
  public String place() {
    return place;
  }

  /**
   * What was found, or which limit was exceeded.
   *
   * @return what was found, or which limit was exceeded
   */
  public String found() {
    return found;
  }
}
