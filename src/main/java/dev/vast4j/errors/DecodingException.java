package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/** The bytes are not a valid value of the expected type, or exceed a limit. */
public final class DecodingException extends VastException {
  private static final long serialVersionUID = 1L;

  private final String location;
  private final String problem;

  /**
   * Creates the exception.
   *
   * @param location the value's location: function and parameter, or result
   * @param problem the problem, or the exceeded limit
   * @param cause the cause, or null
   */
  public DecodingException(String location, String problem, @Nullable Throwable cause) {
    super(location + " cannot be decoded: " + problem, cause);
    this.location = location;
    this.problem = problem;
  }

  /** {@return the value's location: function and parameter, or result} */
  public String location() {
    return location;
  }

  /** {@return the problem, or the exceeded limit} */
  public String problem() {
    return problem;
  }
}
