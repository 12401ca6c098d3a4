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
 * Told about every call: the hook that metrics, traces and logs are built on. Given to {@code
 * Deployment.Builder.observe}. Thread-safe; its methods should return at once. What one throws is
 * logged and changes nothing about the call.
 */
@FunctionalInterface
public interface CallObserver {
  /** Observes nothing. */
  CallObserver NONE = call -> Observation.NONE;

  /**
   * A call begins. Runs on the caller's own thread, before anything is sent.
   *
   * @param call what is called
   * @return who is told how it goes on
   */
  Observation begin(CallInfo call);

  /**
   * Tells several observers, in order. One that fails does not keep the others from being told.
   *
   * @param observers the observers
   * @return an observer that stands for all of them
   */
  static CallObserver all(List<CallObserver> observers) {
    List<CallObserver> copy = List.copyOf(observers);
    return copy.isEmpty() ? NONE : call -> Observations.begin(copy, call);
  }

  /**
   * What a call is.
   *
   * @param function the function's wire name
   * @param sessionId the session it belongs to, or null
   * @param streamed whether the answer is a stream
   * @param cost the workload announced to the engine
   */
  record CallInfo(String function, @Nullable String sessionId, boolean streamed, double cost) {}

  /** How an attempt or a call ended. */
  enum Outcome {
    /** With a value; a stream, with its beginning. */
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
   * @param exchange time from the request to the end of the answer; of a stream, to its beginning
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

  /**
   * The observation of one call. Its methods are called one after another, on any thread. What a
   * stream's elements do is not observed: its call ends when its first byte is there.
   */
  interface Observation {
    /** Observes nothing. */
    Observation NONE = new Observation() {};

    /**
     * Headers to send along, such as a trace's context.
     *
     * @return names and values; none by default
     */
    default Map<String, String> headers() {
      return Map.of();
    }

    /**
     * An attempt ended; another may follow.
     *
     * @param attempt the attempt
     */
    default void attempted(Attempt attempt) {}

    /**
     * The call ended.
     *
     * @param outcome how
     * @param attempts how often it was tried
     * @param elapsed time since it began
     * @param failure what it failed with, or null
     */
    default void ended(
        Outcome outcome, int attempts, Duration elapsed, @Nullable Throwable failure) {}
  }

  /** Several observations as one, none of which can disturb a call. */
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
