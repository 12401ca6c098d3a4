package dev.vast4j.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.api.RestClient.Repeat;
import dev.vast4j.errors.UnexpectedAnswerException;
import dev.vast4j.internal.http.ErrorBody;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The serverless engine. Methods block, retry temporary failures with back-off for up to a minute,
 * and throw as those of {@link WebApi} do. Thread-safe.
 */
public final class EngineApi {
  private static final Logger log = LoggerFactory.getLogger(EngineApi.class);

  private final RestClient rest;

  EngineApi(RestClient rest) {
    this.rest = rest;
  }

  /**
   * Lists an endpoint's workers.
   *
   * @param endpointId the endpoint's id
   * @return the workers; none while the engine does not know the endpoint
   */
  public List<WorkerInfo> workers(long endpointId) {
    return workerList(endpointId).workers();
  }

  /**
   * Lists an endpoint's workers, or tells why the engine lists none.
   *
   * @param endpointId the endpoint's id
   * @return the workers, or the engine's error text, such as while it does not know the endpoint
   */
  public WorkerList workerList(long endpointId) {
    String operation = "POST /get_endpoint_workers/";
    JsonNode answer = post("/get_endpoint_workers/", "id", endpointId, null, null);
    JsonNode list = answer.isObject() && answer.has("workers") ? answer.get("workers") : answer;
    if (list.isArray()) {
      return new WorkerList(JsonFields.list(list, one -> worker(operation, one)), "");
    }
    String error = error(answer);
    if (error == null) {
      throw new UnexpectedAnswerException(operation, "it is not an array of workers", null);
    }
    log.warn("The engine lists no workers of endpoint {}: {}", endpointId, error);
    return new WorkerList(List.of(), error);
  }

  /** Returns the error that an answer is, or null. */
  private @Nullable String error(JsonNode answer) {
    JsonNode text = answer.isTextual() ? answer : answer.path("error_msg");
    return text.isTextual() ? ErrorBody.shorten(text.asText().replace(rest.key(), "***")) : null;
  }

  /**
   * Reads an endpoint's log.
   *
   * @param endpointId the endpoint's id
   * @param tail the most lines to return, or null for all
   * @return the text by level; an error of the engine is a level named {@code error_msg}
   */
  public EndpointLogs endpointLogs(long endpointId, @Nullable Integer tail) {
    return logs("/get_endpoint_logs/", endpointId, tail);
  }

  /**
   * Reads a workergroup's log.
   *
   * @param workergroupId the workergroup's id
   * @param tail the most lines to return, or null for all
   * @return the text by level
   */
  public EndpointLogs workergroupLogs(long workergroupId, @Nullable Integer tail) {
    return logs("/get_autogroup_logs/", workergroupId, tail);
  }

  /**
   * Starts a rolling update of a workergroup: each worker restarts from the newest bundle when it
   * has no request in flight.
   *
   * @param workergroupId the workergroup's id
   */
  public void updateWorkers(long workergroupId) {
    post("/update_workers/", "workergroup_id", workergroupId, null, null);
  }

  /**
   * Cancels a rolling update in progress.
   *
   * @param workergroupId the workergroup's id
   */
  public void cancelUpdate(long workergroupId) {
    post("/update_workers/", "workergroup_id", workergroupId, null, true);
  }

  /**
   * Reads the key that signs routes.
   *
   * @return the RSA public key, PEM
   */
  public String publicKey() {
    String text = rest.sendForText("GET", "/pubkey/", null, Repeat.ALWAYS);
    if (!text.contains("-----BEGIN ")) {
      throw new UnexpectedAnswerException("GET /pubkey/", "no PEM public key", null);
    }
    return text;
  }

  private EndpointLogs logs(String path, long id, @Nullable Integer tail) {
    JsonNode answer = post(path, "id", id, tail, null);
    if (answer.isTextual()) {
      return new EndpointLogs(Map.of("error_msg", String.valueOf(error(answer))));
    }
    if (!answer.isObject()) {
      throw new UnexpectedAnswerException("POST " + path, "no object", null);
    }
    Map<String, String> byLevel = new LinkedHashMap<>();
    answer
        .properties()
        .forEach(
            entry -> {
              String text = lines(entry.getValue());
              if (text != null) {
                byLevel.put(entry.getKey(), text);
              }
            });
    return new EndpointLogs(byLevel);
  }

  /** Returns a level's text, which may come as an array of lines; null for anything else. */
  private static @Nullable String lines(JsonNode level) {
    if (level.isTextual()) {
      return level.textValue();
    }
    return level.isArray()
        ? String.join(
            "\n",
            JsonFields.list(level, line -> line.isValueNode() ? line.asText() : line.toString()))
        : null;
  }

  /** The engine expects the key in the body as well as in the header. */
  private JsonNode post(
      String path, String idField, long id, @Nullable Integer tail, @Nullable Boolean cancel) {
    ObjectNode body = JsonFields.object();
    body.put(idField, id);
    body.put("api_key", rest.key());
    JsonFields.put(body, "tail", tail);
    if (cancel != null) {
      body.put("cancel_update", cancel);
    }
    return rest.sendOrText("POST", path, body, Repeat.ALWAYS);
  }

  private WorkerInfo worker(String operation, JsonNode node) {
    String status = JsonFields.text(node, "status");
    String errorMsg = JsonFields.text(node, "error_msg");
    Integer working = JsonFields.smallInteger(node, "reqs_working");
    return new WorkerInfo(
        JsonFields.demandInteger(operation, node, "id"),
        status == null || status.isEmpty() ? "unknown" : status,
        JsonFields.numberOr0(node, "cur_load"),
        JsonFields.numberOr0(node, "new_load"),
        JsonFields.numberOr0(node, "cur_load_rolling_avg"),
        JsonFields.numberOr0(node, "cur_perf"),
        JsonFields.numberOr0(node, "perf"),
        JsonFields.numberOr0(node, "measured_perf"),
        JsonFields.numberOr0(node, "dlperf"),
        JsonFields.numberOr0(node, "reliability"),
        working == null ? 0 : working,
        JsonFields.numberOr0(node, "disk_usage"),
        JsonFields.time(node, "loaded_at"),
        JsonFields.time(node, "started_at"),
        errorMsg == null ? null : errorMsg.replace(rest.key(), "***"),
        JsonFields.integer(node, "version_id"),
        JsonFields.text(node, "version"));
  }
}
