package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/**
 * The bucket for assets cannot be used: it does not exist, did not answer, or the credentials are
 * missing or not allowed. Thrown before the deployment changes.
 */
public final class AssetStoreException extends VastException {
  private static final long serialVersionUID = 1L;

  private final String bucket;
  private final String operation;
  private final int status;
  private final @Nullable String code;
  private final String detail;

  /**
   * Creates the exception.
   *
   * @param bucket the bucket's name
   * @param operation the operation that failed
   * @param status the HTTP status, 0 when there was no answer
   * @param code the store's error code, such as {@code NoSuchBucket}, or null
   * @param detail the problem, in the store's words if it gave any
   * @param cause the cause, or null
   */
  public AssetStoreException(
      String bucket,
      String operation,
      int status,
      @Nullable String code,
      String detail,
      @Nullable Throwable cause) {
    super(
        "asset bucket '"
            + bucket
            + "', "
            + operation
            + ": "
            + (status == 0 ? "" : "HTTP " + status + (code == null ? "" : " " + code) + ", ")
            + detail,
        cause);
    this.bucket = bucket;
    this.operation = operation;
    this.status = status;
    this.code = code;
    this.detail = detail;
  }

  /** {@return the bucket's name} */
  public String bucket() {
    return bucket;
  }

  /** {@return the operation that failed} */
  public String operation() {
    return operation;
  }

  /** {@return the HTTP status, 0 when there was no answer} */
  public int status() {
    return status;
  }

  /** {@return the store's error code, such as {@code NoSuchBucket}, or null} */
  public @Nullable String code() {
    return code;
  }

  /** {@return the problem, in the store's words if it gave any} */
  public String detail() {
    return detail;
  }
}
