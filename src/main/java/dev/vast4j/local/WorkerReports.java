package dev.vast4j.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.local.fleet.Fleet;
import dev.vast4j.local.fleet.ServiceJson;
import dev.vast4j.local.fleet.WorkerHost;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes the reports of workers and of their host. Takes the engine's lock; thread-safe. */
final class WorkerReports implements WorkerHost.Listener {
  private final EngineLock lock;
  private final Registry registry;
  private boolean closed;

  WorkerReports(EngineLock lock, Registry registry) {
    this.lock = lock;
    this.registry = registry;
  }

  // -- from the host  --------------------------------------------------------------------

  @Override
  public void reached(long worker, long incarnation, WorkerHost.Stage stage) {
    hear(worker, fleet -> fleet.reached(worker, incarnation, stage));
  }

  @Override
  public void output(long worker, String line) {
    hear(worker, fleet -> fleet.output(worker, line));
  }

  @Override
  public void ended(long worker, long incarnation, String why) {
    hear(worker, fleet -> fleet.ended(worker, incarnation, why));
  }

  private void hear(long worker, Consumer<Fleet> event) {
    lock.locked(
        () -> {
          Fleet fleet = registry.fleetOf(worker);
          // Once the engine closes, its workers end and none is replaced.
          if (fleet != null && !closed) {
            event.accept(fleet);
          }
        });
  }

  /** Ignores the host from now on. */
  void close() {
    lock.locked(() -> closed = true);
  }

  // -- from workers  --------------------------------------------------------------------

  ObjectNode status(ObjectNode report) {
    return take(report, "id", (fleet, id) -> fleet.status(id, mtoken(report), report));
  }

  ObjectNode finishedRequests(ObjectNode report) {
    return take(
        report,
        "worker_id",
        (fleet, id) -> fleet.finished(id, mtoken(report), report.path("requests")));
  }

  private static @Nullable String mtoken(ObjectNode report) {
    return ServiceJson.text(report, "mtoken");
  }

  private ObjectNode take(ObjectNode report, String idField, BiConsumer<Fleet, Long> action) {
    return lock.locked(
        () -> {
          long id = (long) ServiceJson.number(report, idField, 0);
          Fleet fleet = registry.fleetOf(id);
          if (fleet == null) {
            throw Fleet.unknownWorker();
          }
          action.accept(fleet, id);
          return ServiceJson.object().put("success", true);
        });
  }
}
