package dev.vast4j.local.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint at work: turns what workers report into the next step, by the {@link Scaling scaling
 * rule} and the {@link RollingUpdates rolling update} in progress. The {@link WorkerPool} holds the
 * workers, the {@link Dispatcher} the requests. Guarded by the engine's lock.
 */
public final class Fleet {
  /** A worker that has been ready this long has recovered from its failures. */
  private static final double STEADY_SECONDS = 5;

  private static final double MAX_BACKOFF_SECONDS = 30;

  /** Seconds between two samples for the history. */
  private static final double SAMPLE_SECONDS = 1;

  private final EngineServices services;
  private final EndpointState endpoint;
  private final Supplier<@Nullable DeploymentState> deployment;
  private final EngineLog log;
  private final WorkerPool pool;
  private final Dispatcher dispatcher;
  private final RollingUpdates updates;
  private final FleetView view;
  private String lastDecision = "";
  private double sampled;

  public Fleet(
      EngineServices services,
      EndpointState endpoint,
      Supplier<@Nullable DeploymentState> deployment) {
    this.services = services;
    this.endpoint = endpoint;
    this.deployment = deployment;
    FleetHistory history = new FleetHistory();
    this.log = new EngineLog(endpoint.name(), services, history);
    this.pool = new WorkerPool(services, endpoint, deployment, log);
    this.dispatcher = new Dispatcher(services, endpoint, pool, history, log);
    this.updates = new RollingUpdates(services, deployment, pool, log);
    this.view =
        new FleetView(services, endpoint, deployment, pool, dispatcher, updates, history, log);
    int wanted = endpoint.scaling().maxWorkers();
    if (wanted > services.workerCap()) {
      log.event(
          "max_workers %d is capped at %d on this machine (LocalOptions.maxWorkers)"
              .formatted(wanted, services.workerCap()));
    }
  }

  // -- requests -------------------------------------------------------------------------------

  /** Places a request. A new one has index 0, a repeated one the index it got before. */
  public Placement route(double cost, long requestIdx) {
    return route(cost, requestIdx, 0);
  }

  /** Places a request whose caller gives up after a time in seconds, or 0 when unknown. */
  public Placement route(double cost, long requestIdx, double timeout) {
    boolean idleBefore = dispatcher.waiting() == 0;
    Placement placement = dispatcher.route(cost, requestIdx, timeout);
    if (idleBefore && placement instanceof Placement.Waiting waiting) {
      evaluate();
      // The caller learns what came of it, such as that no machine matches.
      return new Placement.Waiting(waiting.requestIdx(), pool.statusText());
    }
    return placement;
  }

  /** {@return whether a request can be placed now} */
  public boolean hasRoom() {
    return dispatcher.hasRoom();
  }

  // -- reports about workers
  // -----------------------------------------------------------------------

  /** {@return whether a worker belongs to this fleet} */
  public boolean has(long worker) {
    return pool.worker(worker) != null;
  }

  /** Records how far a worker's boot is; ignores boots before its current one. */
  public void reached(long id, long incarnation, WorkerHost.Stage stage) {
    FleetWorker worker = pool.worker(id);
    if (worker != null && worker.incarnation() == incarnation) {
      reached(worker, stage);
    }
  }

  private void reached(FleetWorker worker, WorkerHost.Stage stage) {
    worker.reached(stage);
    switch (stage) {
      case FETCHING ->
          log.event(
              "worker " + worker.id() + " is fetching the jars and assets that its bundle names");
      case RUNNING -> log.event("worker " + worker.id() + " started its process");
      default -> log.trace("worker " + worker.id() + ": " + worker.status().wireName());
    }
  }

  /** Logs a line that a worker printed. */
  public void output(long id, String line) {
    log.output(id, line);
  }

  /** Takes a worker's status report. Throws ServiceError when its token is wrong. */
  public void status(long id, @Nullable String mtoken, ObjectNode report) {
    status(authenticated(id, mtoken), report);
  }

  private FleetWorker authenticated(long id, @Nullable String mtoken) {
    FleetWorker worker = pool.worker(id);
    if (worker == null || !Keys.same(worker.mtoken(), mtoken)) {
      throw unknownWorker();
    }
    return worker;
  }

  /** The answer to a report with an unknown worker or a wrong token. */
  public static ServiceError unknownWorker() {
    return ServiceError.unauthorized("unknown worker or wrong mtoken");
  }

