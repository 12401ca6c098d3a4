package dev.vast4j.cli;

import dev.vast4j.Vast;
import dev.vast4j.api.DeploymentInfo;
import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.NotDeployedException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The deployment that a command works on. */
final class Target {
  static final String DEFAULT_TAG = "default";

  private static final String LIST = "'vast4j status' lists all";

  @Parameters(paramLabel = "NAME|ID", description = "Deployment name or id.")
  String deployment = "";

  @Option(names = "--tag", paramLabel = "TAG", description = "Tag (default: default).")
  @Nullable String tag;

  DeploymentInfo find(Vast vast) {
    return find(vast, deployment, tag);
  }

  /** Finds a deployment by name and tag or by id. Throws NotDeployedException. */
  static DeploymentInfo find(Vast vast, String deployment, @Nullable String tag) {
    if (deployment.matches("[0-9]{1,18}")) {
      try {
        return vast.deployments().get(Long.parseLong(deployment));
      } catch (ApiException e) {
        if (e.status() != 404) {
          throw e;
        }
        throw new NotDeployedException(deployment, "no deployment has this id. " + LIST);
      }
    }
    String wanted = tag == null ? DEFAULT_TAG : tag;
    List<DeploymentInfo> named = findAll(vast, deployment);
    return named.stream()
        .filter(d -> d.tag().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new NotDeployedException(
                    deployment,
                    "it has no tag '"
                        + wanted
                        + "', only "
                        + named.stream()
                            .map(DeploymentInfo::tag)
                            .sorted()
                            .collect(Collectors.joining(", "))));
  }

  /** Finds a deployment's tags. Throws NotDeployedException. */
  static List<DeploymentInfo> findAll(Vast vast, String name) {
    List<DeploymentInfo> all = vast.deployments().list();
    List<DeploymentInfo> named = all.stream().filter(d -> d.name().equals(name)).toList();
    if (named.isEmpty()) {
      String question = Similar.question(name, all.stream().map(DeploymentInfo::name).toList());
      throw new NotDeployedException(
          name,
          "no deployment has this name" + (question.isEmpty() ? ". " : question + " ") + LIST);
    }
    return named;
  }

  /** {@return the endpoint's id} Throws NotDeployedException without one. */
  static long endpoint(DeploymentInfo deployment) {
    Long id = deployment.endpointId();
    if (id == null) {
      throw new NotDeployedException(deployment.name(), "it has no endpoint yet");
    }
    return id;
  }

  /** {@return a deployment's name for messages} */
  static String describe(DeploymentInfo deployment) {
    return deployment.name() + " (" + deployment.tag() + ")";
  }
}
