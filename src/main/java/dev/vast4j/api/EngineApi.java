package dev.vast4j.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The serverless engine. Every method blocks until the answer is there; failures that may pass are
 * repeated with back-off for up to a minute. Thread-safe. Throws as {@link WebApi} does.
 */
public final class EngineApi {
  EngineApi() {}

  /**
   * Lists an endpoint's workers.
   *
   * @param endpointId the endpoint's id
   * @return the workers; none while the engine does not know the endpoint yet
   */
  public List<WorkerInfo> workers(long endpointId) {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads an endpoint's log.
   *
   * @param endpointId the endpoint's id
   * @param tail how many lines at most, or null for all there are
   * @return the text by level
   */
  public EndpointLogs endpointLogs(long endpointId, @Nullable Integer tail) {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads a workergroup's log.
   *
   * @param workergroupId the workergroup's id
   * @param tail how many lines at most, or null for all there are
   * @return the text by level
   */
  public EndpointLogs workergroupLogs(long workergroupId, @Nullable Integer tail) {
    throw new UnsupportedOperationException();
  }

  /**
   * Starts a rolling update of a workergroup: each worker restarts from the newest bundle when it
   * has no request in flight.
   *
   * @param workergroupId the workergroup's id
   */
  public void updateWorkers(long workergroupId) {
    throw new UnsupportedOperationException();
  }

  /**
   * Cancels a rolling update in progress.
   *
   * @param workergroupId the workergroup's id
   */
  public void cancelUpdate(long workergroupId) {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads the key that signs routes.
   *
   * @return the RSA public key, PEM
   */
  public String publicKey() {
    throw new UnsupportedOperationException();
  }
}
