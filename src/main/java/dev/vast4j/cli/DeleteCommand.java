package dev.vast4j.cli;

import dev.vast4j.Vast;
import dev.vast4j.api.DeploymentInfo;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code delete}: deletes deployments with their endpoints and workers. */
@Command(
    name = "delete",
    description = "Deletes a deployment with its endpoint and workers, without confirmation.",
    footer = {
      "",
      "Examples:",
      "  vast4j delete square",
      "  vast4j delete square --tag staging",
      "  vast4j delete square --all-tags"
    })
final class DeleteCommand extends ServiceCommand {
  @Mixin private final Target target = new Target();

  @Option(names = "--all-tags", description = "Delete all deployments of that name.")
  private boolean allTags;

  DeleteCommand(Console console) {
    super(console);
  }

  @Override
  void checkOptions() {
    if (allTags && target.tag != null) {
      throw new WrongUsage("--all-tags and --tag exclude each other. Give one of them", null);
    }
  }

  @Override
  ExitCode run(Vast vast) {
    List<DeploymentInfo> targets =
        allTags ? Target.findAll(vast, target.deployment) : List.of(target.find(vast));
    for (DeploymentInfo deployment : targets) {
      vast.deployments().delete(deployment.id());
      if (!console.json()) {
        console.print(Target.describe(deployment) + " was deleted.");
      }
    }
    if (console.json()) {
      console.printJson(Map.of("deleted", targets.stream().map(DeploymentInfo::id).toList()));
    }
    return ExitCode.DONE;
  }
}
