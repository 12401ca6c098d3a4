package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/**
 * The web API, the engine or the object store could not be reached, or the connection broke before
 * the answer was complete.
 */
public final class ServiceUnreachableException extends VastException {
  private static final long serialVersionUID = 1L;

  private final String operation;
  private final int attempts;

  /**
   * Creates the exception.
   *
   * @param operation the call that failed
   * @param attempts how many attempts were made
   * @param cause the cause, or null
   */
  public ServiceUnreachableException(String operation, int attempts, @Nullable Throwable cause) {
    this(operation, attempts, cause == null ? null : cause.getMessage(), cause);
  }

  /**
   * Creates the exception.
   *
   * @param operation the call that failed
   * @param attempts how many attempts were made
   * @param reason why there is no answer, or null
   * @param cause the cause, or null
   */
  public ServiceUnreachableException(
      String operation, int attempts, @Nullable String reason, @Nullable Throwable cause) {
    super(
        operation
            + ": no answer after "
            + attempts
            + (attempts == 1 ? " attempt" : " attempts")
            + (reason == null ? "" : ": " + reason),
        cause);
    this.operation = operation;
    this.attempts = attempts;
  }

  /** {@return the call that failed} */
  public String operation() {
    return operation;
  }

  /** {@return how many attempts were made} */
  public int attempts() {
    return attempts;
  }
}
