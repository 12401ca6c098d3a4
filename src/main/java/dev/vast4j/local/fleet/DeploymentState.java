package dev.vast4j.local.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A deployment and its versions. Guarded by the engine's lock. */
public final class DeploymentState {
  /** Versions to keep besides those in use. */
  private static final int KEPT_VERSIONS = 5;

  /** The fields that change without a new version. */
  public static final List<String> UNVERSIONED_FIELDS =
      Stream.concat(ScalingParameters.FIELDS.stream(), Stream.of("ttl")).toList();

  private final long id;
  private final String name;
  private final String tag;
  private final long endpointId;
  private final long workergroupId;
  private final double createdAt;
  private final List<Version> versions = new ArrayList<>();
  private ObjectNode config;
  private long currentVersion;
  private long lastHealthy;
  private double updatedAt;
  private double lastHeartbeat;
  private boolean hardUpdatePending;

  public DeploymentState(
      long id, ObjectNode config, long endpointId, long workergroupId, double now) {
    this.id = id;
    this.name = ServiceJson.requiredText(config, "name");
    this.tag = tagOf(config);
    this.config = config;
    this.endpointId = endpointId;
    this.workergroupId = workergroupId;
    this.createdAt = now;
    this.updatedAt = now;
    this.lastHeartbeat = now;
  }

  public static String tagOf(ObjectNode config) {
    String tag = ServiceJson.text(config, "tag");
    return tag == null || tag.isEmpty() ? "default" : tag;
  }

  /**
   * {@return the endpoint's name: the deployment's, followed by its tag unless that is the default}
   */
  public String endpointName() {
    return tag.equals("default") ? name : name + ":" + tag;
  }

  public void update(ObjectNode config, double now) {
    this.config = config;
    this.updatedAt = now;
    this.lastHeartbeat = now;
  }

  public Version addVersion(Version version) {
    versions.add(version);
    currentVersion = version.id();
    return version;
  }

  /** Drops the oldest unused versions and returns them. */
  public List<Version> evict(Set<Long> inUse) {
    List<Version> spare =
        versions.stream()
            .filter(v -> v.id() != currentVersion && v.id() != lastHealthy)
            .filter(v -> !inUse.contains(v.id()))
            .toList();
    List<Version> evicted = spare.subList(0, Math.max(0, spare.size() - KEPT_VERSIONS));
    versions.removeAll(evicted);
    return List.copyOf(evicted);
  }

  @Nullable Version version(long versionId) {
    return versions.stream().filter(v -> v.id() == versionId).findFirst().orElse(null);
  }

  public Version current() {
    Version version = version(currentVersion);
    if (version == null) {
      throw new IllegalStateException("deployment " + id + " lost its current version");
    }
    return version;
  }

  /**
   * {@return the version that a new worker boots: the newest that is uploaded and has not failed,
   * or null}
   */
  public @Nullable Version bootable() {
    Version current = current();
    if (current.uploaded() && !(current.failed() && lastHealthy != 0)) {
      return current;
    }
    Version best = null;
    for (Version version : versions) {
      if (version.uploaded() && !version.failed()) {
        best = version;
      }
    }
    return best != null || !current.uploaded() ? best : current;
  }

  @Nullable Version lastHealthyVersion() {
    return version(lastHealthy);
  }

  void healthy(Version version) {
    version.markHealthy();
    lastHealthy = version.id();
  }

  /** Makes an earlier version current again. */
  void rollBackTo(Version version, double now) {
    currentVersion = version.id();
    // The next deploy is compared with what runs, so deploying the failed version again is a
    // change. Scaling and time to live belong to no version.
    ObjectNode before = config;
    config = version.config().deepCopy();
    for (String field : UNVERSIONED_FIELDS) {
      config.remove(field);
      if (before.has(field)) {
        config.set(field, before.get(field));
      }
    }
    updatedAt = now;
  }

  public @Nullable String uploadedKey(String fileHash) {
    return versions.stream()
        .filter(v -> v.uploaded() && v.fileHash().equals(fileHash))
        .map(Version::key)
        .findFirst()
        .orElse(null);
  }

