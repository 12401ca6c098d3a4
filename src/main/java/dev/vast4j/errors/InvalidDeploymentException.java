package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/**
 * A deployment, image, query or annotation is invalid. Reports the location, the problem and the
 * fix. Thrown before anything is sent.
 */
public final class InvalidDeploymentException extends VastException {
  private static final long serialVersionUID = 1L;

  private final String location;
  private final String problem;
  private final String fix;

  /**
   * Creates the exception.
   *
   * @param location the class, method, parameter or setting at fault
   * @param problem the problem
   * @param fix how to fix it
   * @param cause the underlying failure, or null
   */
  public InvalidDeploymentException(
      String location, String problem, String fix, @Nullable Throwable cause) {
    super(location + ": " + problem + ". " + fix, cause);
    this.location = location;
    this.problem = problem;
    this.fix = fix;
  }

  /** {@return the class, method, parameter or setting at fault} */
  public String location() {
    return location;
  }

  /** {@return the problem} */
  public String problem() {
    return problem;
  }

  /** {@return how to fix it} */
  public String fix() {
    return fix;
  }
}
