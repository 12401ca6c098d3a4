package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/** Every attempt lost its worker: connections failed or broke, or a proxy answered instead. */
public final class WorkerLostException extends CallException {
  private static final long serialVersionUID = 1L;

  private final boolean maybeExecuted;

  /**
   * Creates the exception.
   *
   * @param maybeExecuted whether the function may have run, because the request was sent in the
   *     last attempt or an earlier one
   * @param trace the failed call
   * @param cause the cause, or null
   */
  public WorkerLostException(boolean maybeExecuted, Trace trace, @Nullable Throwable cause) {
    super(
        "worker lost"
            + (maybeExecuted ? " after the request was sent; the function may have run" : ""),
        trace,
        cause);
    this.maybeExecuted = maybeExecuted;
  }

  /** {@return whether the function may have run, because the request was sent} */
  public boolean maybeExecuted() {
    return maybeExecuted;
  }
}
