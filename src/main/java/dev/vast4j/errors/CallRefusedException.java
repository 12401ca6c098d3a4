package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/**
 * A worker or the engine refused the call, and a retry would not help: for example, a wrong
 * signature (401) or a malformed request (422).
 */
public final class CallRefusedException extends CallException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String detail;

  /**
   * Creates the exception.
   *
   * @param status the HTTP status
   * @param detail the answer, shortened
   * @param trace the failed call
   * @param cause the cause, or null
   */
  public CallRefusedException(int status, String detail, Trace trace, @Nullable Throwable cause) {
    super("refused with HTTP " + status + (detail.isEmpty() ? "" : ": " + detail), trace, cause);
    this.status = status;
    this.detail = detail;
  }

  /** {@return the HTTP status} */
  public int status() {
    return status;
  }

  /** {@return the answer, shortened} */
  public String detail() {
    return detail;
  }
}
