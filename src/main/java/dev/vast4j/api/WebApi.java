package dev.vast4j.api;

import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The web API. Every method blocks until the answer is there; failures that may pass (408, 429,
 * 5xx, no connection) are repeated with back-off for up to a minute where repeating is safe.
 * Thread-safe.
 *
 * <p>All methods throw {@link dev.vast4j.errors.ApiException} when the service answers with an
 * error, {@link dev.vast4j.errors.ServiceUnreachableException} when it does not answer, and {@link
 * dev.vast4j.errors.UnexpectedAnswerException} when the answer is not what the protocol says.
 */
public final class WebApi {
  WebApi() {}

  /**
   * Registers a deployment or a new version of one.
   *
   * @param config the deployment
   * @return what the service did, and where to upload the bundle if it wants it
   */
  public PutResponse putDeployment(DeploymentConfig config) {
    throw new UnsupportedOperationException();
  }

  /**
   * Lists the account's deployments.
   *
   * @return the deployments, as the service orders them
   */
  public List<DeploymentInfo> deployments() {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads one deployment.
   *
   * @param id its id
   * @return the deployment
   */
  public DeploymentInfo deployment(long id) {
    throw new UnsupportedOperationException();
  }

  /**
   * Deletes a deployment with its endpoint and workers.
   *
   * @param id its id
   */
  public void deleteDeployment(long id) {
    throw new UnsupportedOperationException();
  }

  /**
   * Deletes deployments by name.
   *
   * @param name their name
   * @param tag their tag, or null for every tag
   */
  public void deleteDeployments(String name, @Nullable String tag) {
    throw new UnsupportedOperationException();
  }

  /**
   * Lists a deployment's versions.
   *
   * @param deploymentId the deployment's id
   * @return the versions, as the service orders them
   */
  public List<VersionInfo> versions(long deploymentId) {
    throw new UnsupportedOperationException();
  }

  /**
   * Starts a deployment's endpoint.
   *
   * @param id the deployment's id
   * @return the endpoint's new state, {@code active}
   */
  public String startDeployment(long id) {
    throw new UnsupportedOperationException();
  }

  /**
   * Stops a deployment's endpoint and its workers.
   *
   * @param id the deployment's id
   * @return the endpoint's new state, {@code stopped}
   */
  public String stopDeployment(long id) {
    throw new UnsupportedOperationException();
  }

  /**
   * Says that a client of the deployment is alive. Tried once: the next heartbeat is the retry.
   *
   * @param deploymentId the deployment's id
   */
  public void heartbeat(long deploymentId) {
    throw new UnsupportedOperationException();
  }

  /**
   * Lists the account's endpoints.
   *
   * @return the endpoints, as the service orders them
   */
  public List<EndpointInfo> endpoints() {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads one endpoint.
   *
   * @param id its id
   * @return the endpoint, with its key
   */
  public EndpointInfo endpoint(long id) {
    throw new UnsupportedOperationException();
  }

  /**
   * Creates an endpoint. Not repeated once it may have been received.
   *
   * @param config the endpoint
   * @return its id
   */
  public long createEndpoint(EndpointConfig config) {
    throw new UnsupportedOperationException();
  }

  /**
   * Changes an endpoint.
   *
   * @param id its id
   * @param config the new values; null ones stay as they are
   */
  public void updateEndpoint(long id, EndpointConfig config) {
    throw new UnsupportedOperationException();
  }

  /**
   * Deletes an endpoint.
   *
   * @param id its id
   */
  public void deleteEndpoint(long id) {
    throw new UnsupportedOperationException();
  }

  /**
   * Lists the account's workergroups.
   *
   * @return the workergroups, as the service orders them
   */
  public List<WorkergroupInfo> workergroups() {
    throw new UnsupportedOperationException();
  }

  /**
   * Finds the workergroup of an endpoint.
   *
   * @param endpointId the endpoint's id
   * @return the id of the first workergroup of that endpoint, or empty
   */
  public OptionalLong workergroupOf(long endpointId) {
    throw new UnsupportedOperationException();
  }

  /**
   * Creates a workergroup. Not repeated once it may have been received.
   *
   * @param config the workergroup
   * @return its id
   */
  public long createWorkergroup(WorkergroupConfig config) {
    throw new UnsupportedOperationException();
  }

  /**
   * Deletes a workergroup.
   *
   * @param id its id
   */
  public void deleteWorkergroup(long id) {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads the certificate of the CA that signs workers' certificates. Sends no key.
   *
   * @return the certificate, PEM
   */
  public String certificate() {
    throw new UnsupportedOperationException();
  }
}
