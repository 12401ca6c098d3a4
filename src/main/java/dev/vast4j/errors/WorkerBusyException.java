package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/** Every worker asked was over its {@code maxQueueTime} until the attempts ran out. */
public final class WorkerBusyException extends CallException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param trace the call it happened to
   * @param cause what led to it, or null
   */
  public WorkerBusyException(Trace trace, @Nullable Throwable cause) {
    super("workers are busy", trace, cause);
  }
}
