package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/**
 * Every attempt lost its worker: connections failed or broke, or a proxy answered instead; or the
 * worker's certificate is not trusted, which fails at once.
 */
public final class WorkerLostException extends CallException {
  private static final long serialVersionUID = 1L;

  private final boolean maybeExecuted;

  /**
   * Creates the exception.
   *
   * @param maybeExecuted whether the function may have run, because the request was sent in the
   *     last attempt or an earlier one
   * @param reason how the last attempt failed, or an empty string
   * @param trace the failed call
   * @param cause the cause, or null
   */
  public WorkerLostException(
      boolean maybeExecuted, String reason, Trace trace, @Nullable Throwable cause) {
    super(
        "worker lost"
            + (maybeExecuted ? " after the request was sent; the function may have run" : "")
            + (reason.isEmpty() ? "" : ": " + reason),
        trace,
        cause);
    this.maybeExecuted = maybeExecuted;
  }

  /** {@return whether the function may have run, because the request was sent} */
  public boolean maybeExecuted() {
    return maybeExecuted;
  }
}
