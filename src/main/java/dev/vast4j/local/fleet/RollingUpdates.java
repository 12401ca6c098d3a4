package dev.vast4j.local.fleet;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings the workers of one endpoint to another version, one after the other: those that serve
 * nothing at once, the others when their requests are done, and the only one that serves when its
 * successor does. Goes back to the last healthy version when the new one does not become ready.
 * Confined to the engine's lock.
 */
final class RollingUpdates {
  /** How many times a new version may fail to become ready before it is rolled back. */
  private static final int TRIES = 2;

  /**
   * An update in progress.
   *
   * @param target where the workers are going
   * @param sizeAtStart how many workers there were, so that a helper started for the update is paid
   *     for by one of the old ones
   */
  private record Update(Version target, int sizeAtStart) {
    /** Whether a worker still has to be brought to the target. */
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

  /** Begins to bring all workers to the newest version; false when they are there already. */
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
    log.event("rolling update to version " + target.id() + " begins");
    return true;
  }

  /** How many workers are still to be brought to the version; 0 with no update in progress. */
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
    log.event("the rolling update is cancelled");
    return true;
  }

  /** There is nothing left to update. */
  void abandon() {
    if (update != null) {
      update = null;
      log.event("the rolling update is given up: no worker is to serve");
    }
  }

  /** Does what can be done now. */
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
        log.event("rolling update to version " + current.target().id() + " is done");
      }
      return;
    }
    // Workers that serve nothing are replaced at once.
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
      // The only one that serves: its successor comes first.
      pool.create();
    }
  }

  /** A successor that failed is tried again in its own time; one more would fail as well. */
  private boolean noneFailed(Update current) {
    return pool.workers().stream()
        .noneMatch(w -> w.phase() == Scaling.Phase.FAILED && !current.concerns(w));
  }

  private boolean someoneIsOnTheWay() {
    return pool.workers().stream()
        .map(FleetWorker::phase)
        .anyMatch(phase -> phase == Scaling.Phase.ENDING || phase == Scaling.Phase.COMING);
  }

  /** A worker did not become ready; its version is given up when that happens again and again. */
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
    version.markFailed();
    owner.rollBackTo(healthy, services.now());
    services.changed();
    log.warn(
        "version "
            + version.id()
            + " does not become ready ("
            + EngineLog.firstLine(why)
            + "): rolled back to version "
            + healthy.id());
    update = new Update(healthy, update == null ? pool.size() : update.sizeAtStart());
  }
}
