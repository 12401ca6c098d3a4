package dev.vast4j;

/** What {@link Deployment#awaitWorkers} does once every worker has failed. */
public enum OnWorkerErrors {
  /**
   * Fails with {@link dev.vast4j.errors.WorkersNotReadyException}, which has the workers' error
   * texts. Errors that a worker had from the start, such as those of the version before, count only
   * when they are still there after 5 s. The default.
   */
  FAIL,

  /** Waits on until the time-out: the engine restarts failed workers. */
  KEEP_WAITING
}
