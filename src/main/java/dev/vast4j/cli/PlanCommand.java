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
    sortOptions = false)
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
