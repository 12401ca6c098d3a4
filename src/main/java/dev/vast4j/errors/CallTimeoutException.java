package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/**
 * The call's deadline passed, or the last attempt took too long. If it had reached a worker, the
 * function may have run.
 */
public final class CallTimeoutException extends CallException {
  private static final long serialVersionUID = 1L;

  private final String waitingFor;

  /**
   * Creates the exception.
   *
   * @param waitingFor what the call was waiting for when time ran out
   * @param trace the failed call
   * @param cause the cause, or null
   */
  public CallTimeoutException(String waitingFor, Trace trace, @Nullable Throwable cause) {
    super("timed out waiting for " + waitingFor, trace, cause);
    this.waitingFor = waitingFor;
  }

  /** {@return what the call was waiting for when time ran out} */
  public String waitingFor() {
    return waitingFor;
  }
}
