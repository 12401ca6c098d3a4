package dev.vast4j.errors;

/** The deployment is not registered or is closed. */
public final class NotDeployedException extends VastException {
  private static final long serialVersionUID = 1L;

  private final String deployment;
  private final String reason;

  /**
   * Creates the exception.
   *
   * @param deployment the deployment's name
   * @param reason what is missing
   */
  public NotDeployedException(String deployment, String reason) {
    super("deployment '" + deployment + "': " + reason, null);
    this.deployment = deployment;
    this.reason = reason;
  }

  /** {@return the deployment's name} */
  public String deployment() {
    return deployment;
  }

  /** {@return what is missing} */
  public String reason() {
    return reason;
  }
}
