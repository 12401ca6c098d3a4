package dev.vast4j.cli;

import dev.vast4j.Vast;
import dev.vast4j.api.DeploymentInfo;
import java.util.Map;
import picocli.CommandLine.Mixin;

/** A command that changes the state of a deployment. */
abstract class StateCommand extends ServiceCommand {
  @Mixin private final Target target = new Target();

  StateCommand(Console console) {
    super(console);
  }

  @Override
  final ExitCode run(Vast vast) {
    DeploymentInfo found = target.find(vast);
    String state = change(vast, found.id());
    console.tell(
        Target.describe(found) + " is " + state + ".",
        Map.of("id", found.id(), "endpoint_state", state));
    return ExitCode.DONE;
  }

  /** Calls the service and returns the endpoint's new state. */
  abstract String change(Vast vast, long id);
}
