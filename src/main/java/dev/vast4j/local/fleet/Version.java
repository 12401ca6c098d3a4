package dev.vast4j.local.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** One uploaded state of a deployment. Guarded by the engine's lock. */
public final class Version {
  private final long id;
  private final String fileHash;
  private final String key;
  private final int generation;
  private final ObjectNode config;
  private final double createdAt;
  private @Nullable String label;
  private boolean uploaded;
  private boolean failed;
  private @Nullable String error;

  /**
   * Creates a version.
   *
   * @param id its id
   * @param key the bundle's key in the object store
   * @param generation increases when workers need a fresh folder and environment
   * @param config the deployment's config as of this version
   */
  public Version(long id, String key, int generation, ObjectNode config, double createdAt) {
    this.id = id;
    this.fileHash = ServiceJson.requiredText(config, "file_hash");
    this.key = key;
    this.generation = generation;
    this.config = config;
    this.createdAt = createdAt;
    this.label = ServiceJson.text(config, "version_label");
  }

  ObjectNode toJson() {
    ObjectNode json =
        ServiceJson.object()
            .put("id", id)
            .put("file_hash", fileHash)
            .put("file_size", (long) ServiceJson.number(config, "file_size", 0))
            .put("image", ServiceJson.text(config, "image"))
            .put("s3_key", key)
            .put("uploaded", uploaded)
            .put("failed", failed)
            .put("created_at", createdAt);
    if (label != null) {
      json.put("version_label", label);
    }
    if (error != null) {
      json.put("error_msg", error);
    }
    return json;
  }

  ObjectNode toState() {
    ObjectNode json =
        ServiceJson.object()
            .put("id", id)
            .put("key", key)
            .put("generation", generation)
            .put("created_at", createdAt)
            .put("uploaded", uploaded)
            .put("failed", failed);
    json.put("version_label", label);
    json.put("error_msg", error);
    json.set("config", config);
    return json;
  }

  static Version fromState(ObjectNode json) {
    Version version =
        new Version(
            json.path("id").asLong(),
            json.path("key").asText(),
            json.path("generation").asInt(),
            (ObjectNode) json.path("config"),
            json.path("created_at").asDouble());
    version.uploaded = json.path("uploaded").asBoolean();
    version.label = ServiceJson.text(json, "version_label");
    version.failed = json.path("failed").asBoolean();
    version.error = ServiceJson.text(json, "error_msg");
    return version;
  }

  public long id() {
    return id;
  }

  public String fileHash() {
    return fileHash;
  }

  public String key() {
    return key;
  }

  public int generation() {
    return generation;
  }

  public ObjectNode config() {
    return config;
  }

  /** {@return the hash of the template that workers start, or null for a bundle} */
  @Nullable String template() {
    return ServiceJson.text(config, "template_hash");
  }

  public void label(@Nullable String label) {
    this.label = label;
  }

  @Nullable String label() {
    return label;
  }

  public boolean uploaded() {
    return uploaded;
  }

  public void markUploaded() {
    uploaded = true;
  }

  boolean failed() {
    return failed;
  }

  /** Records why none of its workers became ready. */
  void markFailed(String why) {
    failed = true;
    error = why;
  }

  void markHealthy() {
    failed = false;
    error = null;
  }
}