  private void status(FleetWorker worker, ObjectNode report) {
    boolean loaded = ServiceJson.number(report, "loadtime", 0) > 0;
    String error = ServiceJson.text(report, "error_msg");
    worker.report(report, services.elapsed());
    dispatcher.reported(worker, report);
    if (worker.intent() != FleetWorker.Intent.SERVE && !worker.draining()) {
      return;
    }
    if (error != null && !error.isEmpty()) {
      if (worker.status() != WorkerStatus.ERROR) {
        fail(worker, error);
      }
      return;
    }
    if (loaded && !worker.ready() && worker.url() != null) {
      ready(worker);
    } else if (pool.serves(worker)) {
      pool.serve(worker);
    }
  }

  private void ready(FleetWorker worker) {
    worker.becameReady(services.now(), services.elapsed());
    pool.serve(worker);
    log.event(
        String.format(
            Locale.ROOT,
            "worker %d is ready after %.1f s, performance %,.1f",
            worker.id(),
            services.elapsed() - worker.bootedAt(),
            worker.perf()));
    DeploymentState owner = deployment.get();
    Version version = worker.version();
    if (owner != null && version != null) {
      Version before = owner.lastHealthyVersion();
      if (before == null || before.id() < version.id()) {
        owner.healthy(version);
        services.changed();
      }
    }
    evaluate();
  }

  /** Takes a worker's report of finished requests. Throws ServiceError when its token is wrong. */
  public void finished(long id, @Nullable String mtoken, JsonNode requests) {
    FleetWorker worker = authenticated(id, mtoken);
    for (JsonNode request : requests) {
      if (request instanceof ObjectNode object) {
        dispatcher.finished(worker, object);
      }
    }
    if (!worker.hasWork() && pool.serves(worker)) {
      pool.serve(worker);
    }
  }

  /** Records the end of a worker's process, or that it could not start; ignores earlier boots. */
  public void ended(long id, long incarnation, String why) {
    FleetWorker worker = pool.worker(id);
    if (worker != null && worker.incarnation() == incarnation) {
      ended(worker, why);
    }
  }

  private void ended(FleetWorker worker, String end) {
    // What it reported in this life says more than its last lines.
    String reported = worker.status() == WorkerStatus.ERROR ? worker.error() : null;
    String why = reported == null ? end : reported + "; then it " + end;
    boolean wasReady = worker.ready();
    double now = services.elapsed();
    boolean steady = wasReady && now - worker.readyAt() > STEADY_SECONDS;
    pool.rest(worker);
    dispatcher.forget(worker, why);
    worker.ended();
    switch (worker.intent()) {
      case STOP -> {
        worker.stopped();
        log.event("worker " + worker.id() + " is stopped");
      }
      case DESTROY -> pool.remove(worker);
      case RESTART -> pool.boot(worker, FleetWorker.Reason.REBOOT);
      case UPDATE -> pool.boot(worker, FleetWorker.Reason.UPDATE);
      case SERVE -> {
        if (steady) {
          worker.forgetFailures();
        }
        int failures = worker.countFailure();
        log.warn("worker " + worker.id() + " " + why);
        if (wasReady && failures == 1) {
          pool.boot(worker, FleetWorker.Reason.REBOOT);
        } else {
          worker.failed(why, now + backoff(failures));
          updates.failed(worker, why);
        }
      }
    }
    evaluate();
  }

  private static double backoff(int failures) {
    return Math.min(MAX_BACKOFF_SECONDS, Math.pow(2, Math.min(failures - 1, 10)));
  }

  /** Handles a worker's report that it cannot work; it stays up until it restarts. */
  private void fail(FleetWorker worker, String error) {
    pool.rest(worker);
    int failures = worker.countFailure();
    worker.failed(error, services.elapsed() + Math.max(5, backoff(failures)));
    log.warn("worker " + worker.id() + " reports an error: " + error);
    updates.failed(worker, error);
    evaluate();
  }

  // -- decisions  ---------------------------------------------------------------------

  /** Handles everything that depends on time, then evaluates. */
  public void tick() {
    pool.tick();
    dispatcher.tick();
    evaluate();
    double now = services.now();
    if (Math.abs(now - sampled) >= SAMPLE_SECONDS) {
      sampled = now;
      view.sample(now);
    }
  }

