package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/** The web API or the engine answered with an error. */
public final class ApiException extends VastException {
  private static final long serialVersionUID = 1L;

  private final String operation;
  private final int status;
  private final @Nullable String code;
  private final String detail;

  /**
   * Creates the exception.
   *
   * @param operation the call that was refused, such as {@code PUT /api/v0/deployments/}
   * @param status the HTTP status
   * @param code the service's error code, or null when it gave none
   * @param detail the service's message, shortened, with secrets removed
   * @param cause the cause, or null
   */
  public ApiException(
      String operation,
      int status,
      @Nullable String code,
      String detail,
      @Nullable Throwable cause) {
    super(
        operation
            + ": HTTP "
            + status
            + (code == null ? "" : " " + code)
            + (detail.isEmpty() ? "" : ", " + detail),
        cause);
    this.operation = operation;
    this.status = status;
    this.code = code;
    this.detail = detail;
  }

  /** {@return the call that was refused, such as {@code PUT /api/v0/deployments/}} */
  public String operation() {
    return operation;
  }

  /** {@return the HTTP status} */
  public int status() {
    return status;
  }

  /** {@return the service's error code, or null when it gave none} */
  public @Nullable String code() {
    return code;
  }

  /** {@return the service's message, shortened, with secrets removed} */
  public String detail() {
    return detail;
  }

  /** {@return whether the same call may succeed later: true for 408, 429 and every 5xx} */
  public boolean retryable() {
    return status == 408 || status == 429 || status >= 500;
  }
}
