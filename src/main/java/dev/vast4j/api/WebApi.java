package dev.vast4j.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.Autoscaling;
import dev.vast4j.api.RestClient.Repeat;
import dev.vast4j.errors.UnexpectedAnswerException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The web API. Methods block and, where it is safe, retry temporary failures (408, 429, 5xx, no
 * connection) with back-off for up to a minute. Thread-safe.
 *
 * <p>Methods throw {@link dev.vast4j.errors.ApiException} when the service answers with an error,
 * {@link dev.vast4j.errors.ServiceUnreachableException} when it does not answer, and {@link
 * dev.vast4j.errors.UnexpectedAnswerException} when its answer violates the protocol.
 */
public final class WebApi {
  private static final String DEPLOYMENTS = "/api/v0/deployments/";
  private static final String ENDPOINTS = "/api/v0/endptjobs/";
  private static final String WORKERGROUPS = "/api/v0/workergroups/";

  private final RestClient rest;

  WebApi(RestClient rest) {
    this.rest = rest;
  }

  private static String deploymentPath(long id, String rest) {
    return "/api/v0/deployment/" + id + "/" + rest;
  }

  /**
   * Registers a deployment or a new version of one.
   *
   * @param config the deployment
   * @return what the service did, and where to upload the bundle if it needs it
   */
  public PutResponse putDeployment(DeploymentConfig config) {
    ObjectNode body = JsonFields.object();
    JsonFields.put(body, "name", config.name());
    JsonFields.put(body, "image", config.image());
    JsonFields.put(body, "file_hash", config.fileHash());
    JsonFields.put(body, "file_size", config.fileSize());
    JsonFields.put(body, "env", config.env());
    JsonFields.put(body, "tag", config.tag());
    JsonFields.put(body, "search_params", config.searchParams());
    JsonFields.put(body, "storage", config.storage());
    JsonFields.put(body, "ttl", config.ttl());
    JsonFields.put(body, "version_label", config.versionLabel());
    JsonFields.putLogin(body, config.dockerLogin());
    JsonFields.putScaling(body, config.scaling());
    JsonFields.put(body, "autoscaler_instance", config.autoscalerInstance());
    String operation = "PUT " + DEPLOYMENTS;
    JsonNode answer = rest.send("PUT", DEPLOYMENTS, body, Repeat.ALWAYS);
    List<String> evicted = new ArrayList<>();
    answer
        .path("evicted_versions")
        .forEach(one -> evicted.add(one.isValueNode() ? one.asText() : one.toString()));
    return new PutResponse(
        JsonFields.demandText(operation, answer, "action"),
        JsonFields.demandInteger(operation, answer, "deployment_id"),
        JsonFields.demandInteger(operation, answer, "endpoint_id"),
        JsonFields.integer(answer, "workergroup_id"),
        JsonFields.text(answer, "upload_url"),
        JsonFields.texts(answer, "upload_fields"),
        evicted);
  }

  /**
   * Lists the account's deployments.
   *
   * @return the deployments, in the service's order
   */
  public List<DeploymentInfo> deployments() {
    String operation = "GET " + DEPLOYMENTS;
    return JsonFields.demandList(
        operation, rest.get(DEPLOYMENTS), "deployments", one -> deployment(operation, one));
  }

  /**
   * Reads one deployment.
   *
   * @param id its id
   * @return the deployment
   */
  public DeploymentInfo deployment(long id) {
    String path = deploymentPath(id, "");
    String operation = "GET " + path;
    return deployment(operation, JsonFields.demandObject(operation, rest.get(path), "deployment"));
  }

  /**
   * Deletes a deployment with its endpoint and workers.
   *
   * @param id its id
   */
  public void deleteDeployment(long id) {
    rest.send("DELETE", deploymentPath(id, ""), null, Repeat.ALWAYS);
  }

  /**
   * Deletes deployments by name.
   *
   * @param name their name
   * @param tag their tag, or null for every tag
   */
  public void deleteDeployments(String name, @Nullable String tag) {
    ObjectNode body = JsonFields.object();
    JsonFields.put(body, "name", name);
    JsonFields.put(body, "tag", tag);
    rest.send("DELETE", DEPLOYMENTS, body, Repeat.ALWAYS);
  }

  /**
   * Lists a deployment's versions.
   *
   * @param deploymentId the deployment's id
   * @return the versions, in the service's order
   */
  public List<VersionInfo> versions(long deploymentId) {
    String path = deploymentPath(deploymentId, "versions/");
    String operation = "GET " + path;
    return JsonFields.demandList(
        operation,
        rest.get(path),
        "versions",
        one ->
            new VersionInfo(
                JsonFields.demandInteger(operation, one, "id"),
                JsonFields.text(one, "version_label"),
                JsonFields.text(one, "image"),
                JsonFields.text(one, "file_hash"),
                JsonFields.integer(one, "file_size"),
                JsonFields.time(one, "created_at"),
                JsonFields.text(one, "error_msg")));
  }

