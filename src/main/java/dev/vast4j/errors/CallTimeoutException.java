package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/**
 * The call's deadline, or the last attempt's time on a worker, passed. Whether the function ran is
 * not known when a worker had been reached.
 */
public final class CallTimeoutException extends CallException {
  private static final long serialVersionUID = 1L;

  private final String waitingFor;

  /**
   * Creates the exception.
   *
   * @param waitingFor what the call was waiting for when time ran out
   * @param trace the call it happened to
   * @param cause what led to it, or null
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
