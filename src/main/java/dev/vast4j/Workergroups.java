package dev.vast4j;

import dev.vast4j.api.EndpointLogs;
import dev.vast4j.api.WorkergroupInfo;
import java.util.List;

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
