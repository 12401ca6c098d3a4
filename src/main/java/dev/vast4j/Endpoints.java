package dev.vast4j;

import dev.vast4j.api.EndpointConfig;
import dev.vast4j.api.EndpointInfo;
import dev.vast4j.api.EndpointLogs;
import dev.vast4j.api.MachineLogRequest;
import dev.vast4j.api.WorkerInfo;
import java.util.List;
import java.util.Optional;

/**
 * The account's endpoints, which route calls to workers. Every method blocks for one exchange; it
 * throws {@code ApiException} when the service refuses and {@code ServiceUnreachableException} when
 * it does not answer. Thread-safe.
 */
public interface Endpoints {

  /**
   * Lists all endpoints.
   *
   * @return the endpoints, in the service's order
   */
  List<EndpointInfo> list();

  /**
   * Fetches an endpoint.
   *
   * @param id its id
   * @return the endpoint
   */
  EndpointInfo get(long id);

  /**
   * Finds an endpoint by its name.
   *
   * @param name its name
   * @return the endpoint, or empty
   */
  Optional<EndpointInfo> find(String name);

  /**
   * Creates an endpoint, without workers: those come with {@link Workergroups#create}. Not retried
   * once the service may have received it.
   *
   * @param config the endpoint
   * @return its id
   */
  long create(EndpointConfig config);

  /**
   * Changes an endpoint's scaling, or starts and stops it.
   *
   * @param id its id
   * @param config the new values; null ones stay as they are
   */
  void change(long id, EndpointConfig config);

  /**
   * Lists an endpoint's workers.
   *
   * @param id the endpoint's id
   * @return the workers; empty while the engine does not know the endpoint yet
   */
  List<WorkerInfo> workers(long id);

  /**
   * Fetches an endpoint's logs.
   *
   * @param id the endpoint's id
   * @return text by level
   */
  EndpointLogs logs(long id);

  /**
   * Fetches the output of a worker's machine, which exists even when the worker never started.
   * Blocks for up to some ten seconds, until the service has collected it. To follow a machine,
   * fetch every few seconds and compare with {@link dev.vast4j.api.LogWindow}.
   *
   * @param workerId the worker's id, of any endpoint
   * @param request which lines
   * @return the lines, oldest first
   */
  List<String> machineLog(long workerId, MachineLogRequest request);

  /**
   * Fetches the end of an endpoint's logs.
   *
   * @param id the endpoint's id
   * @param lines the most lines of each level
   * @return text by level
   */
  EndpointLogs logs(long id, int lines);

  /**
   * Deletes an endpoint.
   *
   * @param id its id
   */
  void delete(long id);
}
