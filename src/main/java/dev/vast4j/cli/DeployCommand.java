package dev.vast4j.cli;

import dev.vast4j.Deployment;
import dev.vast4j.UpdateTier;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
  @Mixin private final WaitOptions wait = new WaitOptions();

  DeployCommand(Console console, String[] arguments, boolean inProgram) {
    super(console, arguments, inProgram);
  }

  @Override
  void checkOptions() {
    wait.check();
  }

  @Override
  ExitCode run(Deployment deployment) {
    UpdateTier tier = deployment.ensureReady();
    Map<String, Object> done = new LinkedHashMap<>();
    done.put("deployment", deployment.name());
    done.put("tag", deployment.tag());
    done.put("tier", tier);
    done.put("level", tier.level());
    wait.await(deployment, tier == UpdateTier.NEW, done);
    console.tell(
        "%s (%s): %s".formatted(deployment.name(), deployment.tag(), tier.description()), done);
    return ExitCode.DONE;
  }
}
