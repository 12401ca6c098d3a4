package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/** A service reported success, but its answer violates the protocol. */
public final class UnexpectedAnswerException extends VastException {
  private static final long serialVersionUID = 1L;

  private final String operation;
  private final String problem;

  /**
   * Creates the exception.
   *
   * @param operation the call that was answered
   * @param problem the problem
   * @param cause the cause, or null
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

  /** {@return the problem} */
  public String problem() {
    return problem;
  }
}
