package dev.vast4j.api;

import java.util.Locale;

/** The state of a worker, as the engine sees it. */
public enum WorkerState {
  /** Ready for calls. */
  IDLE,
  /** The instance is loading its image. */
  LOADING,
  /** The worker process enters contexts or runs the benchmark. */
  MODEL_LOADING,
  /** Stopped, in reserve. */
  STOPPED,
  /** Being removed. */
  DESTROYING,
  /** Reported an error; takes no calls. */
  ERROR,
  /** Rebooting. */
  REBOOTING,
  /** Being rented. */
  CREATING,
  /** Rented, not yet started. */
  CREATED,
  /** Being started. */
  STARTING,
  /** Being stopped. */
  STOPPING,
  /** Waiting for the engine's decision. */
  PENDING,
  /** Updates as soon as no request is in flight. */
  UPDATE_READY,
  /** Rebooting into a new version. */
  UPDATE_REBOOTING,
  /** Starting in a new version. */
  UPDATE_STARTING,
  /** A state that this library does not know; {@link WorkerInfo#status()} has its text. */
  UNKNOWN;

  /**
   * Returns the state that the engine names.
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
