package dev.vast4j.local.fleet;

import java.util.Locale;

/** The states of a worker, named as the service names them. */
enum WorkerStatus {
  PENDING,
  CREATING,
  CREATED,
  LOADING,
  MODEL_LOADING,
  IDLE,
  STOPPING,
  STOPPED,
  STARTING,
  REBOOTING,
  DESTROYING,
  ERROR,
  UPDATE_READY,
  UPDATE_REBOOTING,
  UPDATE_STARTING;

  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
