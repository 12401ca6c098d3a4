package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/** A service answered with success, but with something that the protocol does not allow. */
public final class UnexpectedAnswerException extends VastException {
  private static final long serialVersionUID = 1L;

  private final String operation;
  private final String problem;

  /**
   * Creates the exception.
   *
   * @param operation the call that was answered
   * @param problem what was found in the answer
   * @param cause what led to it, or null
   */
  public UnexpectedAnswerException(String operation, String problem, @Nullable Throwable cause) {
    super(operation + ": unexpected answer, " + problem, cause);
    this.operation = operation;
    this.problem = problem;
  }

  /** {@return the call that was answered} */
  public String operation() {
    return operation;
  }

  /** {@return what was found in the answer} */
  public String problem() {
    return problem;
  }
}
