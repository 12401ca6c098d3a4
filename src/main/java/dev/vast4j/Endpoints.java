package dev.vast4j;

import dev.vast4j.api.Connection;
import dev.vast4j.api.EndpointInfo;
import dev.vast4j.api.EndpointLogs;
import dev.vast4j.api.WorkerInfo;
import java.util.List;

/**
 * The account's endpoints, which route calls to workers. Every method asks the service and blocks;
 * each throws {@code ApiException} when it refuses and {@code ServiceUnreachableException} when it
 * does not answer. Thread-safe.
 */
public final class Endpoints {
  private final Connection connection;

  Endpoints(Connection connection) {
    this.connection = connection;
  }

  /**
   * All endpoints.
   *
   * @return the endpoints, in the service's order
   */
  public List<EndpointInfo> list() {
    return connection.web().endpoints();
  }

  /**
   * One endpoint.
   *
   * @param id its id
   * @return the endpoint
   */
  public EndpointInfo get(long id) {
    return connection.web().endpoint(id);
  }

  /**
   * An endpoint's workers.
   *
   * @param id the endpoint's id
   * @return the workers; none while the engine does not know the endpoint yet
   */
  public List<WorkerInfo> workers(long id) {
    return connection.engine().workers(id);
  }

  /**
   * An endpoint's logs.
   *
   * @param id the endpoint's id
   * @return text by level
   */
  public EndpointLogs logs(long id) {
    return connection.engine().endpointLogs(id, null);
  }

  /**
   * Deletes an endpoint.
   *
   * @param id its id
   */
  public void delete(long id) {
    connection.web().deleteEndpoint(id);
  }
}
