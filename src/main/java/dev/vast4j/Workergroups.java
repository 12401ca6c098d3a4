package dev.vast4j;

import dev.vast4j.api.EndpointLogs;
import dev.vast4j.api.WorkergroupConfig;
import dev.vast4j.api.WorkergroupInfo;
import java.util.List;
import java.util.Objects;

/**
 * The account's workergroups: the workers of an endpoint that share their set-up. Every method
 * blocks for one exchange; it throws {@code ApiException} when the service refuses and {@code
 * ServiceUnreachableException} when it does not answer. Thread-safe.
 */
public interface Workergroups {

  /**
   * Lists all workergroups.
   *
   * @return the workergroups, in the service's order
   */
  List<WorkergroupInfo> list();

  /**
   * Lists the workergroups of an endpoint.
   *
   * @param endpointId the endpoint's id
   * @return its workergroups, in the service's order
   */
  default List<WorkergroupInfo> ofEndpoint(long endpointId) {
    return list().stream().filter(g -> Objects.equals(g.endpointId(), endpointId)).toList();
  }

  /**
   * Gives an endpoint a workergroup, whose workers start by the endpoint's scaling. Not retried
   * once the service may have received it.
   *
   * @param config the workergroup
   * @return its id
   */
  long create(WorkergroupConfig config);

  /**
   * Changes a workergroup. Workers that run keep what they started with.
   *
   * @param id the workergroup's id
   * @param config the new values; null ones stay as they are, and the endpoint can't change
   */
  void change(long id, WorkergroupConfig config);

  /**
   * Fetches a workergroup's logs.
   *
   * @param id the workergroup's id
   * @return text by level
   */
  EndpointLogs logs(long id);

  /**
   * Starts a rolling update: each worker boots again from the newest bundle when it has no call in
   * work.
   *
   * @param id the workergroup's id
   */
  void update(long id);

  /**
   * Cancels a rolling update in progress.
   *
   * @param id the workergroup's id
   */
  void cancelUpdate(long id);

  /**
   * Deletes a workergroup.
   *
   * @param id its id
   */
  void delete(long id);
}
