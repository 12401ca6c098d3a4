package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/**
 * A deployment, image, query or annotation that cannot work. Thrown before anything is sent.
 * Reports the location, the problem and the fix.
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
   * @param problem what is wrong with it
   * @param fix what to do about it
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

  /** {@return what is wrong with it} */
  public String problem() {
    return problem;
  }

  /** {@return what to do about it} */
  public String fix() {
    return fix;
  }
}
