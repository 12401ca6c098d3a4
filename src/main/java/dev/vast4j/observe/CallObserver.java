package dev.vast4j.observe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Observes every call, for metrics, traces and logs; see {@code Deployment.Builder.observe}.
 * Thread-safe; methods should return at once. Their exceptions are logged and don't affect the
 * call.
 */
@FunctionalInterface
public interface CallObserver {
  /** Observes nothing. */
  CallObserver NONE = call -> Observation.NONE;

  /**
   * Called when a call begins, on the caller's thread, before anything is sent.
   *
   * @param call the call
   * @return observes the rest of the call
   */
  Observation begin(CallInfo call);

  /**
   * Combines observers. They are called in order; the failure of one doesn't affect the others.
   *
   * @param observers the observers
   * @return an observer that calls all of them
   */
  static CallObserver all(List<CallObserver> observers) {
    List<CallObserver> copy = List.copyOf(observers);
    return copy.isEmpty() ? NONE : call -> Observations.begin(copy, call);
  }

  /**
   * A call.
   *
   * @param function the function's wire name
   * @param sessionId the session it belongs to, or null
   * @param streamed whether the answer is a stream
   * @param cost the workload announced to the engine
   */
  record CallInfo(String function, @Nullable String sessionId, boolean streamed, double cost) {}

  /** The outcome of an attempt or a call. */
  enum Outcome {
    /** The worker returned a value or began a stream. */
    OK,
    /** The function threw. */
    REMOTE_ERROR,
    /** No connection could be made; the function did not run. */
    NOT_SENT,
    /** The connection or the answer broke after the request was sent. */
    LOST,
    /** The worker's queue was too long. */
    BUSY,
    /** The worker refused the call; a retry would not help. */
    REFUSED,
    /** The session was gone. */
    SESSION_CLOSED,
    /** A deadline passed. */
    TIMEOUT,
    /** The caller cancelled. */
    CANCELLED,
    /** Any other failure, such as an answer that cannot be decoded. */
    FAILED
  }

  /**
   * One attempt on one worker.
   *
   * @param number from 1
   * @param worker the worker's URL
   * @param routing time from the attempt's first route call to its worker
   * @param exchange time from the request to the end of the answer, or to the beginning of a stream
   * @param requestBytes size of the request's body
   * @param responseBytes bytes read from the answer's body
   * @param status the HTTP status, or 0 without an answer
   * @param outcome its outcome
   * @param workerVersion the version that the worker runs, as in {@code WorkerInfo.version()}; null
   *     without an answer and for Python workers
   */
  record Attempt(
      int number,
      String worker,
      Duration routing,
      Duration exchange,
      long requestBytes,
      long responseBytes,
      int status,
      Outcome outcome,
      @Nullable String workerVersion) {}

  /**
   * Observes one call. Methods are called one after another, on any thread. A streaming call ends
   * with the first byte of its answer; elements are not observed.
   */
  interface Observation {
    /** Observes nothing. */
    Observation NONE = new Observation() {};

    /** {@return headers to send, such as a trace's context; none by default} */
    default Map<String, String> headers() {
      return Map.of();
    }

    /**
     * Called when an attempt ended; another may follow.
     *
     * @param attempt the attempt
     */
    default void attempted(Attempt attempt) {}

    /**
     * Called when the call ended.
     *
     * @param outcome its outcome
     * @param attempts the number of attempts
     * @param elapsed time since it began
     * @param failure the exception, or null
     */
    default void ended(
        Outcome outcome, int attempts, Duration elapsed, @Nullable Throwable failure) {}
  }

  /** Several observations as one; their failures don't affect the call. */
  final class Observations implements Observation {
    private final List<Observation> all;

    private Observations(List<Observation> all) {
      this.all = all;
    }

    private static Observation begin(List<CallObserver> observers, CallInfo call) {
      List<Observation> begun = new ArrayList<>();
      for (CallObserver observer : observers) {
        guarded(() -> begun.add(observer.begin(call)));
      }
      return new Observations(begun);
    }

    @Override
    public Map<String, String> headers() {
      Map<String, String> headers = new LinkedHashMap<>();
      tell(observation -> headers.putAll(observation.headers()));
      return headers;
    }

    @Override
    public void attempted(Attempt attempt) {
      tell(observation -> observation.attempted(attempt));
    }

    @Override
    public void ended(
        Outcome outcome, int attempts, Duration elapsed, @Nullable Throwable failure) {
      tell(observation -> observation.ended(outcome, attempts, elapsed, failure));
    }

    private void tell(Consumer<Observation> message) {
      for (Observation observation : all) {
        guarded(() -> message.accept(observation));
      }
    }

    private static void guarded(Runnable message) {
      try {
        message.run();
      } catch (RuntimeException | AssertionError | LinkageError e) {
        LoggerFactory.getLogger(CallObserver.class).warn("A call's observer failed", e);
      }
    }
  }
}
