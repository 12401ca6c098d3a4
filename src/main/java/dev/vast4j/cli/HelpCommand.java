package dev.vast4j.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code help}: shows the help of all or of one command. */
@Command(
    name = "help",
    description = "Shows the commands, or the options of one and examples.",
    footer = {"", "Example:", "  vast4j help deploy"})
final class HelpCommand implements Callable<Integer> {
  private final Console console;
  private final CommandLine line;

  @Parameters(arity = "0..1", paramLabel = "COMMAND", description = "Command (default: all).")
  private @Nullable String command;

  HelpCommand(Console console, CommandLine line) {
    this.console = console;
    this.line = line;
  }

  @Override
  public Integer call() {
    CommandLine shown = command == null ? line : line.getSubcommands().get(command);
    if (shown == null) {
      String question = Similar.question(String.valueOf(command), line.getSubcommands().keySet());
      throw new WrongUsage(
          "there is no command '"
              + command
              + "'"
              + (question.isEmpty() ? "." : question)
              + " See 'vast4j help'",
          null);
    }
    console.printOwn(shown.getUsageMessage(console.colours()).stripTrailing());
    return ExitCode.DONE.number();
  }
}
