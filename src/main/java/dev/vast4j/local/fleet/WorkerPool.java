package dev.vast4j.local.fleet;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.vast4j.query.Query;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint's workers: rents, boots, drains, restarts and removes them through the {@link
 * WorkerHost}. Decides only what is overdue. Guarded by the engine's lock.
 */
final class WorkerPool {
  /** A worker reports at least every 10 seconds; after this long it counts as dead. */
  private static final double SILENT_SECONDS = 35;

  /** A worker that is not ready after this long is restarted. */
  private static final double LOADING_SECONDS = 900;

  /** A worker that is to stop has this long to finish its requests. */
  private static final double DRAIN_SECONDS = 600;

  private final EngineServices services;
  private final EndpointState endpoint;
  private final Supplier<@Nullable DeploymentState> deployment;
  private final EngineLog log;
  private final Map<Long, FleetWorker> workers = new LinkedHashMap<>();
  private final RouteTable routes = new RouteTable();

  WorkerPool(
      EngineServices services,
      EndpointState endpoint,
      Supplier<@Nullable DeploymentState> deployment,
      EngineLog log) {
    this.services = services;
    this.endpoint = endpoint;
    this.deployment = deployment;
    this.log = log;
  }

  // -- views  ---------------------------------------------------------------------------

  @Nullable FleetWorker worker(long id) {
    return workers.get(id);
  }

  Collection<FleetWorker> workers() {
    return Collections.unmodifiableCollection(workers.values());
  }

  int size() {
    return workers.size();
  }

  /** {@return the workers that take requests} */
  RouteTable routes() {
    return routes;
  }

  /** {@return the workers' states in words, and why one failed, for a request that waits} */
  String statusText() {
    Map<WorkerStatus, Integer> counts = new EnumMap<>(WorkerStatus.class);
    workers.values().forEach(worker -> counts.merge(worker.status(), 1, Integer::sum));
    String text =
        counts.isEmpty()
            ? "no workers"
            : counts.entrySet().stream()
                .map(entry -> entry.getKey().wireName() + ": " + entry.getValue())
                .collect(Collectors.joining(", "));
    if (endpoint.stopped()) {
      return text + "; endpoint stopped: call start()";
    }
    // A failed worker that boots again still shows why.
    Optional<String> error =
        workers.values().stream()
            .filter(worker -> !worker.ready())
            .sorted(Comparator.comparing(worker -> worker.status() != WorkerStatus.ERROR))
            .flatMap(worker -> Stream.ofNullable(worker.error()))
            .findFirst();
    return error.map(message -> text + " (" + EngineLog.firstLine(message) + ")").orElse(text);
  }

  ArrayNode toJson() {
    ArrayNode array = ServiceJson.MAPPER.createArrayNode();
    workers.values().forEach(worker -> array.add(worker.toJson()));
    return array;
  }

  // -- boot -----------------------------------------------------------------------------------

  /** {@return the version that a worker would boot now, or null without one} */
  @Nullable Version bootable() {
    DeploymentState owner = deployment.get();
    return owner == null ? null : owner.bootable();
  }

  void create() {
    FleetWorker worker = new FleetWorker(services.newId(), services.now());
    workers.put(worker.id(), worker);
    boot(worker, FleetWorker.Reason.FIRST);
  }

  /** Starts a stopped worker, or keeps one that is about to stop. */
  void start(FleetWorker worker) {
    if (worker.draining()) {
      worker.stay();
      serve(worker);
    } else {
      boot(worker, FleetWorker.Reason.START);
    }
  }

  void boot(FleetWorker worker, FleetWorker.Reason reason) {
    DeploymentState owner = deployment.get();
    Version version = bootable();
    if (owner == null || version == null) {
      remove(worker);
      return;
    }
    List<Query> search = Search.of(version.config().get("search_params"));
    Optional<Market.Offer> offer = Market.rent(search);
    if (offer.isEmpty()) {
      String why = Market.whyNone(search);
      if (!why.equals(worker.error())) {
        log.warn("worker " + worker.id() + ": " + why);
      }
      worker.unmatched(version, why);
      return;
    }
    worker.rented(offer.get());
    Version before = worker.version();
    boolean fresh = before == null || before.generation() != version.generation();
    worker.boot(
        version,
        reason,
        services.newKey("mtoken"),
        services.newKey("instance"),
        services.elapsed());
    log.event(
        "worker "
            + worker.id()
            + " boots version "
            + version.id()
            + (reason == FleetWorker.Reason.FIRST ? "" : " (" + worker.status().wireName() + ")"));
    services
        .host()
        .boot(
            new WorkerHost.Boot(
                worker.id(),
                worker.incarnation(),
                owner.id(),
                version.id(),
                fresh,
                worker.instanceKey(),
                environment(owner, version, worker),
                version.template()));
  }

