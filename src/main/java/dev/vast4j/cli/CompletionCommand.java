package dev.vast4j.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code completion}: prints a completion script. */
@Command(
    name = "completion",
    description = "Prints a completion script for bash and zsh: source <(vast4j completion)")
final class CompletionCommand implements Callable<Integer> {
  private final Console console;
  private final CommandLine line;

  CompletionCommand(Console console, CommandLine line) {
    this.console = console;
    this.line = line;
  }

  @Override
  public Integer call() {
    console.printOwn(AutoComplete.bash(line.getCommandName(), line));
    return ExitCode.DONE.number();
  }
}
