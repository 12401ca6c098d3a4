package dev.vast4j.local;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.query.Query;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The workers of one endpoint: routes requests to them, keeps the queue of those that wait, scales,
 * updates and replaces workers. Confined to the engine's lock; asks the {@link WorkerHost} to act.
 */
final class Fleet {
  /** A worker reports at least every 10 seconds; after this long it is taken for dead. */
  private static final double SILENT_SECONDS = 35;

  /** A worker that is not ready after this long is started again. */
  private static final double LOADING_SECONDS = 900;

  /** A worker that is to stop gets this long to finish its requests. */
  private static final double DRAIN_SECONDS = 600;

  /** A worker that was ready for this long has recovered from earlier failures. */
  private static final double STEADY_SECONDS = 30;

  /** A waiting request whose client does not poll any more is forgotten after this long. */
  private static final double WAITING_SECONDS = 60;

  /** How much of its history a fleet shows on the page. */
  private static final int SHOWN_REQUESTS = 30;

  private static final int SHOWN_LINES = 30;

  private static final double MAX_BACKOFF_SECONDS = 30;

  /** How many placed requests are remembered, for clients that ask again. */
  private static final int PLACED = 10_000;

  /** What a fleet needs from the engine. */
  interface Engine {
    /** Seconds since the epoch, by the clock that decisions go by. */
    double now();

    /** Seconds that really pass, for what depends on processes and connections. */
    double elapsed();

    int workerCap();

    WorkerHost host();

    /** Makes up an id, unique in the engine. */
    long newId();

    /** Makes up a secret. */
    String newKey(String kind);

    Map<String, String> environment(DeploymentState deployment, Worker worker);

    /** Says that something that is kept on disk has changed. */
    void changed();
  }

  /** Where a request goes, or why it waits. */
  sealed interface Placement {
    /**
     * The request goes to a worker.
     *
     * @param worker the worker
     * @param url its URL
     * @param requestIdx the request's index
     * @param reqnum the request's number on that worker
     */
    record Ready(long worker, String url, long requestIdx, long reqnum) implements Placement {}

    /**
     * The request waits.
     *
     * @param requestIdx the request's index
     * @param status how the workers are
     */
    record Waiting(long requestIdx, String status) implements Placement {}
  }

  private static final class Queued {
    final double cost;
    final double since;
    double polled;

    Queued(double cost, double now, double elapsed) {
      this.cost = cost;
      this.since = now;
      this.polled = elapsed;
    }
  }

