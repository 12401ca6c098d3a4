package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/** A service answered with success, but with something that the protocol does not allow. */
public final class UnexpectedAnswerException extends VastException {
  private static final long serialVersionUID = 1L;

  private final String operation;
  private final String found;

  /**
   * Creates the exception.
   *
   * @param operation the call that was answered
   * @param found what was found in the answer
   * @param cause what led to it, or null
   */
  public UnexpectedAnswerException(String operation, String found, @Nullable Throwable cause) {
    super(operation + ": unexpected answer, " + found, cause);
    this.operation = operation;
    this.found = found;
  }

  /**
   * The call that was answered.
   *
   * @return the call that was answered
   */
  public String operation() {
    return operation;
  }

  /**
   * What was found in the answer.
   *
   * @return what was found in the answer
   */
  public String found() {
    return found;
  }
}
