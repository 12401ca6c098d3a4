package dev.vast4j.local.fleet;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Updates an endpoint's workers to another version, one at a time: idle ones at once, others when
 * their requests are done, and the only one that serves once its successor does. Rolls back to the
 * last healthy version when the new one does not become ready. Guarded by the engine's lock.
 */
final class RollingUpdates {
  /** Failures to become ready before a new version is rolled back. */
  private static final int TRIES = 2;

  /**
   * An update in progress.
   *
   * @param target the version to update to
   * @param sizeAtStart the number of workers at the start, so that a worker added for the update
   *     replaces an old one
   */
  private record Update(Version target, int sizeAtStart) {
    /** {@return whether a worker still has to be updated} */
    boolean concerns(FleetWorker worker) {
      Version version = worker.version();
      return worker.intent() != FleetWorker.Intent.DESTROY
          && version != null
          && version.id() != target.id();
    }
  }

  private final EngineServices services;
  private final Supplier<@Nullable DeploymentState> deployment;
  private final WorkerPool pool;
  private final EngineLog log;
  private final Map<Long, Integer> failures = new HashMap<>();
  private @Nullable Update update;

  RollingUpdates(
      EngineServices services,
      Supplier<@Nullable DeploymentState> deployment,
      WorkerPool pool,
      EngineLog log) {
    this.services = services;
    this.deployment = deployment;
    this.pool = pool;
    this.log = log;
  }

  boolean inProgress() {
    return update != null;
  }

  /** {@return the version that workers are being updated to, or null} */
  @Nullable Version target() {
    return update == null ? null : update.target();
  }

  /** Starts to update all workers to the newest version; false when all run it already. */
  boolean begin() {
    Version target = pool.bootable();
    if (target == null) {
      return false;
    }
    Update begun = new Update(target, pool.size());
    if (pool.workers().stream().noneMatch(begun::concerns)) {
      return false;
    }
    update = begun;
    log.update("rolling update to version " + target.id() + " started");
    return true;
  }

  /** {@return the number of workers still to update; 0 with no update in progress} */
  int outdated() {
    Update current = update;
    return current == null ? 0 : (int) pool.workers().stream().filter(current::concerns).count();
  }

  boolean cancel() {
    if (update == null) {
      return false;
    }
    update = null;
    for (FleetWorker worker : pool.workers()) {
      if (worker.draining() && worker.intent() == FleetWorker.Intent.UPDATE) {
        pool.start(worker);
      }
    }
    log.update("rolling update cancelled");
    return true;
  }

  /** Gives the update up, since no worker is to serve. */
  void abandon() {
    if (update != null) {
      update = null;
      log.update("rolling update abandoned: the endpoint is stopped");
    }
  }

  /** Takes the steps that are possible now. */
  void step() {
    if (update != null) {
      step(update);
    }
  }

  private void step(Update current) {
    List<FleetWorker> outdated = pool.workers().stream().filter(current::concerns).toList();
    if (outdated.isEmpty()) {
      if (!someoneIsOnTheWay()) {
        update = null;
        log.update("rolling update to version " + current.target().id() + " finished");
      }
      return;
    }
    // Workers that do not serve are updated at once.
    for (FleetWorker worker : outdated) {
      if (!worker.ready() && worker.intent() == FleetWorker.Intent.SERVE) {
        if (worker.status() == WorkerStatus.STOPPED && someoneIsOnTheWay()) {
          continue;
        }
        pool.restart(worker, FleetWorker.Reason.UPDATE);
      }
    }
    if (someoneIsOnTheWay()) {
      return; // One at a time.
    }
    Optional<FleetWorker> next =
        outdated.stream()
            .filter(worker -> worker.ready() && !worker.draining())
            .min(Comparator.comparingInt(FleetWorker::requests));
    if (next.isEmpty()) {
      return;
    }
    if (pool.routes().size() >= 2) {
      boolean surplus = pool.size() > current.sizeAtStart();
      pool.drain(
          next.get(),
          surplus ? FleetWorker.Intent.DESTROY : FleetWorker.Intent.UPDATE,
          surplus ? WorkerStatus.STOPPING : WorkerStatus.UPDATE_READY);
    } else if (noneFailed(current)) {
      // It is the only one that serves, so its successor comes first.
      pool.create();
    }
  }

  /**
   * {@return whether no successor failed: a failed one retries by itself, and another would fail
   * too}
   */
  private boolean noneFailed(Update current) {
    return pool.workers().stream()
        .noneMatch(w -> w.phase() == Scaling.Phase.FAILED && !current.concerns(w));
  }

  private boolean someoneIsOnTheWay() {
    return pool.workers().stream()
        .map(FleetWorker::phase)
        .anyMatch(phase -> phase == Scaling.Phase.ENDING || phase == Scaling.Phase.COMING);
  }

  /** Records that a worker did not become ready; rolls its version back when that repeats. */
  void failed(FleetWorker worker, String why) {
    DeploymentState owner = deployment.get();
    Version version = worker.version();
    if (owner == null || version == null) {
      return;
    }
    Version healthy = owner.lastHealthyVersion();
    if (healthy == null || version.id() <= healthy.id()) {
      return;
    }
    if (failures.merge(version.id(), 1, Integer::sum) < TRIES) {
      return;
    }
    version.markFailed(why);
    owner.rollBackTo(healthy, services.now());
    services.changed();
    log.warn(
        "version "
            + version.id()
            + " did not become ready ("
            + EngineLog.firstLine(why)
            + "): rolled back to version "
            + healthy.id());
    update = new Update(healthy, update == null ? pool.size() : update.sizeAtStart());
  }
}