  public ObjectNode toJson() {
    ObjectNode json =
        ServiceJson.object()
            .put("id", id)
            .put("name", name)
            .put("tag", tag)
            .put("endpoint_id", endpointId)
            .put("workergroup_id", workergroupId)
            .put("image", ServiceJson.text(config, "image"))
            .put("storage", ServiceJson.number(config, "storage", 50))
            .put("file_hash", current().fileHash())
            .put("s3_key", current().key())
            .put("current_version_id", currentVersion)
            .put("created_at", createdAt)
            .put("updated_at", updatedAt)
            .put("last_client_heartbeat", lastHeartbeat);
    json.put("env", ServiceJson.text(config, "env"));
    json.put("search_params", ServiceJson.text(config, "search_params"));
    if (lastHealthy == 0) {
      json.putNull("last_healthy_version_id");
    } else {
      json.put("last_healthy_version_id", lastHealthy);
    }
    double ttl = ttl();
    if (ttl > 0) {
      json.put("ttl", ttl);
    } else {
      json.putNull("ttl");
    }
    return json;
  }

  /** {@return the deployment's workergroup, as the web API shows it} */
  public ObjectNode workergroup() {
    ObjectNode group =
        ServiceJson.object()
            .put("id", workergroupId)
            .put("endpoint_id", endpointId)
            .put("endpoint_name", endpointName())
            .put("user_id", 1);
    group.put("search_params", ServiceJson.text(config, "search_params"));
    group.put("search_query", ServiceJson.text(config, "search_params"));
    for (String field : ScalingParameters.FIELDS) {
      JsonNode value = config.get(field);
      if (value != null) {
        group.set(field, value);
      }
    }
    return group;
  }

  public ArrayNode versionsJson() {
    ArrayNode array = ServiceJson.MAPPER.createArrayNode();
    for (int i = versions.size() - 1; i >= 0; i--) {
      Version version = versions.get(i);
      array.add(
          version
              .toJson()
              .put("current", version.id() == currentVersion)
              .put("healthy", version.id() == lastHealthy));
    }
    return array;
  }

  public ObjectNode toState() {
    ObjectNode json =
        ServiceJson.object()
            .put("id", id)
            .put("endpoint_id", endpointId)
            .put("workergroup_id", workergroupId)
            .put("created_at", createdAt)
            .put("updated_at", updatedAt)
            .put("last_heartbeat", lastHeartbeat)
            .put("current_version", currentVersion)
            .put("last_healthy", lastHealthy)
            .put("hard_update_pending", hardUpdatePending);
    json.set("config", config);
    ArrayNode array = json.putArray("versions");
    versions.forEach(version -> array.add(version.toState()));
    return json;
  }

  public static DeploymentState fromState(ObjectNode json) {
    DeploymentState state =
        new DeploymentState(
            json.path("id").asLong(),
            (ObjectNode) json.path("config"),
            json.path("endpoint_id").asLong(),
            json.path("workergroup_id").asLong(),
            json.path("created_at").asDouble());
    json.path("versions").forEach(v -> state.versions.add(Version.fromState((ObjectNode) v)));
    state.updatedAt = json.path("updated_at").asDouble();
    state.lastHeartbeat = json.path("last_heartbeat").asDouble();
    state.currentVersion = json.path("current_version").asLong();
    state.lastHealthy = json.path("last_healthy").asLong();
    state.hardUpdatePending = json.path("hard_update_pending").asBoolean();
    return state;
  }

  public long id() {
    return id;
  }

  public String name() {
    return name;
  }

  public String tag() {
    return tag;
  }

  public long endpointId() {
    return endpointId;
  }

  public long workergroupId() {
    return workergroupId;
  }

  public ObjectNode config() {
    return config;
  }

  public List<Version> versions() {
    return versions;
  }

  double ttl() {
    return ServiceJson.number(config, "ttl", 0);
  }

  public void heartbeat(double now) {
    lastHeartbeat = now;
  }

  public boolean expired(double now) {
    return ttl() > 0 && now >= lastHeartbeat + ttl();
  }

  public boolean hardUpdatePending() {
    return hardUpdatePending;
  }

  public void hardUpdatePending(boolean pending) {
    hardUpdatePending = pending;
  }
}
