package dev.vast4j.cli;

import dev.vast4j.Vast;
import dev.vast4j.api.DeploymentInfo;
import dev.vast4j.errors.NotDeployedException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code delete}: deletes deployments with their endpoints and workers. */
@Command(
    name = "delete",
    description = "Deletes a deployment with its endpoint and workers. Asks nothing back.")
final class DeleteCommand extends ServiceCommand {
  @Mixin private final Target target = new Target();

  @Option(names = "--all-tags", description = "Delete every deployment of that name.")
  private boolean allTags;

  DeleteCommand(Console console) {
    super(console);
  }

  @Override
  ExitCode run(Vast vast) {
    List<DeploymentInfo> doomed = allTags ? ofName(vast) : List.of(target.find(vast));
    for (DeploymentInfo deployment : doomed) {
      vast.deployments().delete(deployment.id());
      if (!console.json()) {
        console.print(Target.describe(deployment) + " is deleted.");
      }
    }
    if (console.json()) {
      console.printJson(Map.of("deleted", doomed.stream().map(DeploymentInfo::id).toList()));
    }
    return ExitCode.DONE;
  }

  private List<DeploymentInfo> ofName(Vast vast) {
    List<DeploymentInfo> named =
        vast.deployments().list().stream().filter(d -> d.name().equals(target.deployment)).toList();
    if (named.isEmpty()) {
      throw new NotDeployedException(target.deployment, "there is no deployment of that name");
    }
    return named;
  }
}
