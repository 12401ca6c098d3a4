package dev.vast4j.cli;

import dev.vast4j.Rollback;
import dev.vast4j.Vast;
import dev.vast4j.api.DeploymentInfo;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rollback}: deploys an earlier version again. */
@Command(
    name = "rollback",
    description = {
      "Deploys an earlier version again, from what this machine keeps of its last deploys.",
      "'status NAME' lists the versions."
    },
    footer = {
      "",
      "Examples:",
      "  vast4j rollback square               to the version before the current",
      "  vast4j rollback square --to 12"
    })
final class RollbackCommand extends ServiceCommand {
  @Mixin private final Target target = new Target();

  @Option(
      names = "--to",
      paramLabel = "VERSION",
      description = "Version id (default: the one before the current).")
  private @Nullable Long to;

  RollbackCommand(Console console) {
    super(console);
  }

  @Override
  ExitCode run(Vast vast) {
    DeploymentInfo found = target.find(vast);
    Long version = to;
    Rollback done =
        version == null
            ? vast.deployments().rollBack(found.id())
            : vast.deployments().rollBack(found.id(), version);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("deployment", found.name());
    json.put("tag", found.tag());
    json.put("version", done.version());
    json.put("tier", done.tier());
    json.put("level", done.tier().level());
    console.tell(
        "%s: deployed version %d again: %s"
            .formatted(Target.describe(found), done.version().id(), done.tier().description()),
        json);
    return ExitCode.DONE;
  }
}
