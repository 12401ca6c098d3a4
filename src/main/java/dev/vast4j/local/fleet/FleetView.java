package dev.vast4j.local.fleet;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the page shows of one endpoint. Guarded by the engine's lock. */
final class FleetView {
  private static final int SHOWN_CALLS = 60;
  private static final int SHOWN_LINES = 60;
  private static final FleetHistory.Column[] OUTCOMES = {
    FleetHistory.Column.SUCCEEDED,
    FleetHistory.Column.FAILED,
    FleetHistory.Column.CANCELLED,
    FleetHistory.Column.LOST,
    FleetHistory.Column.TIMED_OUT
  };
  private static final FleetHistory.Column[] ERRORS = {
    FleetHistory.Column.FAILED, FleetHistory.Column.LOST, FleetHistory.Column.TIMED_OUT
  };

  private final EngineServices services;
  private final EndpointState endpoint;
  private final Supplier<@Nullable DeploymentState> deployment;
  private final WorkerPool pool;
  private final Dispatcher dispatcher;
  private final RollingUpdates updates;
  private final FleetHistory history;
  private final EngineLog log;

  FleetView(
      EngineServices services,
      EndpointState endpoint,
      Supplier<@Nullable DeploymentState> deployment,
      WorkerPool pool,
      Dispatcher dispatcher,
      RollingUpdates updates,
      FleetHistory history,
      EngineLog log) {
    this.services = services;
    this.endpoint = endpoint;
    this.deployment = deployment;
    this.pool = pool;
    this.dispatcher = dispatcher;
    this.updates = updates;
    this.history = history;
    this.log = log;
  }

  /** How many workers are in which state, and why one failed. */
  private record Workers(
      int ready, int starting, int stopped, int leaving, int error, @Nullable String why) {
    int total() {
      return ready + starting + stopped + leaving + error;
    }
  }

  private Workers workers() {
    int ready = 0;
    int starting = 0;
    int stopped = 0;
    int leaving = 0;
    int error = 0;
    String why = null;
    for (FleetWorker worker : pool.workers()) {
      String failure = worker.error();
      if (isFailing(worker)) {
        error++;
        why = why == null ? failure : why;
      } else {
        switch (worker.phase()) {
          case READY -> ready++;
          case INACTIVE -> stopped++;
          case LEAVING, STOPPING, ENDING -> leaving++;
          case COMING, FAILED -> starting++;
        }
      }
    }
    return new Workers(ready, starting, stopped, leaving, error, why);
  }

  /** {@return whether a worker is in error, or boots again after an error} */
  private static boolean isFailing(FleetWorker worker) {
    return switch (worker.phase()) {
      case FAILED -> true;
      case COMING -> worker.error() != null && !worker.ready();
      default -> false;
    };
  }

  /** Records the present in the history. */
  void sample(double now) {
    Workers workers = workers();
    double capacity = capacity();
    history.sample(
        new FleetHistory.Sample(
            dispatcher.waiting(),
            workers.ready(),
            workers.starting(),
            workers.stopped() + workers.leaving(),
            workers.error(),
            capacity,
            workers.ready() == 0 || capacity == 0 ? 0 : 1000 * workers.ready() / capacity,
            dispatcher.queueTime() * 1000),
        now);
  }

  /**
   * {@return the calls a second that the ready workers can serve, by their measured performance}
   */
  private double capacity() {
    double perf = 0;
    for (FleetWorker worker : pool.workers()) {
      perf += worker.ready() ? worker.perf() : 0;
    }
    return perf / dispatcher.calls().meanCost();
  }

  /** {@return a row of the overview} */
  ObjectNode row() {
    double now = services.now();
    Workers workers = workers();
    int queue = dispatcher.waiting();
    double errors = history.perSecond(now, ERRORS);
    State state = state(workers, queue, errors);
    ObjectNode json =
        ServiceJson.object()
            .put("id", endpoint.id())
            .put("name", endpoint.name())
            .put("state", state.name())
            .put("trouble", state.trouble())
            .put("calls", rounded(history.perSecond(now, OUTCOMES)))
            .put("errors", rounded(errors))
            .put("queue", queue);
    double p95 = history.recentMillis(0.95);
    if (!Double.isNaN(p95)) {
      json.put("p95", rounded(p95));
    }
    if (workers.why() != null) {
      json.put("why", EngineLog.firstLine(workers.why()));
    }
    json.putObject("workers")
        .put("total", workers.total())
        .put("ready", workers.ready())
        .put("starting", workers.starting())
        .put("stopped", workers.stopped())
        .put("leaving", workers.leaving())
        .put("error", workers.error());
    DeploymentState owner = deployment.get();
    if (owner != null) {
      Version current = owner.current();
      json.put("version", current.id());
      if (current.label() != null) {
        json.put("label", current.label());
      }
    }
    Version target = updates.target();
    if (target != null) {
      json.put("target", target.id()).put("outdated", updates.outdated());
    }
    return json;
  }

  private static double rounded(double value) {
    return value < 10 ? Math.round(value * 100) / 100.0 : Math.round(value * 10) / 10.0;
  }

