package dev.vast4j;

import dev.vast4j.api.DeploymentInfo;
import dev.vast4j.api.VersionInfo;
import dev.vast4j.api.WebApi;
import java.util.List;
import java.util.Optional;

/**
 * The account's deployments, whoever made them. Every method asks the service and blocks; each
 * throws {@code ApiException} when it refuses and {@code ServiceUnreachableException} when it does
 * not answer. Thread-safe.
 */
public final class Deployments {
  private final WebApi api;

  Deployments(WebApi api) {
    this.api = api;
  }

  /**
   * All deployments.
   *
   * @return the deployments, in the service's order
   */
  public List<DeploymentInfo> list() {
    return api.deployments();
  }

  /**
   * The deployment of a name and tag.
   *
   * @param name its name
   * @param tag its tag, {@code default} when none was given to it
   * @return the deployment, if there is one
   */
  public Optional<DeploymentInfo> find(String name, String tag) {
    return list().stream().filter(d -> d.name().equals(name) && d.tag().equals(tag)).findFirst();
  }

  /**
   * One deployment.
   *
   * @param id its id
   * @return the deployment
   */
  public DeploymentInfo get(long id) {
    return api.deployment(id);
  }

  /**
   * A deployment's versions.
   *
   * @param id the deployment's id
   * @return the versions, in the service's order
   */
  public List<VersionInfo> versions(long id) {
    return api.versions(id);
  }

  /**
   * Lets a stopped deployment take calls again.
   *
   * @param id its id
   * @return the endpoint's state, {@code active}
   */
  public String start(long id) {
    return api.startDeployment(id);
  }

  /**
   * Stops a deployment: its workers end, its versions stay.
   *
   * @param id its id
   * @return the endpoint's state, {@code stopped}
   */
  public String stop(long id) {
    return api.stopDeployment(id);
  }

  /**
   * Deletes a deployment with its endpoint and workers.
   *
   * @param id its id
   */
  public void delete(long id) {
    api.deleteDeployment(id);
  }

  /**
   * Deletes the deployment of a name and tag with its endpoint and workers.
   *
   * @param name its name
   * @param tag its tag
   */
  public void delete(String name, String tag) {
    api.deleteDeployments(name, tag);
  }

  /**
   * Deletes every deployment of a name, whatever its tag, with their endpoints and workers.
   *
   * @param name their name
   */
  public void deleteAll(String name) {
    api.deleteDeployments(name, null);
  }
}
