package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/**
 * The remote function threw. Keeps the remote class, message and stack trace; the cause is an
 * exception of the original type when that type is declared by the method or registered, and
 * otherwise the remote cause, if it had one.
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
   * @param trace the call it happened to
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
   * Class of the exception as the worker named it; nothing of that name is loaded here.
   *
   * @return a Java class name or, from a Python worker, {@code module.Class}
   */
  public String remoteClass() {
    return remoteClass;
  }

  /**
   * Message of the remote exception.
   *
   * @return the message, or null when it had none
   */
  public @Nullable String remoteMessage() {
    return remoteMessage;
  }

  /**
   * Stack trace of the remote exception.
   *
   * @return the trace as printed by the worker, causes included; empty when it sent none
   */
  public String remoteStackTrace() {
    return remoteStackTrace;
  }
}
