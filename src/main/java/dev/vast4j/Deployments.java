package dev.vast4j;

import dev.vast4j.api.DeploymentInfo;
import dev.vast4j.api.VersionInfo;
import java.util.List;
import java.util.Optional;

/**
 * The account's deployments, whoever made them. Every method blocks for one exchange; it throws
 * {@code ApiException} when the service refuses and {@code ServiceUnreachableException} when it
 * does not answer. Thread-safe.
 */
public interface Deployments {

  /**
   * Lists all deployments.
   *
   * @return the deployments, in the service's order
   */
  List<DeploymentInfo> list();

  /**
   * Finds the deployment of a name and tag.
   *
   * @param name its name
   * @param tag its tag, {@code default} unless one was set
   * @return the deployment, if there is one
   */
  Optional<DeploymentInfo> find(String name, String tag);

  /**
   * Fetches a deployment.
   *
   * @param id its id
   * @return the deployment
   */
  DeploymentInfo get(long id);

  /**
   * Lists a deployment's versions.
   *
   * @param id the deployment's id
   * @return the versions, in the service's order
   */
  List<VersionInfo> versions(long id);

  /**
   * Deploys the version before the current one again, as {@link #rollBack(long, long)} does. That
   * is the newest older version of another bundle or image, without those that the service took
   * back because of an error.
   *
   * @param id the deployment's id
   * @return the version and how workers come to run it
   * @throws dev.vast4j.errors.NotDeployedException when there is no such version
   * @throws dev.vast4j.errors.BundleException when this machine does not keep its bundle
   */
  Rollback rollBack(long id);

  /**
   * Deploys an earlier version again, with the bundle, image, environment and scaling of that
   * version's last deploy from this machine. Returns when workers begin to update, as {@code
   * ensureReady()} does. Blocks for a few exchanges and, where the service asks for it, an upload.
   *
   * <p>A deploy keeps what it uploads for this: the last 5 versions of each deployment, at most 1
   * GiB in all, in a folder of the {@linkplain Vast.Builder#cacheFolder cache}, encrypted with a
   * key made of the API key.
   *
   * @param id the deployment's id
   * @param version the version's id, of {@link #versions}
   * @return the version and how workers come to run it
   * @throws dev.vast4j.errors.NotDeployedException when the deployment has no such version
   * @throws dev.vast4j.errors.BundleException when this machine does not keep its bundle
   */
  Rollback rollBack(long id, long version);

  /**
   * Lets a stopped deployment take calls again.
   *
   * @param id its id
   * @return the endpoint's state, {@code active}
   */
  String start(long id);

  /**
   * Stops a deployment: ends its workers, keeps its versions.
   *
   * @param id its id
   * @return the endpoint's state, {@code stopped}
   */
  String stop(long id);

  /**
   * Deletes a deployment with its endpoint and workers.
   *
   * @param id its id
   */
  void delete(long id);

  /**
   * Deletes the deployment of a name and tag with its endpoint and workers.
   *
   * @param name its name
   * @param tag its tag
   */
  void delete(String name, String tag);

  /**
   * Deletes every deployment of a name, whatever its tag, with their endpoints and workers.
   *
   * @param name their name
   */
  void deleteAll(String name);
}
