package dev.vast4j.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything the engine knows: deployments, endpoints, workergroups, workers. One lock guards it
 * all; nothing under that lock waits for a disk, a network or a process. Thread-safe.
 */
final class Engine implements Fleet.Engine, WorkerHost.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  /** Fields whose value must not be kept. */
  private static final Set<String> SECRET_FIELDS = Set.of("docker_login_pass");

  private final ReentrantLock lock = new ReentrantLock();
  private final Clock clock;
  private final LocalOptions options;
  private final String apiKey;
  private final ObjectStore store;
  private final WorkerHost host;
  private final Runnable stateChanged;
  private final SecureRandom random = new SecureRandom();

  private final Map<Long, DeploymentState> deployments = new TreeMap<>();
  private final Map<Long, Fleet> endpoints = new TreeMap<>();
  private final Map<Long, ObjectNode> workergroups = new TreeMap<>();
  private final Set<Fleet> fleets = new LinkedHashSet<>();
  private final List<HeldRoute> held = new ArrayList<>();
  private long lastId = 1000;
  private boolean closed;
  private URI url = URI.create("http://127.0.0.1");

  Engine(
      LocalOptions options,
      String apiKey,
      ObjectStore store,
      java.util.function.Function<WorkerHost.Listener, WorkerHost> host,
      Runnable stateChanged) {
    this.options = options;
    this.clock = options.clock();
    this.apiKey = apiKey;
    this.store = store;
    this.stateChanged = stateChanged;
    this.host = host.apply(this);
  }

  /** Says where the engine listens, which is known only once it does. */
  void listensAt(URI url) {
    this.url = url;
  }

  <T> T locked(Supplier<T> action) {
    List<Runnable> afterwards = List.of();
    lock.lock();
    try {
      T result = action.get();
      if (lock.getHoldCount() == 1) {
        afterwards = serveHeld();
      }
      return result;
    } finally {
      lock.unlock();
      afterwards.forEach(Runnable::run);
    }
  }

  void locked(Runnable action) {
    locked(
        () -> {
          action.run();
          return true;
        });
  }

  // -- what fleets need -----------------------------------------------------------------------

  @Override
  public double now() {
    return clock.millis() / 1000.0;
  }

  @Override
  public double elapsed() {
    return System.nanoTime() / 1e9;
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
    return ++lastId;
  }

  @Override
  public String newKey(String kind) {
    byte[] bytes = new byte[24];
    random.nextBytes(bytes);
    return kind + "-" + HexFormat.of().formatHex(bytes);
  }

  @Override
  public void changed() {
    stateChanged.run();
  }

  @Override
  public Map<String, String> environment(DeploymentState deployment, Worker worker) {
    Version version = worker.version();
    String flags = version == null ? null : Json.text(version.config(), "env");
    Map<String, String> environment =
        new LinkedHashMap<>(EnvFlags.variables(flags == null ? "" : flags));
    environment.put("CONTAINER_ID", String.valueOf(worker.id()));
    environment.put("PUBLIC_IPADDR", "127.0.0.1");
    environment.put("REPORT_ADDR", url.toString());
    environment.put("VAST_API_URL", url.toString());
    environment.put("MASTER_TOKEN", worker.mtoken());
    environment.put("USE_SSL", "false");
    environment.put("UNSECURED", "false");
    environment.put("DEPLOYMENT_ID", String.valueOf(deployment.id()));
    environment.put("CONTAINER_API_KEY", worker.instanceKey());
    return environment;
  }

  // -- what the host tells --------------------------------------------------------------------

  @Override
  public void fetching(long worker, long incarnation) {
    locked(() -> withWorker(worker, incarnation, Fleet::fetching));
  }

  @Override
  public void started(long worker, long incarnation) {
    locked(() -> withWorker(worker, incarnation, Fleet::processStarted));
  }

  @Override
  public void output(long worker, String line) {
    locked(
        () -> {
          Fleet fleet = fleetOf(worker);
          if (fleet != null) {
            fleet.log().output(worker, line);
          }
        });
  }

  @Override
  public void ended(long worker, long incarnation, String why) {
    locked(() -> withWorker(worker, incarnation, (fleet, w) -> fleet.ended(w, why)));
  }

  private interface WorkerAction {
    void run(Fleet fleet, Worker worker);
  }

  private void withWorker(long id, long incarnation, WorkerAction action) {
    if (closed) {
      return; // Workers end because the engine does; none is to be replaced.
    }
    Fleet fleet = fleetOf(id);
    Worker worker = fleet == null ? null : fleet.worker(id);
    if (fleet != null && worker != null && worker.incarnation() == incarnation) {
      action.run(fleet, worker);
    }
  }

  private @Nullable Fleet fleetOf(long worker) {
    for (Fleet fleet : fleets) {
      if (fleet.worker(worker) != null) {
        return fleet;
      }
    }
    return null;
  }

  // -- keys -----------------------------------------------------------------------------------

  void requireAccount(@Nullable String key) {
    if (!isAccount(key)) {
      throw ServiceError.unauthorized("Invalid user key");
    }
  }

  private boolean isAccount(@Nullable String key) {
    return Keys.same(apiKey, key);
  }

  private void requireAccountOrEndpoint(@Nullable String key, Fleet fleet) {
    if (!isAccount(key) && !Keys.same(fleet.endpoint().apiKey(), key)) {
      throw ServiceError.unauthorized("Invalid user key");
    }
  }

  // -- deployments ----------------------------------------------------------------------------

  ObjectNode putDeployment(ObjectNode request) {
    ObjectNode config = checkedConfig(request);
    String name = Json.requiredText(config, "name");
    String tag = DeploymentState.tagOf(config);
    return locked(
        () -> {
          DeploymentState deployment = find(name, tag);
          ObjectNode answer = deployment == null ? create(config) : update(deployment, config);
          changed();
          return answer;
        });
  }

  private static ObjectNode checkedConfig(ObjectNode request) {
    ObjectNode config = request.deepCopy();
    for (String field : List.of("name", "image", "file_hash")) {
      Json.requiredText(config, field);
    }
    if (Json.number(config, "file_size", -1) < 0) {
      throw ServiceError.invalid("file_size must be a number of bytes");
    }
    if (Json.number(config, "ttl", 1) <= 0) {
      throw ServiceError.invalid("ttl must be more than 0");
    }
    ScalingParameters.of(config);
    Search.of(config.get("search_params"));
    for (String field : SECRET_FIELDS) {
      String secret = Json.text(config, field);
      if (secret != null) {
        // Only ever compared, so its digest will do.
        config.put(field, SigV4.sha256(secret));
      }
    }
    return config;
  }

  private @Nullable DeploymentState find(String name, String tag) {
    return deployments.values().stream()
        .filter(d -> d.name().equals(name) && d.tag().equals(tag))
        .findFirst()
        .orElse(null);
  }

  private ObjectNode create(ObjectNode config) {
    double now = now();
    DeploymentState deployment = new DeploymentState(newId(), config, newId(), newId(), now);
    deployments.put(deployment.id(), deployment);
    newVersion(deployment, config, 0);
    addFleet(
        new EndpointState(
            deployment.endpointId(), deployment.endpointName(), newKey("endpoint"), config, now));
    workergroups.put(deployment.workergroupId(), workergroup(deployment));
    fleet(deployment).log().event("deployment created, version " + deployment.current().id());
    return putAnswer(deployment, Tier.CREATED, List.of());
  }

  private ObjectNode update(DeploymentState deployment, ObjectNode config) {
    Tier tier = Tier.between(deployment.config(), config);
    Fleet fleet = fleet(deployment);
    List<Version> evicted = List.of();
    deployment.update(config, now());
    fleet.endpoint().configure(config);
    if (tier == Tier.SOFT || tier == Tier.HARD) {
      int generation = deployment.current().generation() + (tier == Tier.HARD ? 1 : 0);
      Version version = newVersion(deployment, config, generation);
      workergroups.put(deployment.workergroupId(), workergroup(deployment));
      evicted = evict(deployment);
      fleet.log().event(tier.action() + " to version " + version.id());
      deployment.hardUpdatePending(tier == Tier.HARD);
      if (version.uploaded() && tier == Tier.HARD) {
        beginHardUpdate(deployment);
      }
    } else {
      deployment.current().label(Json.text(config, "version_label"));
      if (tier == Tier.AUTOSCALE) {
        fleet.log().event("scaling parameters changed");
      }
    }
    fleet.evaluate();
    return putAnswer(deployment, tier, evicted);
  }

  private Version newVersion(DeploymentState deployment, ObjectNode config, int generation) {
    String hash = Json.requiredText(config, "file_hash");
    String uploaded = deployment.uploadedKey(hash);
    long id = newId();
    String key =
        uploaded != null ? uploaded : "deployments/" + deployment.id() + "/" + id + ".tar.gz";
    Version version = new Version(id, key, generation, config, now());
    if (uploaded != null) {
      version.markUploaded();
    }
    return deployment.addVersion(version);
  }

  private List<Version> evict(DeploymentState deployment) {
    List<Long> inUse = new ArrayList<>();
    for (Worker worker : fleet(deployment).workers()) {
      Version version = worker.version();
      if (version != null) {
        inUse.add(version.id());
      }
    }
    List<Version> evicted = deployment.evict(inUse);
    for (Version version : evicted) {
      if (deployment.versions().stream().noneMatch(v -> v.key().equals(version.key()))) {
        deleteBlob(version.key());
      }
    }
    return evicted;
  }

  private void deleteBlob(String key) {
    try {
      store.delete(key);
    } catch (IOException e) {
      LOG.warn("could not delete a bundle that is no longer needed: {}", e.toString());
    }
  }

  private ObjectNode putAnswer(DeploymentState deployment, Tier tier, List<Version> evicted) {
    ObjectNode answer =
        Json.object()
            .put("success", true)
            .put("action", tier.action())
            .put("deployment_id", deployment.id())
            .put("endpoint_id", deployment.endpointId())
            .put("workergroup_id", deployment.workergroupId());
    Version version = deployment.current();
    if (!version.uploaded()) {
      long size = (long) Json.number(version.config(), "file_size", 0);
      ObjectStore.Upload upload = store.presignPost(url, version.key(), size);
      answer.put("upload_url", upload.url().toString());
      answer.set("upload_fields", upload.fields());
    }
    ArrayNode array = answer.putArray("evicted_versions");
    evicted.forEach(v -> array.add(v.id()));
    return answer;
  }

  /** A bundle has arrived in the store. */
  void uploaded(String key) {
    locked(
        () -> {
          for (DeploymentState deployment : deployments.values()) {
            for (Version version : deployment.versions()) {
              if (version.key().equals(key) && !version.uploaded()) {
                version.markUploaded();
                fleet(deployment).log().event("bundle of version " + version.id() + " uploaded");
                if (deployment.hardUpdatePending()) {
                  beginHardUpdate(deployment);
                }
                fleet(deployment).evaluate();
              }
            }
          }
          changed();
        });
  }

  private void beginHardUpdate(DeploymentState deployment) {
    deployment.hardUpdatePending(false);
    fleet(deployment).startUpdate();
  }

  ObjectNode listDeployments() {
    return locked(
        () -> {
          ObjectNode answer = Json.object().put("success", true);
          ArrayNode array = answer.putArray("deployments");
          deployments.values().forEach(deployment -> array.add(deploymentJson(deployment)));
          return answer;
        });
  }

  ObjectNode getDeployment(long id) {
    return locked(
        () -> {
          ObjectNode answer = Json.object().put("success", true);
          answer.set("deployment", deploymentJson(deployment(id)));
          return answer;
        });
  }

  private ObjectNode deploymentJson(DeploymentState deployment) {
    Fleet fleet = fleet(deployment);
    return deployment
        .toJson()
        .put("endpoint_state", fleet.endpoint().state())
        .put("worker_count", fleet.size());
  }

  ObjectNode versions(long id) {
    return locked(
        () -> {
          ObjectNode answer = Json.object().put("success", true);
          answer.set("versions", deployment(id).versionsJson());
          return answer;
        });
  }

  ObjectNode startStop(long id, boolean stop) {
    return locked(
        () -> {
          Fleet fleet = fleet(deployment(id));
          if (fleet.endpoint().stopped() != stop) {
            fleet.endpoint().stopped(stop);
            fleet.log().event(stop ? "endpoint stopped" : "endpoint started");
            fleet.evaluate();
            changed();
          }
          return Json.object().put("success", true).put("endpoint_state", fleet.endpoint().state());
        });
  }

  ObjectNode heartbeat(long id) {
    return locked(
        () -> {
          deployment(id).heartbeat(now());
          return Json.object().put("success", true);
        });
  }

  ObjectNode deleteDeployment(long id) {
    return locked(
        () -> {
          delete(deployment(id), "deleted");
          return Json.object().put("success", true);
        });
  }

  ObjectNode deleteDeployments(ObjectNode request) {
    String name = Json.requiredText(request, "name");
    String tag = Json.text(request, "tag");
    return locked(
        () -> {
          List<DeploymentState> found =
              deployments.values().stream()
                  .filter(d -> d.name().equals(name) && (tag == null || d.tag().equals(tag)))
                  .toList();
          if (found.isEmpty()) {
            throw noSuchDeployment();
          }
          ObjectNode answer = Json.object().put("success", true);
          ArrayNode ids = answer.putArray("deleted");
          for (DeploymentState deployment : found) {
            delete(deployment, "deleted");
            ids.add(deployment.id());
          }
          return answer;
        });
  }

  private void delete(DeploymentState deployment, String why) {
    Fleet fleet = fleet(deployment);
    fleet.log().event("deployment " + why);
    fleet.destroyAll();
    deployments.remove(deployment.id());
    workergroups.remove(deployment.workergroupId());
    endpoints.remove(deployment.endpointId());
    deployment.versions().forEach(version -> deleteBlob(version.key()));
    changed();
  }

  ObjectNode downloadUrl(long id, @Nullable String key) {
    return locked(
        () -> {
          DeploymentState deployment = deployment(id);
          Version version = versionFor(deployment, key);
          if (version == null) {
            throw ServiceError.notFound("no_such_version", "the deployment has no bundle yet");
          }
          return Json.object()
              .put("success", true)
              .put("download_url", store.presignGet(url, version.key()).toString());
        });
  }

  private @Nullable Version versionFor(DeploymentState deployment, @Nullable String key) {
    if (isAccount(key)) {
      return deployment.bootable();
    }
    for (Worker worker : fleet(deployment).workers()) {
      if (Keys.same(worker.instanceKey(), key)) {
        return worker.version();
      }
    }
    throw ServiceError.unauthorized("Invalid user key");
  }

  private DeploymentState deployment(long id) {
    DeploymentState deployment = deployments.get(id);
    if (deployment == null) {
      throw noSuchDeployment();
    }
    return deployment;
  }

  private static ServiceError noSuchDeployment() {
    return ServiceError.notFound("no_such_deployment", "Deployment not found");
  }

  private Fleet fleet(DeploymentState deployment) {
    return endpoint(deployment.endpointId());
  }

  private Fleet endpoint(long id) {
    Fleet fleet = endpoints.get(id);
    if (fleet == null) {
      throw ServiceError.notFound("no_such_endpoint", "Endpoint " + id + " not found");
    }
    return fleet;
  }

  private Fleet addFleet(EndpointState endpoint) {
    EngineLog log = new EngineLog(endpoint.name(), clock);
    Fleet fleet = new Fleet(this, endpoint, () -> deploymentOf(endpoint.id()), log);
    endpoints.put(endpoint.id(), fleet);
    fleets.add(fleet);
    if (endpoint.scaling().maxWorkers() > workerCap()) {
      log.event(
          "max_workers "
              + endpoint.scaling().maxWorkers()
              + " is capped at "
              + workerCap()
              + " on this machine (LocalOptions.maxWorkers)");
    }
    return fleet;
  }

  private @Nullable DeploymentState deploymentOf(long endpointId) {
    return deployments.values().stream()
        .filter(deployment -> deployment.endpointId() == endpointId)
        .findFirst()
        .orElse(null);
  }

  // -- endpoints and workergroups -------------------------------------------------------------

  ObjectNode listEndpoints() {
    return locked(
        () -> {
          ObjectNode answer = Json.object().put("success", true);
          ArrayNode array = answer.putArray("results");
          endpoints.values().forEach(fleet -> array.add(fleet.endpoint().toJson()));
          return answer;
        });
  }

  ObjectNode getEndpoint(long id) {
    return locked(
        () -> {
          ObjectNode answer = Json.object().put("success", true);
          answer.set("result", endpoint(id).endpoint().toJson());
          return answer;
        });
  }

  ObjectNode createEndpoint(ObjectNode request) {
    String name = Json.requiredText(request, "endpoint_name");
    return locked(
        () -> {
          if (endpoints.values().stream().anyMatch(f -> f.endpoint().name().equals(name))) {
            throw ServiceError.invalid("there is an endpoint named " + name + " already");
          }
          Fleet fleet =
              addFleet(new EndpointState(newId(), name, newKey("endpoint"), request, now()));
          fleet.log().event("endpoint created; only deployments can have workers on this engine");
          changed();
          return Json.object().put("success", true).put("result", fleet.endpoint().id());
        });
  }

  ObjectNode updateEndpoint(long id, ObjectNode request) {
    return locked(
        () -> {
          Fleet fleet = endpoint(id);
          ObjectNode config = fleet.endpoint().config().deepCopy();
          request.properties().forEach(field -> config.set(field.getKey(), field.getValue()));
          fleet.endpoint().configure(config);
          String state = Json.text(request, "endpoint_state");
          if (state != null) {
            fleet.endpoint().stopped(state.equals("stopped"));
          }
          fleet.evaluate();
          changed();
          return Json.object().put("success", true);
        });
  }

  ObjectNode deleteEndpoint(long id) {
    return locked(
        () -> {
          Fleet fleet = endpoint(id);
          DeploymentState deployment = deploymentOf(id);
          if (deployment != null) {
            delete(deployment, "deleted with its endpoint");
          } else {
            fleet.destroyAll();
            endpoints.remove(id);
            workergroups.values().removeIf(group -> group.path("endpoint_id").asLong() == id);
          }
          changed();
          return Json.object().put("success", true);
        });
  }

  private ObjectNode workergroup(DeploymentState deployment) {
    ObjectNode group =
        Json.object()
            .put("id", deployment.workergroupId())
            .put("endpoint_id", deployment.endpointId())
            .put("endpoint_name", deployment.endpointName())
            .put("user_id", 1);
    group.put("search_params", Json.text(deployment.config(), "search_params"));
    group.put("search_query", Json.text(deployment.config(), "search_params"));
    for (String field : ScalingParameters.FIELDS) {
      JsonNode value = deployment.config().get(field);
      if (value != null) {
        group.set(field, value);
      }
    }
    return group;
  }

  ObjectNode listWorkergroups() {
    return locked(
        () -> {
          ObjectNode answer = Json.object().put("success", true);
          ArrayNode array = answer.putArray("results");
          workergroups.values().forEach(array::add);
          return answer;
        });
  }

  ObjectNode createWorkergroup(ObjectNode request) {
    Search.of(request.get("search_params"));
    return locked(
        () -> {
          long endpointId = (long) Json.number(request, "endpoint_id", 0);
          String name = Json.text(request, "endpoint_name");
          Fleet fleet =
              endpoints.values().stream()
                  .filter(f -> f.endpoint().id() == endpointId || f.endpoint().name().equals(name))
                  .findFirst()
                  .orElseThrow(
                      () ->
                          ServiceError.invalid(
                              "Please assign your workergroup to a valid endpoint identifier"));
          ObjectNode group = request.deepCopy();
          long id = newId();
          group
              .put("id", id)
              .put("endpoint_id", fleet.endpoint().id())
              .put("endpoint_name", fleet.endpoint().name());
          group.remove(List.copyOf(SECRET_FIELDS));
          workergroups.put(id, group);
          changed();
          return Json.object().put("success", true).put("id", id);
        });
  }

  ObjectNode deleteWorkergroup(long id) {
    return locked(
        () -> {
          if (!workergroups.containsKey(id)) {
            throw ServiceError.notFound("no_such_workergroup", "Workergroup not found");
          }
          for (DeploymentState deployment : List.copyOf(deployments.values())) {
            if (deployment.workergroupId() == id) {
              delete(deployment, "deleted with its workergroup");
            }
          }
          workergroups.remove(id);
          changed();
          return Json.object().put("success", true);
        });
  }

  // -- engine calls ---------------------------------------------------------------------------

  /** A route call that waits for room. */
  private record HeldRoute(
      Fleet fleet, double cost, long requestIdx, double until, RouteReply reply) {}

  /** Takes a route call's answer, on any thread, once. */
  interface RouteReply {
    void placed(String endpoint, Fleet.Placement placement);
  }

  /** Answers a route call: at once, or, when it repeats an earlier one, as soon as it can. */
  void route(@Nullable String key, ObjectNode request, RouteReply reply) {
    String name = Json.requiredText(request, "endpoint");
    double cost = Json.number(request, "cost", 100);
    long idx = (long) Json.number(request, "request_idx", 0);
    if (cost < 0 || idx < 0) {
      throw ServiceError.invalid("cost and request_idx must not be negative");
    }
    Fleet.Placement placement =
        locked(
            () -> {
              Fleet fleet = routedFleet(key, name);
              boolean idleBefore = !fleet.hasWaiting();
              Fleet.Placement placed = fleet.route(cost, idx);
              if (placed instanceof Fleet.Placement.Ready) {
                return placed;
              }
              if (idleBefore) {
                fleet.evaluate();
              }
              double hold = options.routeHold().toMillis() / 1000.0;
              if (idx == 0 || hold == 0) {
                return placed;
              }
              held.add(new HeldRoute(fleet, cost, idx, elapsed() + hold, reply));
              return null;
            });
    if (placement != null) {
      reply.placed(name, placement);
    }
  }

  private Fleet routedFleet(@Nullable String key, String name) {
    for (Fleet fleet : endpoints.values()) {
      if (Keys.same(fleet.endpoint().apiKey(), key)) {
        if (fleet.endpoint().name().equals(name)) {
          return fleet;
        }
        throw ServiceError.unauthorized("the key belongs to another endpoint than " + name);
      }
    }
    throw ServiceError.unauthorized(
        "authenticate_endpoint_apikey: invalid api_key or endpoint " + name + " not found");
  }

  /** Answers the held route calls that can be answered now. */
  private List<Runnable> serveHeld() {
    if (held.isEmpty()) {
      return List.of();
    }
    double now = elapsed();
    List<Runnable> answers = new ArrayList<>();
    for (Iterator<HeldRoute> it = held.iterator(); it.hasNext(); ) {
      HeldRoute route = it.next();
      if (route.fleet().hasRoom() || now >= route.until()) {
        it.remove();
        Fleet.Placement placement = route.fleet().route(route.cost(), route.requestIdx());
        String name = route.fleet().endpoint().name();
        answers.add(() -> route.reply().placed(name, placement));
      }
    }
    return answers;
  }

  JsonNode endpointWorkers(@Nullable String key, ObjectNode request) {
    long id = (long) Json.number(request, "id", 0);
    return locked(
        () -> {
          Fleet fleet = endpoints.get(id);
          if (fleet == null) {
            return Json.object().put("error_msg", "endpoint " + id + " not found");
          }
          requireAccountOrEndpoint(key, fleet);
          return fleet.workersJson();
        });
  }

  ObjectNode endpointLogs(@Nullable String key, ObjectNode request) {
    int tail = tail(request);
    return locked(
        () -> {
          long id = (long) Json.number(request, "id", 0);
          String name = Json.text(request, "endpoint");
          Fleet fleet =
              endpoints.values().stream()
                  .filter(f -> f.endpoint().id() == id || f.endpoint().name().equals(name))
                  .findFirst()
                  .orElseThrow(
                      () -> ServiceError.notFound("no_such_endpoint", "Endpoint not found"));
          requireAccountOrEndpoint(key, fleet);
          return fleet.log().toJson(tail);
        });
  }

  ObjectNode workergroupLogs(@Nullable String key, ObjectNode request) {
    int tail = tail(request);
    long id = (long) Json.number(request, "id", 0);
    return locked(
        () -> {
          ObjectNode group = workergroups.get(id);
          if (group == null) {
            throw ServiceError.notFound("no_such_workergroup", "Workergroup not found");
          }
          Fleet fleet = endpoint(group.path("endpoint_id").asLong());
          requireAccountOrEndpoint(key, fleet);
          return fleet.log().toJson(tail);
        });
  }

  private static int tail(ObjectNode request) {
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, Json.number(request, "tail", 10_000)));
  }

  ObjectNode updateWorkers(@Nullable String key, ObjectNode request) {
    long id = (long) Json.number(request, "workergroup_id", 0);
    boolean cancel = request.path("cancel_update").asBoolean(false);
    return locked(
        () -> {
          ObjectNode group = workergroups.get(id);
          if (group == null) {
            throw ServiceError.notFound("no_such_workergroup", "Workergroup not found");
          }
          Fleet fleet = endpoint(group.path("endpoint_id").asLong());
          requireAccountOrEndpoint(key, fleet);
          boolean changes = cancel ? fleet.cancelUpdate() : fleet.startUpdate();
          String msg =
              cancel
                  ? (changes ? "update cancelled" : "no update in progress")
                  : (changes ? "update started" : "all workers are up to date");
          return Json.object().put("success", true).put("workergroup_id", id).put("msg", msg);
        });
  }

  ObjectNode workerStatus(ObjectNode report) {
    return locked(
        () -> {
          long id = (long) Json.number(report, "id", 0);
          Fleet fleet = fleetOf(id);
          fleetWorker(fleet, id, report, (f, worker) -> f.status(worker, report));
          return Json.object().put("success", true);
        });
  }

  ObjectNode deleteRequests(ObjectNode report) {
    return locked(
        () -> {
          long id = (long) Json.number(report, "worker_id", 0);
          Fleet fleet = fleetOf(id);
          fleetWorker(
              fleet,
              id,
              report,
              (f, worker) -> {
                for (JsonNode request : report.path("requests")) {
                  if (request instanceof ObjectNode object) {
                    f.finished(worker, object);
                  }
                }
              });
          return Json.object().put("success", true);
        });
  }

  private static void fleetWorker(
      @Nullable Fleet fleet, long id, ObjectNode report, WorkerAction action) {
    Worker worker = fleet == null ? null : fleet.worker(id);
    if (fleet == null
        || worker == null
        || !SigV4.same(worker.mtoken(), String.valueOf(Json.text(report, "mtoken")))) {
      throw ServiceError.unauthorized("unknown worker or wrong mtoken");
    }
    action.run(fleet, worker);
  }

  // -- time and state -------------------------------------------------------------------------

  /** Looks at everything that depends on time. */
  void tick() {
    locked(
        () -> {
          if (closed) {
            return;
          }
          double now = now();
          for (DeploymentState deployment : List.copyOf(deployments.values())) {
            if (deployment.expired(now)) {
              delete(deployment, "torn down: no heartbeat within its ttl");
            }
          }
          List.copyOf(fleets).forEach(Fleet::tick);
          fleets.removeIf(fleet -> fleet.size() == 0 && !endpoints.containsValue(fleet));
        });
  }

  /** Kills a worker that serves, for chaos. */
  void killOne(Random chance) {
    locked(
        () -> {
          List<Worker> serving = new ArrayList<>();
          for (Fleet fleet : fleets) {
            fleet.workers().forEach(worker -> addIfReady(serving, worker));
          }
          if (!serving.isEmpty()) {
            Worker victim = serving.get(chance.nextInt(serving.size()));
            LOG.info("chaos: worker {} is killed", victim.id());
            host.kill(victim.id());
          }
        });
  }

  private static void addIfReady(List<Worker> serving, Worker worker) {
    if (worker.ready()) {
      serving.add(worker);
    }
  }

  /** From now on nothing is started any more. */
  void close() {
    locked(() -> closed = true);
  }

  /** What is kept across restarts. */
  ObjectNode toState() {
    return locked(
        () -> {
          ObjectNode state = Json.object().put("last_id", lastId);
          ArrayNode endpointArray = state.putArray("endpoints");
          endpoints.values().forEach(fleet -> endpointArray.add(fleet.endpoint().toState()));
          ArrayNode deploymentArray = state.putArray("deployments");
          deployments.values().forEach(d -> deploymentArray.add(d.toState()));
          ArrayNode groupArray = state.putArray("workergroups");
          workergroups.values().forEach(groupArray::add);
          return state;
        });
  }

  void restore(ObjectNode state) {
    locked(
        () -> {
          lastId = Math.max(lastId, state.path("last_id").asLong());
          state
              .path("deployments")
              .forEach(
                  json -> {
                    DeploymentState deployment = DeploymentState.fromState((ObjectNode) json);
                    deployment.heartbeat(now());
                    deployments.put(deployment.id(), deployment);
                  });
          state
              .path("workergroups")
              .forEach(json -> workergroups.put(json.path("id").asLong(), (ObjectNode) json));
          state
              .path("endpoints")
              .forEach(json -> addFleet(EndpointState.fromState((ObjectNode) json)).evaluate());
        });
  }

  /** Everything there is to see, for the page. */
  ObjectNode snapshot() {
    return locked(
        () -> {
          ObjectNode json = Json.object();
          ArrayNode array = json.putArray("endpoints");
          endpoints
              .values()
              .forEach(
                  fleet -> {
                    ObjectNode endpoint = fleet.toJson();
                    DeploymentState deployment = deploymentOf(fleet.endpoint().id());
                    if (deployment != null) {
                      endpoint.set("deployment", deployment.toJson());
                      endpoint.set("versions", deployment.versionsJson());
                    }
                    array.add(endpoint);
                  });
          return json;
        });
  }
}