  /**
   * Starts a deployment's endpoint.
   *
   * @param id the deployment's id
   * @return the endpoint's new state, {@code active}
   */
  public String startDeployment(long id) {
    return endpointState(deploymentPath(id, "start/"));
  }

  /**
   * Stops a deployment's endpoint and its workers.
   *
   * @param id the deployment's id
   * @return the endpoint's new state, {@code stopped}
   */
  public String stopDeployment(long id) {
    return endpointState(deploymentPath(id, "stop/"));
  }

  /**
   * Reports that a client of the deployment is alive. Never retried: the next heartbeat follows.
   *
   * @param deploymentId the deployment's id
   */
  public void heartbeat(long deploymentId) {
    rest.sendForText("POST", deploymentPath(deploymentId, "heartbeat/"), null, Repeat.NEVER);
  }

  /**
   * Lists the account's endpoints.
   *
   * @return the endpoints, in the service's order
   */
  public List<EndpointInfo> endpoints() {
    String operation = "GET " + ENDPOINTS;
    return JsonFields.demandList(
        operation,
        rest.get(ENDPOINTS + "?client_id=me"),
        "results",
        one -> endpoint(operation, one));
  }

  /**
   * Reads one endpoint.
   *
   * @param id its id
   * @return the endpoint, with its key
   */
  public EndpointInfo endpoint(long id) {
    String path = ENDPOINTS + id + "/";
    String operation = "GET " + path;
    return endpoint(operation, JsonFields.demandObject(operation, rest.get(path), "result"));
  }

  /**
   * Creates an endpoint. Not retried once the service may have received it.
   *
   * @param config the endpoint
   * @return its id
   */
  public long createEndpoint(EndpointConfig config) {
    JsonNode answer = rest.send("POST", ENDPOINTS, body(config), Repeat.UNLESS_DONE);
    return JsonFields.demandInteger("POST " + ENDPOINTS, answer, "result");
  }

  /**
   * Changes an endpoint.
   *
   * @param id its id
   * @param config the new values; null ones stay as they are
   */
  public void updateEndpoint(long id, EndpointConfig config) {
    rest.send("PUT", ENDPOINTS + id + "/", body(config), Repeat.ALWAYS);
  }

  /**
   * Deletes an endpoint.
   *
   * @param id its id
   */
  public void deleteEndpoint(long id) {
    rest.send("DELETE", ENDPOINTS + id + "/", null, Repeat.ALWAYS);
  }

  /**
   * Lists the account's workergroups.
   *
   * @return the workergroups, in the service's order
   */
  public List<WorkergroupInfo> workergroups() {
    String operation = "GET " + WORKERGROUPS;
    return JsonFields.demandList(
        operation,
        rest.get(WORKERGROUPS),
        "results",
        one ->
            new WorkergroupInfo(
                JsonFields.demandInteger(operation, one, "id"),
                JsonFields.integer(one, "endpoint_id"),
                JsonFields.text(one, "endpoint_name"),
                JsonFields.text(one, "search_params")));
  }

  /**
   * Finds the workergroup of an endpoint.
   *
   * @param endpointId the endpoint's id
   * @return the id of the endpoint's first workergroup, or empty
   */
  public OptionalLong workergroupOf(long endpointId) {
    for (WorkergroupInfo one : workergroups()) {
      Long of = one.endpointId();
      if (of != null && of == endpointId) {
        return OptionalLong.of(one.id());
      }
    }
    return OptionalLong.empty();
  }

  /**
   * Creates a workergroup. Not retried once the service may have received it.
   *
   * @param config the workergroup
   * @return its id
   */
  public long createWorkergroup(WorkergroupConfig config) {
    JsonNode answer = rest.send("POST", WORKERGROUPS, body(config), Repeat.UNLESS_DONE);
    return JsonFields.demandInteger("POST " + WORKERGROUPS, answer, "id");
  }

  /**
   * Changes a workergroup.
   *
   * @param id its id
   * @param config the new values; null ones stay as they are
   */
  public void updateWorkergroup(long id, WorkergroupConfig config) {
    rest.send("PUT", WORKERGROUPS + id + "/", body(config), Repeat.ALWAYS);
  }

  /**
   * Deletes a workergroup.
   *
   * @param id its id
   */
  public void deleteWorkergroup(long id) {
    rest.send("DELETE", WORKERGROUPS + id + "/", null, Repeat.ALWAYS);
  }

  /**
   * Searches the market. Retries temporary failures for some seconds only: prices are advice.
   *
   * @param search what machines must meet
   * @return the offers that match now, the cheapest first
   */
  public List<Offer> offers(OfferSearch search) {
    String path = "/api/v0/search/asks/";
    String operation = "PUT " + path;
    return JsonFields.demandList(
        operation, rest.sendBriefly("PUT", path, search.toJson()), "offers", this::offer);
  }

