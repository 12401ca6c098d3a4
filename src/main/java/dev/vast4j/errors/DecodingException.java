package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/** Bytes that are no wire form of the wanted type, or that exceed a limit. */
public final class DecodingException extends VastException {
  private static final long serialVersionUID = 1L;

  private final String location;
  private final String problem;

  /**
   * Creates the exception.
   *
   * @param location the place of the value: function and parameter, or result
   * @param problem what was found, or which limit was exceeded
   * @param cause what led to it, or null
   */
  public DecodingException(String location, String problem, @Nullable Throwable cause) {
    super(location + " cannot be decoded: " + problem, cause);
    this.location = location;
    this.problem = problem;
  }

  /** {@return the place of the value: function and parameter, or result} */
  public String location() {
    return location;
  }

  /** {@return what was found, or which limit was exceeded} */
  public String problem() {
    return problem;
  }
}
