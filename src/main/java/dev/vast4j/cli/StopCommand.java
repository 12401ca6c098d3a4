package dev.vast4j.cli;

import dev.vast4j.Vast;
import picocli.CommandLine.Command;

/** {@code stop}: ends a deployment's workers and keeps its versions. */
@Command(
    name = "stop",
    description = "Ends a deployment's workers; its versions stay, and 'start' brings it back.",
    footer = {"", "Examples:", "  vast4j stop square", "  vast4j stop square --tag staging"})
final class StopCommand extends StateCommand {
  StopCommand(Console console) {
    super(console);
  }

  @Override
  String change(Vast vast, long id) {
    return vast.deployments().stop(id);
  }
}
