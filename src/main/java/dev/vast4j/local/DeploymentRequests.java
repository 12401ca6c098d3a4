package dev.vast4j.local;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.local.fleet.DeploymentState;
import dev.vast4j.local.fleet.EndpointState;
import dev.vast4j.local.fleet.EngineServices;
import dev.vast4j.local.fleet.Fleet;
import dev.vast4j.local.fleet.ScalingParameters;
import dev.vast4j.local.fleet.Search;
import dev.vast4j.local.fleet.ServiceError;
import dev.vast4j.local.fleet.ServiceJson;
import dev.vast4j.local.fleet.Version;
import dev.vast4j.local.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The web API's requests on deployments, and the life of their versions. Takes the engine's lock
 * unless a method says that its caller holds it; thread-safe.
 */
final class DeploymentRequests {
  private static final Logger LOG = LoggerFactory.getLogger(DeploymentRequests.class);

  /** The field whose value must not be stored. */
  static final String PASSWORD = "docker_login_pass";

  private final EngineLock lock;
  private final Registry registry;
  private final EngineServices services;
  private final ObjectStore store;
  private final Access access;

  DeploymentRequests(
      EngineLock lock,
      Registry registry,
      EngineServices services,
      ObjectStore store,
      Access access) {
    this.lock = lock;
    this.registry = registry;
    this.services = services;
    this.store = store;
    this.access = access;
  }

  ObjectNode put(ObjectNode request) {
    ObjectNode config = checkedConfig(request);
    String name = ServiceJson.requiredText(config, "name");
    String tag = DeploymentState.tagOf(config);
    return lock.locked(
        () -> {
          DeploymentState deployment = find(name, tag);
          ObjectNode answer = deployment == null ? create(config) : update(deployment, config);
          services.changed();
          return answer;
        });
  }

  private static ObjectNode checkedConfig(ObjectNode request) {
    ObjectNode config = request.deepCopy();
    for (String field : List.of("name", "image", "file_hash")) {
      ServiceJson.requiredText(config, field);
    }
    if (ServiceJson.number(config, "file_size", -1) < 0) {
      throw ServiceError.invalid("file_size must be a number of bytes");
    }
    if (ServiceJson.number(config, "storage", 0) < 0) {
      throw ServiceError.invalid("storage must be a number of gigabytes");
    }
    if (ServiceJson.number(config, "ttl", 1) <= 0) {
      throw ServiceError.invalid("ttl must be more than 0");
    }
    ScalingParameters.of(config);
    Search.of(config.get("search_params"));
    String password = ServiceJson.text(config, PASSWORD);
    if (password != null) {
      // It is only compared, so its digest is enough.
      config.put(PASSWORD, sha256(password));
    }
    return config;
  }

