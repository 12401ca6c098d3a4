package dev.vast4j;

import dev.vast4j.api.Connection;
import dev.vast4j.api.EndpointLogs;
import dev.vast4j.api.WorkergroupInfo;
import java.util.List;

/**
 * The account's workergroups: the workers of an endpoint that are set up alike. Every method asks
 * the service and blocks; each throws {@code ApiException} when it refuses and {@code
 * ServiceUnreachableException} when it does not answer. Thread-safe.
 */
public final class Workergroups {
  private final Connection connection;

  Workergroups(Connection connection) {
    this.connection = connection;
  }

  /**
   * All workergroups.
   *
   * @return the workergroups, in the service's order
   */
  public List<WorkergroupInfo> list() {
    return connection.web().workergroups();
  }

  /**
   * A workergroup's logs.
   *
   * @param id the workergroup's id
   * @return text by level
   */
  public EndpointLogs logs(long id) {
    return connection.engine().workergroupLogs(id, null);
  }

  /**
   * Starts a rolling update: each worker boots again from the newest bundle when it has no call in
   * work.
   *
   * @param id the workergroup's id
   */
  public void update(long id) {
    connection.engine().updateWorkers(id);
  }

  /**
   * Cancels a rolling update in progress.
   *
   * @param id the workergroup's id
   */
  public void cancelUpdate(long id) {
    connection.engine().cancelUpdate(id);
  }

  /**
   * Deletes a workergroup.
   *
   * @param id its id
   */
  public void delete(long id) {
    connection.web().deleteWorkergroup(id);
  }
}