  /** Decides what to change and does it. Cheap when nothing changes. */
  public void evaluate() {
    if (endpoint.stopped()) {
      updates.abandon();
    } else {
      updates.step();
    }
    if (pool.bootable() == null) {
      return;
    }
    dispatcher.countIdleTime();
    Scaling.Decision decision = Scaling.decide(scalingState(), endpoint.scaling());
    if (updates.inProgress()) {
      // A worker stopped during an update could be the only one that serves.
      decision = decision.withoutEnds();
    }
    note(decision);
    for (long id : decision.start()) {
      FleetWorker worker = pool.worker(id);
      if (worker != null) {
        pool.start(worker);
      }
    }
    for (int i = 0; i < decision.create(); i++) {
      pool.create();
    }
    for (long id : decision.stop()) {
      FleetWorker worker = pool.worker(id);
      if (worker != null) {
        pool.drain(worker, FleetWorker.Intent.STOP, WorkerStatus.STOPPING);
      }
    }
    for (long id : decision.destroy()) {
      FleetWorker worker = pool.worker(id);
      if (worker != null) {
        pool.destroy(worker);
      }
    }
  }

  private void note(Scaling.Decision decision) {
    String text =
        String.format(
            Locale.ROOT,
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
    return new Scaling.State(
        dispatcher.secondsSinceActivity(),
        dispatcher.arrivalRate(),
        dispatcher.queuedLoad(),
        dispatcher.queueTime(),
        endpoint.stopped(),
        services.workerCap(),
        pool.workers().stream()
            .map(w -> new Scaling.Member(w.id(), w.phase(), w.perf(), w.requests()))
            .toList());
  }

  /** Starts to update all workers to the newest version; false when all run it already. */
  public boolean startUpdate() {
    boolean begun = updates.begin();
    if (begun) {
      evaluate();
    }
    return begun;
  }

  /** {@return the number of workers that the update in progress still has to update} */
  public int toUpdate() {
    return updates.outdated();
  }

  public boolean cancelUpdate() {
    return updates.cancel();
  }

  /** Ends all workers and drops all requests, since the endpoint is deleted. */
  public void destroyAll() {
    updates.abandon();
    pool.destroyAll();
    dispatcher.clear();
  }

  // -- views ----------------------------------------------------------------------------------

  /** {@return a row of the page's overview} */
  public ObjectNode overviewJson() {
    return view.row();
  }

  /** {@return what the page shows of this endpoint alone, by the parameters of its URL} */
  public ObjectNode detailJson(Map<String, String> query) {
    return view.detail(query, lastDecision);
  }

  /** {@return the endpoint's workers, as the service lists them} */
  public ArrayNode workersJson() {
    return pool.toJson();
  }

  /** {@return the last lines of each level of the log} */
  public ObjectNode logJson(int tail) {
    return log.toJson(tail);
  }

  /** {@return the engine's own lines about a worker, oldest first} */
  public List<String> linesAbout(long worker) {
    Pattern named = Pattern.compile("\\bworker " + worker + "\\b");
    return Stream.of(EngineLog.Level.INFO0, EngineLog.Level.TRACE)
        .flatMap(level -> log.tail(level, Integer.MAX_VALUE).stream())
        .filter(line -> named.matcher(line).find())
        .sorted()
        .toList();
  }

  /** Logs what happened to the deployment. */
  public void event(String text) {
    log.update(text);
  }

  /** {@return the number of workers, in any state} */
  public int size() {
    return pool.size();
  }

  /** {@return the ids of the workers that serve} */
  public List<Long> readyWorkers() {
    return pool.workers().stream().filter(FleetWorker::ready).map(FleetWorker::id).toList();
  }

  /** {@return the ids of the versions that workers run} */
  public Set<Long> versionsInUse() {
    return pool.workers().stream()
        .flatMap(worker -> Stream.ofNullable(worker.version()))
        .map(Version::id)
        .collect(Collectors.toSet());
  }

  /** {@return the version that the worker with this key boots, or empty for a wrong key} */
  public Optional<Version> versionOf(@Nullable String instanceKey) {
    return pool.workers().stream()
        .filter(worker -> Keys.same(worker.instanceKey(), instanceKey))
        .flatMap(worker -> Stream.ofNullable(worker.version()))
        .findFirst();
  }

  public EndpointState endpoint() {
    return endpoint;
  }
}
