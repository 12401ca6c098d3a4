package dev.vast4j;

import dev.vast4j.api.EndpointInfo;
import dev.vast4j.api.EndpointLogs;
import dev.vast4j.api.WorkerInfo;
import java.util.List;

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
   * Deletes an endpoint.
   *
   * @param id its id
   */
  void delete(long id);
}