  private static String sha256(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private @Nullable DeploymentState find(String name, String tag) {
    return registry.deployments().stream()
        .filter(d -> d.name().equals(name) && d.tag().equals(tag))
        .findFirst()
        .orElse(null);
  }

  private ObjectNode create(ObjectNode config) {
    double now = services.now();
    DeploymentState deployment =
        new DeploymentState(services.newId(), config, services.newId(), services.newId(), now);
    registry.add(deployment);
    newVersion(deployment, config, 0);
    registry.add(
        new EndpointState(
            deployment.endpointId(),
            deployment.endpointName(),
            services.newKey("endpoint"),
            config,
            now));
    registry.add(deployment.workergroupId(), deployment.workergroup());
    registry.fleet(deployment).event("deployment created, version " + deployment.current().id());
    return putAnswer(deployment, Tier.CREATED, List.of());
  }

  private ObjectNode update(DeploymentState deployment, ObjectNode config) {
    Tier tier = Tier.between(deployment.config(), config);
    Fleet fleet = registry.fleet(deployment);
    List<Version> evicted = List.of();
    deployment.update(config, services.now());
    fleet.endpoint().configure(config);
    registry.add(deployment.workergroupId(), deployment.workergroup());
    if (tier == Tier.SOFT || tier == Tier.HARD) {
      int generation = deployment.current().generation() + (tier == Tier.HARD ? 1 : 0);
      Version version = newVersion(deployment, config, generation);
      evicted = evict(deployment);
      fleet.event(tier.action() + " to version " + version.id());
      deployment.hardUpdatePending(tier == Tier.HARD);
      if (version.uploaded() && tier == Tier.HARD) {
        beginHardUpdate(deployment);
      }
    } else {
      deployment.current().label(ServiceJson.text(config, "version_label"));
      if (tier == Tier.AUTOSCALE) {
        fleet.event("scaling parameters changed");
      }
    }
    fleet.evaluate();
    return putAnswer(deployment, tier, evicted);
  }

  private Version newVersion(DeploymentState deployment, ObjectNode config, int generation) {
    String hash = ServiceJson.requiredText(config, "file_hash");
    String uploaded = deployment.uploadedKey(hash);
    long id = services.newId();
    String key =
        uploaded != null ? uploaded : "deployments/" + deployment.id() + "/" + id + ".tar.gz";
    Version version = new Version(id, key, generation, config, services.now());
    if (uploaded != null) {
      version.markUploaded();
    }
    return deployment.addVersion(version);
  }

  private List<Version> evict(DeploymentState deployment) {
    List<Version> evicted = deployment.evict(registry.fleet(deployment).versionsInUse());
    for (Version version : evicted) {
      if (deployment.versions().stream().noneMatch(v -> v.key().equals(version.key()))) {
        lock.afterwards(() -> deleteBlob(version.key()));
      }
    }
    return evicted;
  }

  private void deleteBlob(String key) {
    try {
      store.delete(key);
    } catch (IOException e) {
      LOG.warn("cannot delete an unused bundle: {}", e.toString());
    }
  }

  private ObjectNode putAnswer(DeploymentState deployment, Tier tier, List<Version> evicted) {
    ObjectNode answer =
        ServiceJson.object()
            .put("success", true)
            .put("action", tier.action())
            .put("deployment_id", deployment.id())
            .put("endpoint_id", deployment.endpointId())
            .put("workergroup_id", deployment.workergroupId());
    Version version = deployment.current();
    if (!version.uploaded()) {
      long size = (long) ServiceJson.number(version.config(), "file_size", 0);
      ObjectStore.Upload upload = store.presignPost(services.url(), version.key(), size);
      answer.put("upload_url", upload.url().toString());
      answer.set("upload_fields", upload.fields());
    }
    ArrayNode array = answer.putArray("evicted_versions");
    evicted.forEach(v -> array.add(v.id()));
    return answer;
  }

  /** Takes a bundle that arrived in the store; deletes it if no version needs it any more. */
  void uploaded(String key) {
    lock.locked(
        () -> {
          if (!keys().contains(key)) {
            lock.afterwards(() -> deleteBlob(key));
            return;
          }
          for (DeploymentState deployment : registry.deployments()) {
            Fleet fleet = registry.fleet(deployment);
            for (Version version : deployment.versions()) {
              if (version.key().equals(key) && !version.uploaded()) {
                version.markUploaded();
                fleet.event("bundle of version " + version.id() + " uploaded");
                // An earlier version's bundle may arrive while the current one's is uploading.
                if (deployment.hardUpdatePending() && version.id() == deployment.current().id()) {
                  beginHardUpdate(deployment);
                }
                fleet.evaluate();
              }
            }
          }
          services.changed();
        });
  }

  /** Deletes bundles in the store that no version needs. */
  void deleteStrays() throws IOException {
    store.retain(lock.locked(this::keys));
  }

  private Set<String> keys() {
    return registry.deployments().stream()
        .flatMap(deployment -> deployment.versions().stream())
        .map(Version::key)
        .collect(Collectors.toSet());
  }

  private void beginHardUpdate(DeploymentState deployment) {
    deployment.hardUpdatePending(false);
    registry.fleet(deployment).startUpdate();
  }

  ObjectNode list() {
    return lock.locked(
        () -> {
          ObjectNode answer = ServiceJson.object().put("success", true);
          ArrayNode array = answer.putArray("deployments");
          registry.deployments().forEach(deployment -> array.add(deploymentJson(deployment)));
          return answer;
        });
  }

  ObjectNode get(long id) {
    return lock.locked(
        () -> {
          ObjectNode answer = ServiceJson.object().put("success", true);
          answer.set("deployment", deploymentJson(registry.deployment(id)));
          return answer;
        });
  }

  private ObjectNode deploymentJson(DeploymentState deployment) {
    Fleet fleet = registry.fleet(deployment);
    return deployment
        .toJson()
        .put("endpoint_state", fleet.endpoint().state())
        .put("worker_count", fleet.size());
  }

  ObjectNode versions(long id) {
    return lock.locked(
        () -> {
          ObjectNode answer = ServiceJson.object().put("success", true);
          answer.set("versions", registry.deployment(id).versionsJson());
          return answer;
        });
  }

  ObjectNode startStop(long id, boolean stop) {
    return lock.locked(
        () -> {
          Fleet fleet = registry.fleet(registry.deployment(id));
          if (fleet.endpoint().stopped() != stop) {
            fleet.endpoint().stopped(stop);
            fleet.event(stop ? "endpoint stopped" : "endpoint started");
            fleet.evaluate();
            services.changed();
          }
          return ServiceJson.object()
              .put("success", true)
              .put("endpoint_state", fleet.endpoint().state());
        });
  }

  ObjectNode heartbeat(long id) {
    return lock.locked(
        () -> {
          registry.deployment(id).heartbeat(services.now());
          return ServiceJson.object().put("success", true);
        });
  }

  ObjectNode delete(long id) {
    return lock.locked(
        () -> {
          delete(registry.deployment(id), "deleted");
          return ServiceJson.object().put("success", true);
        });
  }

  ObjectNode delete(ObjectNode request) {
    String name = ServiceJson.requiredText(request, "name");
    String tag = ServiceJson.text(request, "tag");
    return lock.locked(
        () -> {
          List<DeploymentState> found =
              registry.deployments().stream()
                  .filter(d -> d.name().equals(name) && (tag == null || d.tag().equals(tag)))
                  .toList();
          if (found.isEmpty()) {
            throw Registry.noSuchDeployment();
          }
          ObjectNode answer = ServiceJson.object().put("success", true);
          ArrayNode ids = answer.putArray("deleted");
          for (DeploymentState deployment : found) {
            delete(deployment, "deleted");
            ids.add(deployment.id());
          }
          return answer.put("count", found.size());
        });
  }

  /** Deletes a deployment with its endpoint and workers. The caller holds the lock. */
  void delete(DeploymentState deployment, String why) {
    Fleet fleet = registry.fleet(deployment);
    fleet.event("deployment " + why);
    fleet.destroyAll();
    registry.remove(deployment);
    deployment.versions().forEach(version -> lock.afterwards(() -> deleteBlob(version.key())));
    services.changed();
  }

  ObjectNode downloadUrl(long id, @Nullable String key) {
    return lock.locked(
        () -> {
          DeploymentState deployment = registry.deployment(id);
          Version version = versionFor(deployment, key);
          if (version == null) {
            throw ServiceError.notFound("no_such_version", "the deployment has no bundle yet");
          }
          return ServiceJson.object()
              .put("success", true)
              .put("download_url", store.presignGet(services.url(), version.key()).toString());
        });
  }

  private @Nullable Version versionFor(DeploymentState deployment, @Nullable String key) {
    if (access.isAccount(key)) {
      return deployment.bootable();
    }
    return registry.fleet(deployment).versionOf(key).orElseThrow(Access::refused);
  }

  /** Deletes deployments without a heartbeat for their time to live. The caller holds the lock. */
  void tearDownExpired() {
    double now = services.now();
    for (DeploymentState deployment : registry.deployments()) {
      if (deployment.expired(now)) {
        delete(deployment, "deleted: no heartbeat within its ttl");
      }
    }
  }
}
