package dev.vast4j.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What workers report themselves, and what their host tells of them. Takes the engine's lock
 * itself; thread-safe.
 */
final class WorkerReports implements WorkerHost.Listener {
  private final EngineLock lock;
  private final Registry registry;
  private boolean closed;

  WorkerReports(EngineLock lock, Registry registry) {
    this.lock = lock;
    this.registry = registry;
  }

  // -- what the host tells --------------------------------------------------------------------

  @Override
  public void reached(long worker, long incarnation, WorkerHost.Stage stage) {
    lock.locked(() -> hear(worker, incarnation, (fleet, w) -> fleet.reached(w, stage)));
  }

  @Override
  public void output(long worker, String line) {
    lock.locked(
        () -> {
          Fleet fleet = registry.fleetOf(worker);
          if (fleet != null) {
            fleet.log().output(worker, line);
          }
        });
  }

  @Override
  public void ended(long worker, long incarnation, String why) {
    lock.locked(() -> hear(worker, incarnation, (fleet, w) -> fleet.ended(w, why)));
  }

  private void hear(long id, long incarnation, BiConsumer<Fleet, FleetWorker> event) {
    if (closed) {
      return; // Workers end because the engine does; none is to be replaced.
    }
    Fleet fleet = registry.fleetOf(id);
    FleetWorker worker = fleet == null ? null : fleet.pool().worker(id);
    if (fleet != null && worker != null && worker.incarnation() == incarnation) {
      event.accept(fleet, worker);
    }
  }

  /** From now on what the host tells changes nothing. */
  void close() {
    lock.locked(() -> closed = true);
  }

  // -- what workers report --------------------------------------------------------------------

  ObjectNode status(ObjectNode report) {
    return take(report, "id", (fleet, worker) -> fleet.status(worker, report));
  }

  ObjectNode finishedRequests(ObjectNode report) {
    return take(
        report,
        "worker_id",
        (fleet, worker) -> {
          for (JsonNode request : report.path("requests")) {
            if (request instanceof ObjectNode object) {
              fleet.finished(worker, object);
            }
          }
        });
  }

  private ObjectNode take(
      ObjectNode report, String idField, BiConsumer<Fleet, FleetWorker> action) {
    return lock.locked(
        () -> {
          long id = (long) ServiceJson.number(report, idField, 0);
          @Nullable Fleet fleet = registry.fleetOf(id);
          FleetWorker worker = fleet == null ? null : fleet.pool().worker(id);
          if (fleet == null
              || worker == null
              || !Keys.same(worker.mtoken(), ServiceJson.text(report, "mtoken"))) {
            throw ServiceError.unauthorized("unknown worker or wrong mtoken");
          }
          action.accept(fleet, worker);
          return ServiceJson.object().put("success", true);
        });
  }
}
