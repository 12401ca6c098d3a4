package dev.vast4j.cli;

import dev.vast4j.Deployment;
import dev.vast4j.Rollback;
import dev.vast4j.Vast;
import dev.vast4j.api.DeploymentInfo;
import dev.vast4j.api.VersionInfo;
import dev.vast4j.errors.UpdateFailedException;
import dev.vast4j.errors.UpdateFailedException.Reason;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
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
      "  vast4j rollback square --to 12 --wait"
    })
final class RollbackCommand extends ServiceCommand {
  @Mixin private final Target target = new Target();

  @Option(
      names = "--to",
      paramLabel = "VERSION",
      description = "Version id (default: the one before the current).")
  private @Nullable Long to;

  @Mixin private final WaitOptions wait = new WaitOptions();

  RollbackCommand(Console console) {
    super(console);
  }

  @Override
  void checkOptions() {
    wait.check();
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
    if (wait.given()) {
      await(vast, found, done.version(), json);
    }
    console.tell(
        "%s: deployed version %d again: %s"
            .formatted(Target.describe(found), done.version().id(), done.tier().description()),
        json);
    return ExitCode.DONE;
  }

  private void await(
      Vast vast, DeploymentInfo found, VersionInfo version, Map<String, Object> json) {
    try (Deployment deployment = Deployment.attach(found.name(), found.tag(), vast)) {
      wait.await(deployment, false, json);
    }
    // Whoever attached waits for whichever version is current.
    DeploymentInfo now = vast.deployments().get(found.id());
    if (!Objects.equals(now.fileHash(), version.fileHash())) {
      String error =
          vast.deployments().versions(found.id()).stream()
              .filter(other -> Objects.equals(other.fileHash(), version.fileHash()))
              .max(Comparator.comparingLong(VersionInfo::id))
              .map(VersionInfo::error)
              .orElse(null);
      throw new UpdateFailedException(
          found.name(),
          error == null ? Reason.REPLACED : Reason.ROLLED_BACK,
          error == null ? "" : error,
          "",
          0,
          0,
          false,
          Duration.ZERO);
    }
  }
}
