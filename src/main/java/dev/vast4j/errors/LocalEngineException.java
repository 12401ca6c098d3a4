package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/** The embedded engine could not start or could not run a worker. */
public final class LocalEngineException extends VastException {
  private static final long serialVersionUID = 1L;

  private final String problem;

  /**
   * Creates the exception.
   *
   * @param problem the problem
   * @param cause the cause, or null
   */
  public LocalEngineException(String problem, @Nullable Throwable cause) {
    super(problem, cause);
    this.problem = problem;
  }

  /** {@return the problem} */
  public String problem() {
    return problem;
  }
}
