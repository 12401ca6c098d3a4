package dev.vast4j.cli;

import dev.vast4j.Vast;
import picocli.CommandLine.Command;

/** {@code start}: lets a stopped deployment take calls again. */
@Command(name = "start", description = "Lets a stopped deployment take calls again.")
final class StartCommand extends StateCommand {
  StartCommand(Console console) {
    super(console);
  }

  @Override
  String change(Vast vast, long id) {
    return vast.deployments().start(id);
  }
}