  private final Engine engine;
  private final EndpointState endpoint;
  private final Supplier<@Nullable DeploymentState> deployment;
  private final EngineLog log;
  private final RequestLog requests = new RequestLog();
  private final Map<Long, Worker> workers = new LinkedHashMap<>();
  private final RouteTable routes = new RouteTable();
  private final Map<Long, Queued> queue = new LinkedHashMap<>();
  private final Map<Long, Long> placed =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
          return size() > PLACED; // Reports that would have removed it can be lost.
        }
      };
  private final ArrivalMeter arrivals = new ArrivalMeter();
  private final ArrivalMeter reported = new ArrivalMeter();
  private double lastActivity = Double.NEGATIVE_INFINITY;
  private @Nullable RollingUpdate update;
  private String lastDecision = "";

  Fleet(
      Engine engine,
      EndpointState endpoint,
      Supplier<@Nullable DeploymentState> deployment,
      EngineLog log) {
    this.engine = engine;
    this.endpoint = endpoint;
    this.deployment = deployment;
    this.log = log;
    endpoint
        .scaling()
        .inactivityTimeout()
        .ifPresent(
            timeout -> {
              if (timeout > 0) {
                // Idle time counts from the deployment on.
                lastActivity = engine.now();
              }
            });
  }

  // -- routing --------------------------------------------------------------------------------

  /** Places a request: a new one has index 0, a repeated one the index it was given. */
  Placement route(double cost, long requestIdx) {
    double now = engine.now();
    lastActivity = now;
    long idx = requestIdx;
    if (idx == 0) {
      idx = engine.newId();
      arrivals.add(cost, now);
      requests.arrived(idx, cost, now);
    }
    unplace(idx);
    Placement.Ready ready = place(idx, cost, now);
    if (ready != null) {
      queue.remove(idx);
      return ready;
    }
    Queued queued = queue.get(idx);
    if (queued == null) {
      queue.put(idx, new Queued(cost, now, engine.elapsed()));
      log.trace("request " + idx + " waits: " + statusText());
    } else {
      queued.polled = engine.elapsed();
    }
    return new Placement.Waiting(idx, statusText());
  }

  private Placement.@Nullable Ready place(long idx, double cost, double now) {
    Long best = routes.best();
    if (best == null || routes.queueTime(best, now) > endpoint.scaling().maxQueueTime()) {
      return null;
    }
    Worker worker = workers.get(best);
    String url = worker == null ? null : worker.url();
    if (worker == null || url == null) {
      return null;
    }
    long reqnum = worker.route(idx, cost, engine.elapsed());
    placed.put(idx, best);
    routes.charge(best, cost / Math.max(worker.perf(), 1e-5), now);
    requests.routed(idx, cost, best, now);
    return new Placement.Ready(best, url, idx, reqnum);
  }

  private void unplace(long idx) {
    Long before = placed.remove(idx);
    if (before != null) {
      Worker worker = workers.get(before);
      if (worker != null) {
        worker.finished(idx);
      }
    }
  }

  /** Whether a request could be placed now. */
  boolean hasRoom() {
    Long best = routes.best();
    return best != null
        && routes.queueTime(best, engine.now()) <= endpoint.scaling().maxQueueTime();
  }

  /** How the workers are, in words, for a request that waits. */
  String statusText() {
    if (workers.isEmpty()) {
      return endpoint.stopped() ? "endpoint stopped" : "no workers";
    }
    Map<WorkerStatus, Integer> counts = new EnumMap<>(WorkerStatus.class);
    workers.values().forEach(worker -> counts.merge(worker.status(), 1, Integer::sum));
    String text =
        counts.entrySet().stream()
            .map(entry -> entry.getKey().wireName() + ": " + entry.getValue())
            .collect(Collectors.joining(", "));
    Optional<String> error =
        workers.values().stream()
            .filter(worker -> worker.status() == WorkerStatus.ERROR)
            .map(Worker::error)
            .flatMap(message -> Optional.ofNullable(message).stream())
            .findFirst();
    return error.map(message -> text + " (" + firstLine(message) + ")").orElse(text);
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  // -- what workers say -----------------------------------------------------------------------

  void status(Worker worker, ObjectNode report) {
    double now = engine.now();
    boolean loaded = Json.number(report, "loadtime", 0) > 0;
    String error = Json.text(report, "error_msg");
    worker.report(report, engine.elapsed());
    if (worker.newLoad() > 0) {
      reported.add(worker.newLoad(), now);
    }
    if (worker.hasWork()) {
      lastActivity = now;
    }
    if (worker.intent() != Worker.Intent.SERVE && !worker.draining()) {
      return;
    }
    if (error != null && !error.isEmpty()) {
      if (worker.status() != WorkerStatus.ERROR) {
        fail(worker, error);
      }
      return;
    }
    if (loaded && !worker.ready() && worker.url() != null) {
      ready(worker, now);
    } else if (routes.contains(worker.id())) {
      routes.put(worker.id(), now + worker.load() / Math.max(worker.perf(), 1e-5));
    }
  }

  private void ready(Worker worker, double now) {
    worker.becameReady(now, engine.elapsed());
    routes.put(worker.id(), now);
    log.event(
        String.format(
            "worker %d is ready after %.1f s, performance %.1f",
            worker.id(), engine.elapsed() - worker.bootedAt(), worker.perf()));
    DeploymentState owner = deployment.get();
    Version version = worker.version();
    if (owner != null && version != null) {
      Version before = owner.lastHealthyVersion();
      if (before == null || before.id() < version.id()) {
        owner.healthy(version);
        engine.changed();
      }
    }
    evaluate();
  }

  void finished(Worker worker, ObjectNode request) {
    long idx = request.path("request_idx").asLong();
    worker.finished(idx);
    placed.remove(idx);
    requests.finished(idx, request, engine.now());
    if (!worker.hasWork() && routes.contains(worker.id())) {
      routes.put(worker.id(), engine.now());
    }
  }

  void fetching(Worker worker) {
    worker.fetching();
    log.event("worker " + worker.id() + " fetches the jars that its bundle names");
  }

  void processStarted(Worker worker) {
    worker.processStarted();
    log.event("worker " + worker.id() + " started its process");
  }

  /** A worker's process has ended, or could not be started. */
  void ended(Worker worker, String why) {
    boolean wasReady = worker.ready();
    double now = engine.elapsed();
    boolean steady = wasReady && now - worker.readyAt() > STEADY_SECONDS;
    routes.remove(worker.id());
    placed.values().removeIf(id -> id == worker.id());
    worker.ended();
    switch (worker.intent()) {
      case STOP -> {
        worker.stopped();
        log.event("worker " + worker.id() + " is stopped");
      }
      case DESTROY -> remove(worker);
      case RESTART -> boot(worker, Worker.Reason.REBOOT);
      case UPDATE -> boot(worker, Worker.Reason.UPDATE);
      case SERVE -> {
        if (steady) {
          worker.forgetFailures();
        }
        int failures = worker.countFailure();
        log.warn("worker " + worker.id() + " " + why);
        if (wasReady && failures == 1) {
          boot(worker, Worker.Reason.REBOOT);
        } else {
          worker.failed(why, now + backoff(failures));
          versionFailed(worker, why);
        }
      }
    }
    evaluate();
  }

  private static double backoff(int failures) {
    return Math.min(MAX_BACKOFF_SECONDS, Math.pow(2, Math.min(failures - 1, 10)));
  }

  /** A worker reports that it cannot work; it stays up until it is started again. */
  private void fail(Worker worker, String error) {
    routes.remove(worker.id());
    int failures = worker.countFailure();
    worker.failed(error, engine.elapsed() + Math.max(5, backoff(failures)));
    log.warn("worker " + worker.id() + " reports an error: " + error);
    versionFailed(worker, error);
    evaluate();
  }

  // -- life of workers ------------------------------------------------------------------------

  private @Nullable Version bootable() {
    DeploymentState owner = deployment.get();
    return owner == null ? null : owner.bootable();
  }

  private void create(Worker.Reason reason) {
    Worker worker = new Worker(engine.newId(), engine.now());
    workers.put(worker.id(), worker);
    boot(worker, reason);
  }

  private void boot(Worker worker, Worker.Reason reason) {
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
        version, reason, engine.newKey("mtoken"), engine.newKey("instance"), engine.elapsed());
    log.event(
        "worker "
            + worker.id()
            + " boots version "
            + version.id()
            + " ("
            + worker.status().wireName()
            + ")");
    engine
        .host()
        .boot(
            new WorkerHost.Boot(
                worker.id(),
                worker.incarnation(),
                owner.id(),
                version.id(),
                fresh,
                worker.instanceKey(),
                engine.environment(owner, worker)));
  }

  private void remove(Worker worker) {
    routes.remove(worker.id());
    placed.values().removeIf(id -> id == worker.id());
    workers.remove(worker.id());
    engine.host().delete(worker.id());
    log.event("worker " + worker.id() + " is gone");
  }

  /** Takes a worker out of routing; it ends when its requests are done. */
  private void drain(Worker worker, Worker.Intent intent, WorkerStatus status) {
    routes.remove(worker.id());
    worker.leave(intent, status, engine.elapsed());
    endIfDrained(worker);
  }

  private void endIfDrained(Worker worker) {
    double now = engine.elapsed();
    boolean late = now - worker.drainingSince() > DRAIN_SECONDS;
    if (!worker.draining() || (worker.hasWork() && !late)) {
      return;
    }
    String url = worker.url();
    Worker.Intent intent = worker.intent();
    if (intent == Worker.Intent.UPDATE && url != null) {
      worker.ending(intent, WorkerStatus.UPDATE_REBOOTING);
      engine.host().update(worker.id(), url, worker.mtoken());
    } else {
      worker.ending(
          intent,
          intent == Worker.Intent.DESTROY ? WorkerStatus.DESTROYING : WorkerStatus.STOPPING);
      engine.host().end(worker.id(), false);
    }
  }

  private void restart(Worker worker, Worker.Reason reason) {
    routes.remove(worker.id());
    if (worker.hasProcess()) {
      worker.ending(
          reason == Worker.Reason.UPDATE ? Worker.Intent.UPDATE : Worker.Intent.RESTART,
          reason == Worker.Reason.UPDATE ? WorkerStatus.UPDATE_REBOOTING : WorkerStatus.REBOOTING);
      engine.host().end(worker.id(), true);
    } else {
      boot(worker, reason);
    }
  }

  private void destroy(Worker worker) {
    if (worker.hasProcess()) {
      routes.remove(worker.id());
      worker.ending(Worker.Intent.DESTROY, WorkerStatus.DESTROYING);
      engine.host().end(worker.id(), false);
    } else {
      remove(worker);
    }
  }

  /** Ends everything: the deployment is deleted. */
  void destroyAll() {
    update = null;
    new ArrayList<>(workers.values()).forEach(this::destroy);
    queue.clear();
  }

  // -- time -----------------------------------------------------------------------------------

  /** Looks at everything that depends on time, then at what should change. */
  void tick() {
    double elapsed = engine.elapsed();
    for (Worker worker : new ArrayList<>(workers.values())) {
      tick(worker, elapsed);
    }
    for (Iterator<Queued> it = queue.values().iterator(); it.hasNext(); ) {
      if (elapsed - it.next().polled > WAITING_SECONDS) {
        it.remove();
      }
    }
    evaluate();
  }

  private void tick(Worker worker, double now) {
    worker.forgetUnseen(now);
    if (worker.draining()) {
      endIfDrained(worker);
      return;
    }
    if (worker.status() == WorkerStatus.ERROR) {
      if (now >= worker.retryAt() && !endpoint.stopped()) {
        restart(worker, Worker.Reason.REBOOT);
      }
      return;
    }
    if (!worker.hasProcess() || worker.intent() != Worker.Intent.SERVE) {
      return;
    }
    if (worker.ready() && now - worker.reportedAt() > SILENT_SECONDS) {
      log.warn("worker " + worker.id() + " stopped reporting and is started again");
      restart(worker, Worker.Reason.REBOOT);
    } else if (!worker.ready() && now - worker.bootedAt() > LOADING_SECONDS) {
      log.warn("worker " + worker.id() + " was not ready in time and is started again");
      restart(worker, Worker.Reason.REBOOT);
    }
  }

  // -- scaling --------------------------------------------------------------------------------

  /** Decides what should change and does it. Cheap when nothing should. */
  void evaluate() {
    if (update != null) {
      stepUpdate(update);
    }
    if (bootable() == null) {
      return;
    }
    Scaling.Decision decision = Scaling.decide(scalingState(), endpoint.scaling());
    note(decision);
    for (long id : decision.start()) {
      Worker worker = workers.get(id);
      if (worker != null) {
        start(worker);
      }
    }
    for (int i = 0; i < decision.create(); i++) {
      create(Worker.Reason.FIRST);
    }
    if (update != null) {
      return; // A worker that is stopped in the middle of an update could be the only one serving.
    }
    for (long id : decision.stop()) {
      Worker worker = workers.get(id);
      if (worker != null) {
        drain(worker, Worker.Intent.STOP, WorkerStatus.STOPPING);
      }
    }
    for (long id : decision.destroy()) {
      Worker worker = workers.get(id);
      if (worker != null) {
        destroy(worker);
      }
    }
  }

  private void start(Worker worker) {
    if (worker.draining()) {
      worker.stay();
      routes.put(worker.id(), engine.now() + worker.load() / Math.max(worker.perf(), 1e-5));
    } else {
      boot(worker, Worker.Reason.START);
    }
  }

  private void note(Scaling.Decision decision) {
    String text =
        String.format(
            "wanted: %d serving of %d %s; %s",
            decision.active(),
            decision.total(),
            decision.total() == 1 ? "worker" : "workers",
            decision.reason());
    if (!decision.changesNothing()) {
      log.decision(text + " → " + decision.steps());
    }
    lastDecision = text;
  }

  private Scaling.State scalingState() {
    double now = engine.now();
    double queuedLoad = queue.values().stream().mapToDouble(queued -> queued.cost).sum();
    double waited =
        queue.values().stream().mapToDouble(queued -> now - queued.since).max().orElse(0);
    Long best = routes.best();
    double queueTime = Math.max(waited, best == null ? 0 : routes.queueTime(best, now));
    return new Scaling.State(
        now - lastActivity,
        Math.max(arrivals.rate(now), reported.rate(now)),
        queuedLoad,
        queueTime,
        endpoint.stopped(),
        engine.workerCap(),
        workers.values().stream()
            .map(w -> new Scaling.Member(w.id(), w.phase(), w.perf(), w.requests()))
            .toList());
  }

  // -- updates --------------------------------------------------------------------------------

  /** Begins to bring all workers to the newest version. */
  boolean startUpdate() {
    Version target = bootable();
    if (target == null) {
      return false;
    }
    RollingUpdate begun = new RollingUpdate(target, workers.size());
    if (workers.values().stream().noneMatch(begun::concerns)) {
      return false;
    }
    update = begun;
    log.event("rolling update to version " + target.id() + " begins");
    evaluate();
    return true;
  }

  boolean cancelUpdate() {
    if (update == null) {
      return false;
    }
    update = null;
    for (Worker worker : workers.values()) {
      if (worker.draining() && worker.intent() == Worker.Intent.UPDATE) {
        start(worker);
      }
    }
    log.event("the rolling update is cancelled");
    return true;
  }

  private void stepUpdate(RollingUpdate current) {
    List<Worker> outdated = workers.values().stream().filter(current::concerns).toList();
    if (outdated.isEmpty()) {
      boolean settled =
          workers.values().stream()
              .map(Worker::phase)
              .noneMatch(p -> p == Scaling.Phase.COMING || p == Scaling.Phase.ENDING);
      if (settled) {
        update = null;
        log.event("rolling update to version " + current.target().id() + " is done");
      }
      return;
    }
    // Workers that serve nothing are replaced at once.
    for (Worker worker : outdated) {
      if (!worker.ready() && worker.intent() == Worker.Intent.SERVE) {
        if (worker.status() == WorkerStatus.STOPPED && updating()) {
          continue;
        }
        restart(worker, Worker.Reason.UPDATE);
      }
    }
    if (updating()) {
      return; // One at a time.
    }
    Optional<Worker> next =
        outdated.stream()
            .filter(worker -> worker.ready() && !worker.draining())
            .min(Comparator.comparingInt(Worker::requests));
    if (next.isEmpty()) {
      return;
    }
    if (routes.size() >= 2) {
      boolean surplus = workers.size() > current.sizeAtStart();
      drain(
          next.get(),
          surplus ? Worker.Intent.DESTROY : Worker.Intent.UPDATE,
          surplus ? WorkerStatus.STOPPING : WorkerStatus.UPDATE_READY);
    } else {
      // The only one that serves: its successor comes first.
      create(Worker.Reason.FIRST);
    }
  }

  /** Whether a worker is on its way to a newer version, or out of service because of it. */
  private boolean updating() {
    return workers.values().stream()
        .anyMatch(
            worker ->
                worker.phase() == Scaling.Phase.ENDING || worker.phase() == Scaling.Phase.COMING);
  }

  private void versionFailed(Worker worker, String why) {
    DeploymentState owner = deployment.get();
    Version version = worker.version();
    if (owner == null || version == null) {
      return;
    }
    Version healthy = owner.lastHealthyVersion();
    if (healthy == null || healthy.id() == version.id() || version.id() < healthy.id()) {
      return;
    }
    if (countFailure(version) < RollingUpdate.TRIES) {
      return;
    }
    version.markFailed();
    owner.rollBackTo(healthy, engine.now());
    engine.changed();
    log.warn(
        "version "
            + version.id()
            + " does not become ready ("
            + firstLine(why)
            + "): rolled back to version "
            + healthy.id());
    update = new RollingUpdate(healthy, update == null ? workers.size() : update.sizeAtStart());
  }

  private final Map<Long, Integer> versionFailures = new HashMap<>();

  private int countFailure(Version version) {
    return versionFailures.merge(version.id(), 1, Integer::sum);
  }

  // -- views ----------------------------------------------------------------------------------

  @Nullable Worker worker(long id) {
    return workers.get(id);
  }

  Iterable<Worker> workers() {
    return workers.values();
  }

  int size() {
    return workers.size();
  }

  boolean hasWaiting() {
    return !queue.isEmpty();
  }

  ArrayNode workersJson() {
    ArrayNode array = Json.MAPPER.createArrayNode();
    workers.values().forEach(worker -> array.add(worker.toJson()));
    return array;
  }

  ObjectNode toJson() {
    double now = engine.now();
    ObjectNode json = endpoint.toJson();
    json.remove("api_key");
    double rate = Math.max(arrivals.rate(now), reported.rate(now));
    // Rounded, so that a quiet endpoint looks the same from one moment to the next.
    json.put("arrival_rate", Math.round(rate * 10) / 10.0)
        .put("queued", queue.size())
        .put("decision", lastDecision)
        .put("updating", update != null);
    json.put("status", statusText());
    json.set("workers", workersJson());
    json.set("requests", requests.toJson(SHOWN_REQUESTS));
    ArrayNode events = json.putArray("events");
    log.tail(EngineLog.Level.INFO0, SHOWN_LINES).forEach(events::add);
    ArrayNode decisions = json.putArray("decisions");
    log.tail(EngineLog.Level.INFO1, SHOWN_LINES).forEach(decisions::add);
    return json;
  }

  EngineLog log() {
    return log;
  }

  EndpointState endpoint() {
    return endpoint;
  }
}
