package dev.vast4j.local.fleet;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The states of a call, as the page shows them. */
enum CallState {
  /** Waits in the engine for a worker. */
  QUEUED,
  /** Has a worker and waits there. */
  ASSIGNED,
  RUNNING,
  SUCCEEDED,
  FAILED,
  CANCELLED,
  /** Its worker ended before the call did. */
  LOST,
  TIMED_OUT;

  /** By the words that workers use in their reports. */
  private static final Map<String, CallState> REPORTED =
      Map.of(
          "queued", ASSIGNED,
          "running", RUNNING,
          "succeeded", SUCCEEDED,
          "failed", FAILED,
          "rejected", FAILED,
          "cancelled", CANCELLED,
          "timed_out", TIMED_OUT);

  boolean ended() {
    return compareTo(RUNNING) > 0;
  }

  /** {@return whether the call did not do what its caller wanted, and the caller did not end it} */
  boolean isError() {
    return this == FAILED || this == LOST || this == TIMED_OUT;
  }

  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@return the state that a worker names, or null if it is unknown here} */
  static @Nullable CallState reported(String word) {
    return REPORTED.get(word);
  }
}
