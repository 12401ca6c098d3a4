package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/**
 * The bucket that assets lie in cannot be used: it is not there, the credentials are missing or not
 * allowed, or it did not answer. Thrown before the deployment is touched.
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
   * @param operation what was being done
   * @param status the HTTP status, 0 when there was no answer
   * @param code the store's error code, such as {@code NoSuchBucket}, or null
   * @param detail what is wrong, in the store's words where it said something
   * @param cause what led to it, or null
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

  /** {@return what was being done} */
  public String operation() {
    return operation;
  }

  /** {@return the HTTP status, 0 when there was no answer} */
  public int status() {
    return status;
  }

  /**
   * The store's error code, such as {@code NoSuchBucket}, or null.
   *
   * @return the store's error code, such as {@code NoSuchBucket}, or null
   */
  public @Nullable String code() {
    return code;
  }

  /** {@return what is wrong, in the store's words where it said something} */
  public String detail() {
    return detail;
  }
}
