package dev.vast4j.internal.call;

import dev.vast4j.internal.wire.RemoteError;

/** Holds the worker's frames of an exception whose type is unknown here. Suppressed by it. */
final class RemoteStackTrace extends Throwable {
  private static final long serialVersionUID = 1L;

  RemoteStackTrace(RemoteError error, StackTraceElement[] frames) {
    super(
        "on the worker: "
            + error.className()
            + (error.message() == null ? "" : ": " + error.message()));
    setStackTrace(frames);
  }

  @Override
  @SuppressWarnings("OverrideThrowableToString") // the name of this class says nothing to a reader
  public String toString() {
    return String.valueOf(getMessage());
  }

  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
