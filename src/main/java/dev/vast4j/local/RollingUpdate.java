package dev.vast4j.local;

/**
 * A rolling update in progress.
 *
 * @param target where the workers are going
 * @param sizeAtStart how many workers there were, so that a helper started for the update is paid
 *     for by one of the old ones
 */
record RollingUpdate(Version target, int sizeAtStart) {
  /** How many times a new version may fail to become ready before it is rolled back. */
  static final int TRIES = 2;

  /** Whether a worker still has to be brought to the target. */
  boolean concerns(Worker worker) {
    Version version = worker.version();
    return worker.intent() != Worker.Intent.DESTROY
        && version != null
        && version.id() != target.id();
  }
}
