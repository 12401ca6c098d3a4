package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/** The object store refused the bundle. */
public final class UploadException extends VastException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final @Nullable String code;
  private final String detail;

  /**
   * Creates the exception.
   *
   * @param status the HTTP status
   * @param code the store's error code, such as {@code EntityTooLarge}, or null
   * @param detail the store's message, shortened
   * @param cause the cause, or null
   */
  public UploadException(
      int status, @Nullable String code, String detail, @Nullable Throwable cause) {
    super(
        "upload refused: HTTP "
            + status
            + (code == null ? "" : " " + code)
            + (detail.isEmpty() ? "" : ", " + detail),
        cause);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }

  /** {@return the HTTP status} */
  public int status() {
    return status;
  }

  /** {@return the store's error code, such as {@code EntityTooLarge}, or null} */
  public @Nullable String code() {
    return code;
  }

  /** {@return the store's message, shortened} */
  public String detail() {
    return detail;
  }
}
