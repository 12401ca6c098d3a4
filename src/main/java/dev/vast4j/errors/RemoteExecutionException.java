package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/**
 * The remote function threw. Keeps the remote class, message and stack trace. Its frames are the
 * caller's. The cause is an exception of the original type, or its nearest superclass, if the
 * method declares that type or it is registered; otherwise it is the remote cause, if any, and a
 * suppressed exception has the worker's frames.
 */
public final class RemoteExecutionException extends CallException {
  private static final long serialVersionUID = 1L;

  private final String remoteClass;
  private final @Nullable String remoteMessage;
  private final String remoteStackTrace;

  /**
   * Creates the exception.
   *
   * @param remoteClass class of the remote exception, as the worker named it
   * @param remoteMessage its message, or null
   * @param remoteStackTrace its stack trace as text, empty when the worker sent none
   * @param trace the failed call
   * @param cause the exception rebuilt, or null
   */
  public RemoteExecutionException(
      String remoteClass,
      @Nullable String remoteMessage,
      String remoteStackTrace,
      Trace trace,
      @Nullable Throwable cause) {
    super(
        "remote " + remoteClass + (remoteMessage == null ? "" : ": " + remoteMessage),
        trace,
        cause);
    this.remoteClass = remoteClass;
    this.remoteMessage = remoteMessage;
    this.remoteStackTrace = remoteStackTrace;
  }

  /**
   * Returns the remote exception's class, as the worker named it; it is never loaded here.
   *
   * @return a Java class name or, from a Python worker, {@code module.Class}
   */
  public String remoteClass() {
    return remoteClass;
  }

  /** {@return the remote exception's message, or null} */
  public @Nullable String remoteMessage() {
    return remoteMessage;
  }

  /** {@return the stack trace that the worker printed, with causes; empty when it sent none} */
  public String remoteStackTrace() {
    return remoteStackTrace;
  }
}
