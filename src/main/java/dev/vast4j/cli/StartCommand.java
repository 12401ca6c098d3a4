package dev.vast4j.cli;

import dev.vast4j.Vast;
import picocli.CommandLine.Command;

/** {@code start}: starts a stopped deployment. */
@Command(
    name = "start",
    description = "Starts a stopped deployment.",
    footer = {"", "Examples:", "  vast4j start square", "  vast4j start 17"})
final class StartCommand extends StateCommand {
  StartCommand(Console console) {
    super(console);
  }

  @Override
  String change(Vast vast, long id) {
    return vast.deployments().start(id);
  }
}
