package dev.vast4j.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.junit.VirtualClock;
import dev.vast4j.local.fleet.Placement;
import dev.vast4j.local.fleet.ServiceJson;
import dev.vast4j.local.fleet.WorkerHost;
import dev.vast4j.local.store.ObjectStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * An engine whose workers are simulated and whose time stands still until it is moved: no process,
 * no HTTP, no waiting. What workers would do is said by the test.
 */
final class SimulatedEngine {
  static final double PERF = 100;

  /** Boots that were asked for and are not taken yet. */
  final Deque<WorkerHost.Boot> boots = new ArrayDeque<>();

  /** Workers whose process the engine asked to end. */
  final List<Long> ended = new ArrayList<>();

  /** Workers that were asked to get ready for an update. */
  final List<Long> updated = new ArrayList<>();

  /** Workers of which nothing is to be left. */
  final List<Long> deleted = new ArrayList<>();

  private final Map<Long, WorkerHost.Boot> lives = new HashMap<>();
  private final VirtualClock clock = new VirtualClock();
  private final Engine engine;
  private long nanos;

  SimulatedEngine(Path folder, int maxWorkers) throws IOException {
    this.engine = engine(folder, maxWorkers, clock, () -> nanos);
  }

  private SimulatedEngine(Path folder, int maxWorkers, Clock clock, LongSupplier nanoTime)
      throws IOException {
    this.engine = engine(folder, maxWorkers, clock, nanoTime);
  }

  /** One whose time passes by itself. */
  static SimulatedEngine inRealTime(Path folder, int maxWorkers) throws IOException {
    return new SimulatedEngine(folder, maxWorkers, Clock.systemUTC(), System::nanoTime);
  }

  private Engine engine(Path folder, int maxWorkers, Clock clock, LongSupplier nanoTime)
      throws IOException {
    Engine engine =
        new Engine(
            LocalOptions.defaults().maxWorkers(maxWorkers).clock(clock),
            nanoTime,
            "account",
            new ObjectStore(folder, clock),
            listener -> new Host(),
            () -> {});
    engine.listensAt(URI.create("http://127.0.0.1:1"));
    return engine;
  }

  /** Takes orders and carries none out. */
  private final class Host implements WorkerHost {
    @Override
    public void boot(Boot boot) {
      boots.add(boot);
      lives.put(boot.worker(), boot);
    }

    @Override
    public void end(long worker, boolean force) {
      ended.add(worker);
    }

    @Override
    public void kill(long worker) {
      ended.add(worker);
    }

    @Override
    public void update(long worker, String workerUrl, String mtoken) {
      updated.add(worker);
    }

    @Override
    public void delete(long worker) {
      deleted.add(worker);
    }
  }

  Engine engine() {
    return engine;
  }

  /** Registers a deployment and uploads its bundle; further fields as pairs. */
  JsonNode deploy(String name, String hash, Object... more) {
    ObjectNode config = Api.config(name, new byte[] {1}, more).put("file_hash", hash);
    ObjectNode put = engine.deployments().put(config);
    if (put.has("upload_url")) {
      engine.deployments().uploaded(put.path("upload_fields").path("key").asText());
    }
    return put;
  }

  /** Lets time pass, as the engine's clock and as processes see it, and has the engine look. */
  void pass(Duration time) {
    clock.advance(time);
    nanos += time.toNanos();
    engine.tick();
  }

  /** The next boot that was asked for. */
  WorkerHost.Boot boot() {
    return boots.removeFirst();
  }

  void reached(WorkerHost.Boot boot, WorkerHost.Stage stage) {
    engine.reports().reached(boot.worker(), boot.incarnation(), stage);
  }

  /** Has a booted worker report that it is ready. */
  void ready(WorkerHost.Boot boot) {
    ready(boot, PERF);
  }

  void ready(WorkerHost.Boot boot, double perf) {
    report(boot.worker(), ServiceJson.object().put("loadtime", 1).put("max_perf", perf));
  }

  /** Has a worker report; who and where it is is added. */
  void report(long worker, ObjectNode status) {
    WorkerHost.Boot boot = lives.get(worker);
    engine
        .reports()
        .status(
            status
                .put("id", worker)
                .put("mtoken", boot.environment().get("MASTER_TOKEN"))
                .put("url", "http://127.0.0.1:" + worker));
  }

  /** Has a worker report the end of a request. */
  void finish(long worker, long requestIdx) {
    ObjectNode report =
        ServiceJson.object()
            .put("worker_id", worker)
            .put("mtoken", lives.get(worker).environment().get("MASTER_TOKEN"));
    report.putArray("requests").addObject().put("request_idx", requestIdx).put("status", "Success");
    engine.reports().finishedRequests(report);
  }

  /** A worker's process ends. */
  void end(long worker, String why) {
    engine.reports().ended(worker, lives.get(worker).incarnation(), why);
  }

  JsonNode workers(JsonNode put) {
    return engine
        .endpoints()
        .workers("account", ServiceJson.object().put("id", put.path("endpoint_id").asLong()));
  }

  List<String> states(JsonNode put) {
    List<String> states = new ArrayList<>();
    workers(put).forEach(worker -> states.add(worker.path("status").asText()));
    return states;
  }

  String log(JsonNode put) {
    return engine
        .endpoints()
        .logs("account", ServiceJson.object().put("id", put.path("endpoint_id").asLong()))
        .path("info0")
        .asText();
  }

  /** How many lines of decisions there are. */
  long decisions(JsonNode put) {
    return engine
        .endpoints()
        .logs("account", ServiceJson.object().put("id", put.path("endpoint_id").asLong()))
        .path("info1")
        .asText()
        .lines()
        .count();
  }

  String endpointKey(JsonNode put) {
    return engine
        .endpoints()
        .get(put.path("endpoint_id").asLong())
        .path("result")
        .path("api_key")
        .asText();
  }

  /** Routes a request; a first one has index 0. Null while it is held. */
  Placement route(JsonNode put, String name, double cost, long idx) {
    AtomicReference<Placement> placed = new AtomicReference<>();
    engine
        .routing()
        .route(
            endpointKey(put),
            ServiceJson.object().put("endpoint", name).put("cost", cost).put("request_idx", idx),
            (endpoint, placement) -> placed.set(placement));
    return placed.get();
  }
}