  private Map<String, String> environment(
      DeploymentState owner, Version version, FleetWorker worker) {
    String flags = ServiceJson.text(version.config(), "env");
    Map<String, String> environment = EnvFlags.variables(flags == null ? "" : flags);
    environment.put("CONTAINER_ID", String.valueOf(worker.id()));
    environment.put("PUBLIC_IPADDR", "127.0.0.1");
    environment.put("REPORT_ADDR", services.url().toString());
    environment.put("VAST_API_URL", services.url().toString());
    environment.put("MASTER_TOKEN", worker.mtoken());
    environment.put("USE_SSL", "false");
    environment.put("UNSECURED", "false");
    if (version.template() == null) {
      environment.put("DEPLOYMENT_ID", String.valueOf(owner.id()));
    }
    environment.put("CONTAINER_API_KEY", worker.instanceKey());
    return environment;
  }

  // -- requests -------------------------------------------------------------------------------

  /** Lets a worker take requests, or updates its load. */
  void serve(FleetWorker worker) {
    routes.put(worker.id(), services.now() + worker.secondsFor(worker.load()));
  }

  boolean serves(FleetWorker worker) {
    return routes.contains(worker.id());
  }

  /** Takes a worker out of routing. */
  void rest(FleetWorker worker) {
    routes.remove(worker.id());
  }

  // -- end ------------------------------------------------------------------------------------

  /** Takes a worker out of routing; it ends when its requests are done. */
  void drain(FleetWorker worker, FleetWorker.Intent intent, WorkerStatus status) {
    rest(worker);
    worker.leave(intent, status, services.elapsed());
    endIfDrained(worker);
  }

  private void endIfDrained(FleetWorker worker) {
    boolean late = services.elapsed() - worker.drainingSince() > DRAIN_SECONDS;
    if (!worker.draining() || (worker.hasWork() && !late)) {
      return;
    }
    String url = worker.url();
    FleetWorker.Intent intent = worker.intent();
    if (intent == FleetWorker.Intent.UPDATE && url != null) {
      worker.ending(intent, WorkerStatus.UPDATE_REBOOTING);
      services.host().update(worker.id(), url, worker.mtoken());
    } else {
      worker.ending(
          intent,
          intent == FleetWorker.Intent.DESTROY ? WorkerStatus.DESTROYING : WorkerStatus.STOPPING);
      services.host().end(worker.id(), false);
    }
  }

  /** Ends a worker's process, if it has one, and boots it again. */
  void restart(FleetWorker worker, FleetWorker.Reason reason) {
    rest(worker);
    if (worker.hasProcess()) {
      worker.ending(
          reason == FleetWorker.Reason.UPDATE
              ? FleetWorker.Intent.UPDATE
              : FleetWorker.Intent.RESTART,
          reason == FleetWorker.Reason.UPDATE
              ? WorkerStatus.UPDATE_REBOOTING
              : WorkerStatus.REBOOTING);
      services.host().end(worker.id(), true);
    } else {
      boot(worker, reason);
    }
  }

  void destroy(FleetWorker worker) {
    if (worker.hasProcess()) {
      rest(worker);
      worker.ending(FleetWorker.Intent.DESTROY, WorkerStatus.DESTROYING);
      services.host().end(worker.id(), false);
    } else {
      remove(worker);
    }
  }

  void destroyAll() {
    List.copyOf(workers.values()).forEach(this::destroy);
  }

  /** Removes a worker whose process has ended. */
  void remove(FleetWorker worker) {
    rest(worker);
    workers.remove(worker.id());
    services.host().delete(worker.id());
    log.event("worker " + worker.id() + " is gone");
  }

  // -- time -----------------------------------------------------------------------------------

  /** Handles everything that depends on time. */
  void tick() {
    double elapsed = services.elapsed();
    List.copyOf(workers.values()).forEach(worker -> tick(worker, elapsed));
  }

  private void tick(FleetWorker worker, double now) {
    worker.forgetUnseen(now);
    if (worker.draining()) {
      endIfDrained(worker);
      return;
    }
    if (worker.status() == WorkerStatus.ERROR) {
      if (endpoint.stopped()) {
        if (worker.hasProcess()) {
          drain(worker, FleetWorker.Intent.STOP, WorkerStatus.STOPPING);
        }
      } else if (now >= worker.retryAt()) {
        restart(worker, FleetWorker.Reason.REBOOT);
      }
      return;
    }
    if (!worker.hasProcess() || worker.intent() != FleetWorker.Intent.SERVE) {
      return;
    }
    if (services.host().debugged()) {
      return;
    }
    if (worker.ready() && now - worker.reportedAt() > SILENT_SECONDS) {
      log.warn("worker " + worker.id() + " stopped reporting and restarts");
      restart(worker, FleetWorker.Reason.REBOOT);
    } else if (!worker.ready() && now - worker.bootedAt() > LOADING_SECONDS) {
      log.warn("worker " + worker.id() + " was not ready in time and restarts");
      restart(worker, FleetWorker.Reason.REBOOT);
    }
  }
}
