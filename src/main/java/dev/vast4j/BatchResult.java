package dev.vast4j;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The result of one call of a batch: a value or a failure. A method named by {@link Batched}
 * returns a {@code List<BatchResult<T>>} to fail some calls of a batch and answer the others.
 * Immutable, as far as the value is.
 *
 * @param <T> the function's result
 */
public final class BatchResult<T extends @Nullable Object> {
  private final @Nullable T value;
  private final @Nullable Throwable failure;

  private BatchResult(@Nullable T value, @Nullable Throwable failure) {
    this.value = value;
    this.failure = failure;
  }

  /**
   * Returns the result of a call that succeeded.
   *
   * @param value what the caller gets; may be null if the function may return null
   * @param <T> the function's result
   * @return the result
   */
  public static <T extends @Nullable Object> BatchResult<T> of(@Nullable T value) {
    return new BatchResult<>(value, null);
  }

  /**
   * Returns the result of a call that failed.
   *
   * @param failure what the caller's call fails with, as if the function had thrown it
   * @param <T> the function's result
   * @return the result
   */
  public static <T extends @Nullable Object> BatchResult<T> failed(Throwable failure) {
    return new BatchResult<>(null, Objects.requireNonNull(failure, "failure"));
  }

  /** {@return the value; null if the call failed} */
  public @Nullable T value() {
    return value;
  }

  /** {@return the failure, or null if the call succeeded} */
  public @Nullable Throwable failure() {
    return failure;
  }

  @Override
  public String toString() {
    return failure == null
        ? "BatchResult[" + value + "]"
        : "BatchResult[failed: " + failure.getClass().getName() + "]";
  }
}
