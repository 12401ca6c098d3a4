package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/** In every attempt, the worker's queue was longer than its {@code maxQueueTime}. */
public final class WorkerBusyException extends CallException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param trace the failed call
   * @param cause the cause, or null
   */
  public WorkerBusyException(Trace trace, @Nullable Throwable cause) {
    super("workers are busy", trace, cause);
  }
}
