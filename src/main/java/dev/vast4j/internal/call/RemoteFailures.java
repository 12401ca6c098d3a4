package dev.vast4j.internal.call;

import dev.vast4j.errors.CallException;
import dev.vast4j.errors.RemoteExecutionException;
import dev.vast4j.internal.wire.Frames;
import dev.vast4j.internal.wire.GeneralTypes;
import dev.vast4j.internal.wire.RemoteError;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * Turns a function's failure on a worker into an exception here: with the caller's frames, and a
 * cause that has the worker's frames and is rebuilt if its type is known.
 */
public final class RemoteFailures {
  private static final StackTraceElement[] NO_FRAMES = {};

  /** The most exceptions that one failure makes, whatever a worker sends. */
  private static final int MOST = 200;

  private final ExceptionTypes types;

  /**
   * Creates the rebuilder.
   *
   * @param types that exceptions are rebuilt as
   */
  public RemoteFailures(ExceptionTypes types) {
    this.types = types;
  }

  /**
   * Returns the exception of a call whose function threw.
   *
   * @param method the function's method, or null
   */
  public RemoteExecutionException exception(
      RemoteError error, @Nullable Method method, CallException.Trace trace) {
    Failure failure = new Failure(method, trace);
    StackTraceElement[] frames = Frames.parse(error.frames(), NO_FRAMES);
    Throwable cause = failure.cause(error, frames);
    RemoteExecutionException details = failure.data(error, null);
    details.setStackTrace(frames);
    Throwable rebuilt = failure.rebuilt(error, frames, cause, details);
    RemoteExecutionException thrown = failure.data(error, rebuilt == null ? cause : rebuilt);
    if (rebuilt == null) {
      thrown.addSuppressed(new RemoteStackTrace(error, frames));
      failure.addSuppressed(thrown, error, frames);
    }
    CallSite.here().mark(thrown);
    return thrown;
  }

  /**
   * Returns what a blocking method throws: the rebuilt exception if the method declares its type,
   * with the current thread's frames; otherwise the failure itself.
   */
  public static Throwable declared(RemoteExecutionException failure, Method method) {
    Throwable rebuilt = failure.getCause();
    for (Throwable suppressed : failure.getSuppressed()) {
      if (suppressed instanceof RemoteStackTrace) {
        return failure; // not rebuilt: its cause is that of the remote exception
      }
    }
    for (Class<?> type : method.getExceptionTypes()) {
      if (rebuilt != null && !GeneralTypes.contains(type) && type.isInstance(rebuilt)) {
        return rebuilt;
      }
    }
    return failure;
  }

  /** The exceptions of one failure. */
  private final class Failure {
    private final @Nullable Method method;
    private final CallException.Trace trace;
    private int made;

    Failure(@Nullable Method method, CallException.Trace trace) {
      this.method = method;
      this.trace = trace;
    }

    RemoteExecutionException data(RemoteError error, @Nullable Throwable cause) {
      return new RemoteExecutionException(
          error.className(), error.message(), error.stackTrace(), trace, cause);
    }

    @Nullable Throwable cause(RemoteError error, StackTraceElement[] frames) {
      RemoteError cause = error.cause();
      return cause == null || ++made > MOST ? null : inner(cause, frames);
    }

    /** Returns an exception that another one has as its cause or suppressed. */
    private Throwable inner(RemoteError error, StackTraceElement[] enclosing) {
      StackTraceElement[] frames = Frames.parse(error.frames(), enclosing);
      Throwable cause = cause(error, frames);
      Throwable rebuilt = rebuilt(error, frames, cause, null);
      if (rebuilt != null) {
        return rebuilt;
      }
      RemoteExecutionException data = data(error, cause);
      data.setStackTrace(frames);
      addSuppressed(data, error, frames);
      return data;
    }

    void addSuppressed(Throwable to, RemoteError error, StackTraceElement[] frames) {
      for (RemoteError suppressed : error.suppressed()) {
        if (++made <= MOST) {
          to.addSuppressed(inner(suppressed, frames));
        }
      }
    }

    /**
     * Returns an exception of a known type, or null.
     *
     * @param details what its type cannot hold, or null; suppressed, or among the causes of an
     *     exception that suppresses nothing
     */
    @Nullable Throwable rebuilt(
        RemoteError error,
        StackTraceElement[] frames,
        @Nullable Throwable cause,
        @Nullable RemoteExecutionException details) {
      Throwable made = types.make(error, method, cause);
      if (made == null) {
        return null;
      }
      Throwable behind = cause;
      if (details != null) {
        made.addSuppressed(details);
        if (made.getSuppressed().length == 0) { // it suppresses nothing
          behind = data(error, cause);
          behind.setStackTrace(frames);
          Throwable again = types.make(error, method, behind);
          made = again == null ? made : again;
        }
      }
      made.setStackTrace(frames);
      addSuppressed(made, error, frames);
      if (behind != null && !caused(made, behind)) {
        made.addSuppressed(behind);
      }
      return made;
    }

    private static boolean caused(Throwable made, Throwable cause) {
      try {
        return made.getCause() == cause || made.initCause(cause).getCause() == cause;
      } catch (RuntimeException e) {
        return false; // its constructor made a cause, or it refuses one
      }
    }
  }
}
