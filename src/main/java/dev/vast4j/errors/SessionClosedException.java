package dev.vast4j.errors;

import org.jspecify.annotations.Nullable;

/** The session has ended: it was closed, it expired, or its worker is gone. */
public final class SessionClosedException extends CallException {
  private static final long serialVersionUID = 1L;

  private final String sessionId;

  /**
   * Creates the exception.
   *
   * @param sessionId the session's id
   * @param trace the failed call
   * @param cause the cause, or null
   */
  public SessionClosedException(String sessionId, Trace trace, @Nullable Throwable cause) {
    super("session " + sessionId + " is closed", trace, cause);
    this.sessionId = sessionId;
  }

  /** {@return the session's id} */
  public String sessionId() {
    return sessionId;
  }
}
