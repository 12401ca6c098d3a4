package dev.vast4j.worker;

import dev.vast4j.internal.wire.StackTraceText;
import org.jspecify.annotations.Nullable;

/**
 * What an embedded engine is told about a call besides the protocol's report. Guarded by the {@code
 * LoadMetrics} that counts the call, except for what its only writer sets before the call ends.
 */
final class CallTrace {
  private static final int MESSAGE_LENGTH = 2_000;
  private static final int TRACE_LENGTH = 16 << 10;

  /** A state, in the words of the report. */
  enum State {
    QUEUED("queued"),
    RUNNING("running"),
    SUCCEEDED("succeeded"),
    FAILED("failed"),
    REJECTED("rejected"),
    CANCELLED("cancelled"),
    TIMED_OUT("timed_out");

    final String word;

    State(String word) {
      this.word = word;
    }
  }

  /**
   * Why a call failed.
   *
   * @param errorClass the exception's class
   * @param message its message, cut, or null
   * @param stackTrace as the JVM prints it, cut
   */
  record Failure(String errorClass, @Nullable String message, String stackTrace) {
    /** Describes an exception. Whatever its own methods throw doesn't matter. */
    static Failure of(Throwable thrown) {
      String name = thrown.getClass().getName();
      String message;
      try {
        message = thrown.getMessage();
      } catch (Throwable e) { // the user's code
        message = "(its getMessage() threw " + e.getClass().getName() + ")";
      }
      return new Failure(
          name,
          message == null || message.length() <= MESSAGE_LENGTH
              ? message
              : message.substring(0, MESSAGE_LENGTH) + "…",
          StackTraceText.of(thrown, TRACE_LENGTH, name));
    }
  }

  /** The call's number on this worker, from 1; 0 until it is first reported. */
  long number;

  State state = State.QUEUED;

  /** When it ended, in seconds since 1970, or 0. */
  double endedAt;

  /** The function's name, or null for a session. */
  volatile @Nullable String function;

  /** The index of the session's own request, or 0 outside of sessions. */
  volatile long session;

  /** How many calls its function was given at once. */
  volatile int batch;

  volatile long bytesIn = -1;
  volatile long bytesOut = -1;
  volatile @Nullable Failure failure;

  /** Why it was refused, if it is. */
  volatile String refusal = "the worker refused the call";

  /** Whether it was cancelled because its caller's time was up. */
  volatile boolean overdue;
}