  private Offer offer(JsonNode node) {
    Double reliability = JsonFields.number(node, "reliability2");
    Integer gpus = JsonFields.smallInteger(node, "num_gpus");
    return new Offer(
        JsonFields.demandInteger("PUT /api/v0/search/asks/", node, "id"),
        JsonFields.text(node, "gpu_name"),
        gpus == null ? 0 : gpus,
        JsonFields.numberOr0(node, "gpu_ram") / 1000,
        JsonFields.numberOr0(node, "cpu_cores"),
        JsonFields.numberOr0(node, "cpu_ram") / 1000,
        JsonFields.numberOr0(node, "disk_space"),
        JsonFields.numberOr0(node, "dph_total"),
        reliability == null ? JsonFields.numberOr0(node, "reliability") : reliability,
        JsonFields.numberOr0(node, "inet_down"),
        JsonFields.numberOr0(node, "inet_up"),
        JsonFields.text(node, "geolocation"),
        JsonFields.text(node, "verification"),
        JsonFields.numberOr0(node, "cuda_max_good"),
        JsonFields.numberOr0(node, "dlperf"));
  }

  /**
   * Reads the certificate of the CA that signs workers' certificates. Sends no key.
   *
   * @return the certificate, PEM
   */
  public String certificate() {
    String path = "/static/jvastai_root.cer";
    String text = rest.publicText(path);
    if (!text.contains("-----BEGIN CERTIFICATE-----")) {
      throw new UnexpectedAnswerException("GET " + path, "no PEM certificate", null);
    }
    return text;
  }

  private String endpointState(String path) {
    JsonNode answer = rest.send("POST", path, null, Repeat.ALWAYS);
    return JsonFields.demandText("POST " + path, answer, "endpoint_state");
  }

  private static ObjectNode body(EndpointConfig config) {
    ObjectNode body = JsonFields.object();
    JsonFields.put(body, "endpoint_name", config.name());
    JsonFields.putScaling(body, config.scaling());
    JsonFields.put(body, "endpoint_state", config.state());
    JsonFields.put(body, "autoscaler_instance", config.autoscalerInstance());
    return body;
  }

  private static ObjectNode body(WorkergroupConfig config) {
    ObjectNode body = JsonFields.object();
    JsonFields.put(body, "endpoint_id", config.endpointId());
    JsonFields.put(body, "search_params", config.searchParams());
    JsonFields.put(body, "template_hash", config.templateHash());
    JsonFields.put(body, "launch_args", config.launchArgs());
    Autoscaling scaling = config.scaling();
    JsonFields.putScaling(
        body,
        new Autoscaling(
            scaling.coldWorkers(),
            scaling.maxWorkers(),
            scaling.minLoad(),
            scaling.minColdLoad(),
            scaling.targetUtil(),
            scaling.coldMult(),
            null,
            null,
            null));
    JsonFields.put(body, "gpu_ram", config.gpuRam());
    JsonFields.put(body, "test_workers", config.testWorkers());
    JsonFields.putLogin(body, config.dockerLogin());
    JsonFields.put(body, "autoscaler_instance", config.autoscalerInstance());
    return body;
  }

  private static DeploymentInfo deployment(String operation, JsonNode node) {
    String tag = JsonFields.text(node, "tag");
    return new DeploymentInfo(
        JsonFields.demandInteger(operation, node, "id"),
        JsonFields.demandText(operation, node, "name"),
        tag == null || tag.isEmpty() ? "default" : tag,
        JsonFields.integer(node, "endpoint_id"),
        JsonFields.text(node, "endpoint_state"),
        JsonFields.smallInteger(node, "worker_count"),
        JsonFields.text(node, "env"),
        JsonFields.text(node, "image"),
        JsonFields.number(node, "storage"),
        JsonFields.text(node, "search_params"),
        JsonFields.text(node, "file_hash"),
        JsonFields.integer(node, "current_version_id"),
        JsonFields.integer(node, "last_healthy_version_id"),
        JsonFields.duration(node, "ttl"),
        JsonFields.time(node, "last_client_heartbeat"),
        JsonFields.time(node, "created_at"),
        JsonFields.time(node, "updated_at"));
  }

  private static EndpointInfo endpoint(String operation, JsonNode node) {
    return new EndpointInfo(
        JsonFields.demandInteger(operation, node, "id"),
        JsonFields.demandText(operation, node, "endpoint_name"),
        JsonFields.text(node, "api_key"),
        JsonFields.text(node, "endpoint_state"),
        JsonFields.scaling(node),
        JsonFields.time(node, "created_at"));
  }
}
