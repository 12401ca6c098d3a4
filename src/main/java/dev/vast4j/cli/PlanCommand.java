package dev.vast4j.cli;

import dev.vast4j.Deployment;
import dev.vast4j.UpdatePlan;
import dev.vast4j.UpdateTier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code plan}: shows what a deploy would change. */
@Command(
    name = "plan",
    description = "Shows what 'deploy' would change, as a diff. Changes nothing.",
    sortOptions = false,
    abbreviateSynopsis = true,
    footer = {
      "",
      "Examples:",
      "  vast4j plan com.acme.Deploy -cp \"target/classes:lib/*\"",
      "  vast4j plan com.acme.Deploy -cp app.jar --exit-code",
      "  vast4j plan com.acme.Square -cp app.jar --storage 16 \\",
      "    --image vastai/base-image:@vastai-automatic-tag"
    })
final class PlanCommand extends SourceCommand {
  @Option(
      names = "--exit-code",
      description = "Exit with 10 if a deploy would change something, with 0 if not.")
  private boolean exitCode;

  PlanCommand(Console console, String[] arguments, boolean inProgram) {
    super(console, arguments, inProgram);
  }

  @Override
  ExitCode run(Deployment deployment) {
    UpdatePlan plan = deployment.plan();
    console.tell(plan.toString(), plan);
    return exitCode && plan.tier() != UpdateTier.NONE ? ExitCode.CHANGES : ExitCode.DONE;
  }
}
