package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/**
 * Every attempt lost its worker: refused or broken connections, or answers from a proxy in between.
 */
public final class WorkerLostException extends CallException {
  private static final long serialVersionUID = 1L;

  private final boolean maybeExecuted;

  /**
   * Creates the exception.
   *
   * @param maybeExecuted true when the function may have run, since the request had been sent, in
   *     the last attempt or an earlier one
   * @param trace the call it happened to
   * @param cause what led to it, or null
   */
  public WorkerLostException(boolean maybeExecuted, Trace trace, @Nullable Throwable cause) {
    super(
        "worker lost"
            + (maybeExecuted ? " after the request was sent; the function may have run" : ""),
        trace,
        cause);
    this.maybeExecuted = maybeExecuted;
  }

  /** {@return true when the function may have run, since the request had been sent} */
  public boolean maybeExecuted() {
    return maybeExecuted;
  }
}
