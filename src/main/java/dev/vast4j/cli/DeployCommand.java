package dev.vast4j.cli;

import dev.vast4j.Deployment;
import dev.vast4j.OnWorkerErrors;
import dev.vast4j.UpdateTier;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code deploy}: deploys a program's functions. */
@Command(
    name = "deploy",
    description = "Deploys a program's functions. Uploads only what changed.",
    sortOptions = false,
    abbreviateSynopsis = true,
    footer = {
      "",
      "Examples:",
      "  vast4j deploy com.acme.Deploy -cp \"target/classes:lib/*\" --wait",
      "  vast4j deploy com.acme.Deploy#staging -cp app.jar --tag staging --wait 2",
      "  vast4j deploy com.acme.Square -cp app.jar --impl com.acme.SquareImpl \\",
      "    --image vastai/base-image:@vastai-automatic-tag --storage 16 \\",
      "    --search 'gpu_name in RTX_4090,RTX_5090 gpu_ram>=24'"
    })
final class DeployCommand extends SourceCommand {
  @Option(
      names = "--wait",
      paramLabel = "N",
      arity = "0..1",
      fallbackValue = "1",
      description =
          "Wait until the new version serves, then for N ready workers (default: 1). Fails with"
              + " the worker's error when the new version does not come up.")
  private @Nullable Integer wait;

  @Option(names = "--timeout", paramLabel = "TIME", description = "Maximum wait (default: 30m).")
  private Duration timeout = Duration.ofMinutes(30);

  @Option(
      names = "--keep-waiting",
      description = "Wait on when every worker has failed: the engine restarts them.")
  private boolean keepWaiting;

  DeployCommand(Console console, String[] arguments, boolean inProgram) {
    super(console, arguments, inProgram);
  }

  @Override
  void checkOptions() {
    if (wait != null && wait < 1) {
      throw new WrongUsage("--wait is " + wait + ". Give 1 or more", null);
    }
  }

  @Override
  ExitCode run(Deployment deployment) {
    UpdateTier tier = deployment.ensureReady();
    Map<String, Object> done = new LinkedHashMap<>();
    done.put("deployment", deployment.name());
    done.put("tag", deployment.tag());
    done.put("tier", tier);
    done.put("level", tier.level());
    Integer count = wait;
    if (count != null) {
      long start = System.nanoTime();
      // A new deployment has no version before; its workers' errors end the wait for them.
      if (tier != UpdateTier.NEW && !keepWaiting) {
        done.put("update", deployment.awaitUpdate(timeout));
      }
      Duration left = timeout.minus(Duration.ofNanos(System.nanoTime() - start));
      done.put(
          "workers",
          deployment.awaitWorkers(
              count,
              left.isNegative() ? Duration.ZERO : left,
              keepWaiting ? OnWorkerErrors.KEEP_WAITING : OnWorkerErrors.FAIL));
    }
    console.tell(
        "%s (%s): %s".formatted(deployment.name(), deployment.tag(), tier.description()), done);
    return ExitCode.DONE;
  }
}
