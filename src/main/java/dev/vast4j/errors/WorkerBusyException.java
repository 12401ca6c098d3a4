package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/**
 * Workers had no room for the call until its deadline, or in every attempt. The function did not
 * run.
 */
public final class WorkerBusyException extends CallException {
  private static final long serialVersionUID = 1L;

  private final String detail;

  /**
   * Creates the exception.
   *
   * @param detail what the last worker said, or an empty string
   * @param trace the failed call
   * @param cause the cause, or null
   */
  public WorkerBusyException(String detail, Trace trace, @Nullable Throwable cause) {
    super("workers are busy" + (detail.isEmpty() ? "" : ": " + detail), trace, cause);
    this.detail = detail;
  }

  /** {@return what the last worker said, or an empty string} */
  public String detail() {
    return detail;
  }
}
