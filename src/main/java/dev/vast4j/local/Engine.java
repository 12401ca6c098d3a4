package dev.vast4j.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.local.fleet.EngineServices;
import dev.vast4j.local.fleet.Fleet;
import dev.vast4j.local.fleet.WorkerHost;
import dev.vast4j.local.store.ObjectStore;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine: an object for each group of requests, around one {@link Registry} and one {@link
 * EngineLock}. Thread-safe.
 */
final class Engine implements EngineServices {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  private final LocalOptions options;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Runnable stateChanged;
  private final SecureRandom keys = new SecureRandom();
  private final EngineLock lock;
  private final Registry registry;
  private final Access access;
  private final DeploymentRequests deployments;
  private final EndpointRequests endpoints;
  private final WorkergroupRequests workergroups;
  private final Routing routing;
  private final WorkerReports reports;
  private final WorkerHost host;
  private volatile URI url = URI.create("http://127.0.0.1");
  private volatile boolean closed;

  Engine(
      LocalOptions options,
      String apiKey,
      ObjectStore store,
      Function<WorkerReports, WorkerHost> host,
      Runnable stateChanged) {
    this(options, System::nanoTime, apiKey, store, host, stateChanged);
  }

  Engine(
      LocalOptions options,
      LongSupplier nanoTime,
      String apiKey,
      ObjectStore store,
      Function<WorkerReports, WorkerHost> host,
      Runnable stateChanged) {
    this.options = options;
    this.clock = options.clock();
    this.nanoTime = nanoTime;
    this.stateChanged = stateChanged;
    HeldRoutes held = new HeldRoutes(options.routeHold().toMillis() / 1000.0, this::elapsed);
    this.lock = new EngineLock(held);
    this.registry = new Registry(this, options.templates().keySet());
    this.access = new Access(apiKey);
    this.deployments = new DeploymentRequests(lock, registry, this, store, access);
    this.endpoints = new EndpointRequests(lock, registry, this, deployments, access);
    this.workergroups = new WorkergroupRequests(lock, registry, this, deployments, access);
    this.routing = new Routing(lock, registry, held);
    this.reports = new WorkerReports(lock, registry);
    this.host = host.apply(reports);
  }

  /** Sets the URL that the engine listens at. */
  void listensAt(URI url) {
    this.url = url;
  }

  Access access() {
    return access;
  }

  DeploymentRequests deployments() {
    return deployments;
  }

  EndpointRequests endpoints() {
    return endpoints;
  }

  WorkergroupRequests workergroups() {
    return workergroups;
  }

  Routing routing() {
    return routing;
  }

  WorkerReports reports() {
    return reports;
  }

  // -- services for the parts  --------------------------------------------------------------------

  @Override
  public double now() {
    return clock.millis() / 1000.0;
  }

  @Override
  public double elapsed() {
    return nanoTime.getAsLong() / 1e9;
  }

  @Override
  public URI url() {
    return url;
  }

  @Override
  public int workerCap() {
    return options.maxWorkers();
  }

  @Override
  public WorkerHost host() {
    return host;
  }

  @Override
  public long newId() {
    return registry.newId();
  }

  @Override
  public String newKey(String kind) {
    byte[] bytes = new byte[24];
    keys.nextBytes(bytes);
    return kind + "-" + HexFormat.of().formatHex(bytes);
  }

  @Override
  public void changed() {
    stateChanged.run();
  }

  // -- time and state -------------------------------------------------------------------------

  /** Handles everything that depends on time. */
  void tick() {
    lock.locked(
        () -> {
          if (!closed) {
            deployments.tearDownExpired();
            registry.fleets().forEach(Fleet::tick);
            registry.forgetEmptyFleets();
          }
        });
  }

  /** Kills one serving worker, for chaos. */
  void killOne(Random random) {
    lock.locked(
        () -> {
          List<Long> serving =
              registry.fleets().stream().flatMap(fleet -> fleet.readyWorkers().stream()).toList();
          if (!serving.isEmpty()) {
            long victim = serving.get(random.nextInt(serving.size()));
            LOG.info("chaos: killing worker {}", victim);
            host.kill(victim);
          }
        });
  }

  /** Stops starting workers. */
  void close() {
    closed = true;
    reports.close();
  }

  /** {@return the state to keep across restarts} */
  ObjectNode toState() {
    return lock.locked(registry::toState);
  }

  void restore(ObjectNode state) {
    lock.locked(() -> registry.restore(state));
  }

  /** {@return the engine's own lines about a worker; empty when no endpoint has it} */
  Optional<List<String>> linesAbout(long worker) {
    return lock.locked(
        () -> Optional.ofNullable(registry.fleetOf(worker)).map(fleet -> fleet.linesAbout(worker)));
  }

  /** {@return what the page shows at first: each endpoint in a few words} */
  ObjectNode overview() {
    return lock.locked(registry::overview);
  }

  /** {@return what the page shows of one endpoint, or null if no endpoint has this name} */
  @Nullable ObjectNode detail(String name, Map<String, String> query) {
    // The lock hands out no null.
    return lock.locked(() -> Optional.ofNullable(registry.detail(name, query))).orElse(null);
  }
}
