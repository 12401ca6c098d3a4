package dev.vast4j;

import dev.vast4j.api.EndpointInfo;
import dev.vast4j.api.EndpointLogs;
import dev.vast4j.api.WorkerInfo;
import java.util.List;

/**
 * The account's endpoints, which route calls to workers. Every method asks the service and blocks;
 * each throws {@code ApiException} when it refuses and {@code ServiceUnreachableException} when it
 * does not answer. Thread-safe.
 */
public interface Endpoints {

  /**
   * All endpoints.
   *
   * @return the endpoints, in the service's order
   */
  List<EndpointInfo> list();

  /**
   * One endpoint.
   *
   * @param id its id
   * @return the endpoint
   */
  EndpointInfo get(long id);

  /**
   * An endpoint's workers.
   *
   * @param id the endpoint's id
   * @return the workers; none while the engine does not know the endpoint yet
   */
  List<WorkerInfo> workers(long id);

  /**
   * An endpoint's logs.
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
