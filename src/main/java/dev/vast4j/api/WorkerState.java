package dev.vast4j.api;

import java.util.Locale;

/** What a worker is doing, as the engine sees it. */
public enum WorkerState {
  /** Ready for calls. */
  IDLE,
  /** The instance is loading its image. */
  LOADING,
  /** The worker process is up; contexts are entered and the benchmark runs. */
  MODEL_LOADING,
  /** Stopped, kept in reserve. */
  STOPPED,
  /** Being removed. */
  DESTROYING,
  /** It reported an error and takes no calls. */
  ERROR,
  /** Starting again. */
  REBOOTING,
  /** Being rented. */
  CREATING,
  /** Rented, not yet started. */
  CREATED,
  /** Being started. */
  STARTING,
  /** Being stopped. */
  STOPPING,
  /** Waiting for the engine to decide. */
  PENDING,
  /** Told to update as soon as no request is in flight. */
  UPDATE_READY,
  /** Rebooting into a new version. */
  UPDATE_REBOOTING,
  /** Starting in a new version. */
  UPDATE_STARTING,
  /** A state that this library does not know; {@link WorkerInfo#status()} has its text. */
  UNKNOWN;

  /**
   * Reads the engine's word for a state.
   *
   * @param status such as {@code model_loading}
   * @return the state, or {@link #UNKNOWN}
   */
  public static WorkerState of(String status) {
    String wanted = status.toUpperCase(Locale.ROOT);
    for (WorkerState state : values()) {
      if (state != UNKNOWN && state.name().equals(wanted)) {
        return state;
      }
    }
    return UNKNOWN;
  }
}
