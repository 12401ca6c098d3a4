package dev.vast4j.internal.deploy;

import dev.vast4j.Deployments;
import dev.vast4j.Rollback;
import dev.vast4j.api.DeploymentInfo;
import dev.vast4j.api.VersionInfo;
import dev.vast4j.api.WebApi;
import java.util.List;
import java.util.Optional;

/** The account's deployments. Thread-safe. */
record AccountDeployments(WebApi api, Rollbacks rollbacks) implements Deployments {
  @Override
  public List<DeploymentInfo> list() {
    return api.deployments();
  }

  @Override
  public Optional<DeploymentInfo> find(String name, String tag) {
    return list().stream().filter(d -> d.name().equals(name) && d.tag().equals(tag)).findFirst();
  }

  @Override
  public DeploymentInfo get(long id) {
    return api.deployment(id);
  }

  @Override
  public List<VersionInfo> versions(long id) {
    return api.versions(id);
  }

  @Override
  public Rollback rollBack(long id) {
    return rollbacks.run(id, null);
  }

  @Override
  public Rollback rollBack(long id, long version) {
    return rollbacks.run(id, version);
  }

  @Override
  public String start(long id) {
    return api.startDeployment(id);
  }

  @Override
  public String stop(long id) {
    return api.stopDeployment(id);
  }

  @Override
  public void delete(long id) {
    api.deleteDeployment(id);
  }

  @Override
  public void delete(String name, String tag) {
    api.deleteDeployments(name, tag);
  }

  @Override
  public void deleteAll(String name) {
    api.deleteDeployments(name, null);
  }
}
