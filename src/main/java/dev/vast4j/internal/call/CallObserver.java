package dev.vast4j.internal.call;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Told about every call: the hook that metrics, traces and logs are built on. Thread-safe. */
public interface CallObserver {
  /** Observes nothing. */
  CallObserver NONE = call -> Observation.NONE;

  /** A call begins; runs on the caller's own thread, before anything is sent. */
  Observation begin(CallInfo call);

  /** What a call is. */
  record CallInfo(String function, @Nullable String sessionId, boolean streamed, double cost) {}

  /** How an attempt or a call ended. */
  enum Outcome {
    /** With a value, or for a stream with its end. */
    OK,
    /** The function threw. */
    REMOTE_ERROR,
    /** No connection could be made; the function did not run. */
    NOT_SENT,
    /** The connection or the answer broke after the request was sent. */
    LOST,
    /** The worker was over its queue time. */
    BUSY,
    /** Refused for good. */
    REFUSED,
    /** The session was gone. */
    SESSION_CLOSED,
    /** A deadline passed. */
    TIMEOUT,
    /** The caller cancelled. */
    CANCELLED,
    /** Anything else, such as an answer that cannot be decoded. */
    FAILED
  }

  /**
   * One attempt on one worker.
   *
   * @param number from 1
   * @param worker the worker's URL
   * @param routing time from the attempt's first route call to its worker
   * @param exchange time from the request to the end of the answer, a stream's elements included
   * @param requestBytes size of the request's body
   * @param responseBytes bytes of the answer's body that were read
   * @param status the HTTP status, or 0 without an answer
   * @param outcome how it ended
   */
  record Attempt(
      int number,
      String worker,
      Duration routing,
      Duration exchange,
      long requestBytes,
      long responseBytes,
      int status,
      Outcome outcome) {}

  /** The observation of one call. Its methods are called one after another, on any thread. */
  interface Observation {
    /** Observes nothing. */
    Observation NONE = new Observation() {};

    /** Headers to send along, such as a trace's context. */
    default Map<String, String> headers() {
      return Map.of();
    }

    /** An attempt ended; another may follow. */
    default void attempted(Attempt attempt) {}

    /** The call ended, successfully when there is no failure. */
    default void ended(
        Outcome outcome, int attempts, Duration elapsed, @Nullable Throwable failure) {}
  }
}
