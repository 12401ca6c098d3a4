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

  /** Requested boots that no test has taken yet. */
  final Deque<WorkerHost.Boot> boots = new ArrayDeque<>();

  /** Workers that the engine asked to end. */
  final List<Long> ended = new ArrayList<>();

  /** Workers that the engine asked to prepare for an update. */
  final List<Long> updated = new ArrayList<>();

  /** Workers that the engine deleted. */
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

  /** Creates an engine in real time. */
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

  /** Records requests and does nothing. */
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

  /** Registers a deployment with more fields, given as pairs, and uploads its bundle. */
  JsonNode deploy(String name, String hash, Object... more) {
    ObjectNode config = Api.config(name, new byte[] {1}, more).put("file_hash", hash);
    ObjectNode put = engine.deployments().put(config);
    if (put.has("upload_url")) {
      engine.deployments().uploaded(put.path("upload_fields").path("key").asText());
    }
    return put;
  }

  /** Advances both clocks and ticks the engine. */
  void pass(Duration time) {
    clock.advance(time);
    nanos += time.toNanos();
    engine.tick();
  }

  /** {@return the next requested boot} */
  WorkerHost.Boot boot() {
    return boots.removeFirst();
  }

  void reached(WorkerHost.Boot boot, WorkerHost.Stage stage) {
    engine.reports().reached(boot.worker(), boot.incarnation(), stage);
  }

  /** Reports that a booted worker is ready. */
  void ready(WorkerHost.Boot boot) {
    ready(boot, PERF);
  }

  void ready(WorkerHost.Boot boot, double perf) {
    report(boot.worker(), ServiceJson.object().put("loadtime", 1).put("max_perf", perf));
  }

  /** Reports a worker's status with its id and URL. */
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

  /** Reports the end of a request. */
  void finish(long worker, long requestIdx) {
    ObjectNode report =
        ServiceJson.object()
            .put("worker_id", worker)
            .put("mtoken", lives.get(worker).environment().get("MASTER_TOKEN"));
    report.putArray("requests").addObject().put("request_idx", requestIdx).put("status", "Success");
    engine.reports().finishedRequests(report);
  }

  /** Ends a worker's process. */
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

  /** {@return the number of logged decisions} */
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

  /** Routes a request; a new one has index 0. Returns null while it is held. */
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