  /**
   * A deployment's state.
   *
   * @param trouble how far up it belongs in the list
   */
  private record State(String name, double trouble) {}

  private State state(Workers workers, int queue, double errors) {
    if (deployment.get() == null) {
      return new State("no deployment", 1);
    }
    if (endpoint.stopped()) {
      return new State(workers.total() > workers.stopped() ? "stopping" : "stopped", 0);
    }
    if (workers.error() > 0) {
      return workers.ready() == 0 ? new State("failing", 6) : new State("degraded", 5);
    }
    if (errors > 0) {
      return new State(workers.ready() > 0 ? "ready" : "starting", 4.5);
    }
    if (queue > 0 && workers.ready() == 0) {
      return new State("waiting", 4);
    }
    if (updates.inProgress()) {
      return new State("updating", 2);
    }
    if (workers.ready() > 0) {
      return new State("ready", queue > 0 ? 1.5 : 0.5);
    }
    return workers.starting() > 0 ? new State("starting", 3) : new State("idle", 0);
  }

  /**
   * {@return everything that the deployment's own page shows}
   *
   * @param query the viewer's filter, the call that it has open, the last step it has
   * @param decision the last scaling decision, in words
   */
  ObjectNode detail(Map<String, String> query, String decision) {
    double now = services.now();
    ObjectNode json = row();
    json.put("status", pool.statusText())
        .put("decision", decision)
        .put("capacity", rounded(capacity()))
        .put("wait", rounded(dispatcher.queueTime() * 1000))
        .put("max_queue", endpoint.scaling().maxQueueTime())
        .put("max_workers", endpoint.scaling().maxWorkers())
        .put("cold_workers", endpoint.scaling().coldWorkers())
        .put("min_load", endpoint.scaling().minLoad())
        .put("target_util", endpoint.scaling().targetUtil())
        .put("max_here", services.workerCap());
    double p50 = history.recentMillis(0.5);
    if (!Double.isNaN(p50)) {
      json.put("p50", rounded(p50)).put("p99", rounded(history.recentMillis(0.99)));
    }
    DeploymentState owner = deployment.get();
    if (owner != null) {
      json.put("deployment", owner.id())
          .put("image", ServiceJson.text(owner.config(), "image"))
          .put("tag", owner.tag())
          .put("deployed", owner.name());
      json.set("versions", versions(owner));
    }
    json.set("workers_list", workerRows());
    json.set("calls_list", dispatcher.calls().toJson(CallFilter.of(query), SHOWN_CALLS));
    ArrayNode events = json.putArray("events");
    log.tail(EngineLog.Level.INFO0, SHOWN_LINES).forEach(events::add);
    ArrayNode decisions = json.putArray("decisions");
    log.tail(EngineLog.Level.INFO1, SHOWN_LINES).forEach(decisions::add);
    long wanted = CallFilter.number(query.getOrDefault("call", ""));
    ObjectNode call = wanted == 0 ? null : dispatcher.calls().callJson(wanted);
    if (call != null) {
      json.set("call", call);
    }
    json.put("step", history.current());
    if (CallFilter.number(query.getOrDefault("step", "")) != history.current()) {
      json.set("history", history.toJson(now));
    }
    return json;
  }

  private ArrayNode versions(DeploymentState owner) {
    ArrayNode array = owner.versionsJson();
    for (var version : array) {
      if (version instanceof ObjectNode object) {
        object.remove("s3_key");
        long id = object.path("id").asLong();
        object.put(
            "workers", pool.workers().stream().filter(worker -> worker.versionId() == id).count());
      }
    }
    return array;
  }

  private ArrayNode workerRows() {
    Map<Long, Integer> running = dispatcher.calls().byWorker(CallState.RUNNING);
    Map<Long, Integer> assigned = dispatcher.calls().byWorker(CallState.ASSIGNED);
    double cost = dispatcher.calls().meanCost();
    double elapsed = services.elapsed();
    ArrayNode array = ServiceJson.MAPPER.createArrayNode();
    for (FleetWorker worker : pool.workers()) {
      ObjectNode json =
          array
              .addObject()
              .put("id", worker.id())
              .put("status", worker.status().wireName())
              .put("failing", isFailing(worker))
              .put("version", worker.versionId())
              .put("running", running.getOrDefault(worker.id(), 0))
              .put("assigned", assigned.getOrDefault(worker.id(), 0))
              .put("wait", rounded(worker.ready() ? 1000 * worker.secondsFor(worker.load()) : 0));
      if (worker.perf() > 0) {
        json.put("capacity", rounded(worker.perf() / cost));
      }
      if (worker.ready()) {
        // Whole seconds, so that the numbers change seldom.
        json.put("up", Math.round(elapsed - worker.readyAt()));
      }
      String error = worker.error();
      if (error != null) {
        json.put("error", error);
      }
      Market.Offer offer = worker.offer();
      if (offer != null) {
        json.put("machine", offer.gpuName());
      }
    }
    return array;
  }
}
