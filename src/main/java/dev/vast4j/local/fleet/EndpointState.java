package dev.vast4j.local.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** An endpoint and its workergroup's settings. Guarded by the engine's lock. */
public final class EndpointState {
  private final long id;
  private final String name;
  private final String apiKey;
  private final double createdAt;
  private ObjectNode config;
  private ScalingParameters scaling;
  private boolean stopped;

  public EndpointState(long id, String name, String apiKey, ObjectNode config, double createdAt) {
    this.id = id;
    this.name = name;
    this.apiKey = apiKey;
    this.createdAt = createdAt;
    this.config = config;
    this.scaling = ScalingParameters.of(config);
  }

  /** Sets the scaling parameters; missing fields return to their defaults. */
  public void configure(ObjectNode config) {
    this.scaling = ScalingParameters.of(config);
    this.config = config;
  }

  public ObjectNode toJson() {
    ObjectNode json =
        ServiceJson.object()
            .put("id", id)
            .put("endpoint_name", name)
            .put("api_key", apiKey)
            .put("user_id", 1)
            .put("created_at", createdAt)
            .put("endpoint_state", state())
            .put("cold_workers", scaling.coldWorkers())
            .put("max_workers", scaling.maxWorkers())
            .put("min_load", scaling.minLoad())
            .put("min_cold_load", scaling.minColdLoad())
            .put("target_util", scaling.targetUtil())
            .put("cold_mult", scaling.coldMult())
            .put("max_queue_time", scaling.maxQueueTime())
            .put("target_queue_time", scaling.targetQueueTime());
    scaling.inactivityTimeout().ifPresent(value -> json.put("inactivity_timeout", value));
    return json;
  }

  public ObjectNode toState() {
    ObjectNode json =
        ServiceJson.object()
            .put("id", id)
            .put("name", name)
            .put("api_key", apiKey)
            .put("created_at", createdAt)
            .put("stopped", stopped);
    json.set("config", config);
    return json;
  }

  public static EndpointState fromState(ObjectNode json) {
    EndpointState state =
        new EndpointState(
            json.path("id").asLong(),
            json.path("name").asText(),
            json.path("api_key").asText(),
            (ObjectNode) json.path("config"),
            json.path("created_at").asDouble());
    state.stopped = json.path("stopped").asBoolean();
    return state;
  }

  public long id() {
    return id;
  }

  public String name() {
    return name;
  }

  public String apiKey() {
    return apiKey;
  }

  public ObjectNode config() {
    return config;
  }

  public ScalingParameters scaling() {
    return scaling;
  }

  public String state() {
    return stopped ? "stopped" : "active";
  }

  public boolean stopped() {
    return stopped;
  }

  public void stopped(boolean stopped) {
    this.stopped = stopped;
  }
}
