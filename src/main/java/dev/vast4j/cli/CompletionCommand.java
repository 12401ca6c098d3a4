package dev.vast4j.cli;

import dev.vast4j.Vast;
import dev.vast4j.api.DeploymentInfo;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code completion}: prints a completion script, and the names that it completes. */
@Command(
    name = "completion",
    description = "Prints a completion script for bash and zsh: source <(vast4j completion)",
    footer = {
      "",
      "Completes names of deployments from the service, of functions from past calls.",
      "",
      "Example:",
      "  source <(vast4j completion)"
    })
final class CompletionCommand extends ServiceCommand {
  private static final long MOST_SECONDS = 3;

  /**
   * Completes names where a command takes them (by eval, since vast4j may be an alias), and leaves
   * the rest to picocli's function.
   */
  private static final String NAMES =
      """

      # Completes names of deployments and functions.
      function _vast4j_names() {
        local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} names=
        if [[ $word != -* ]]; then
          case "$command" in
            help)
              [[ $COMP_CWORD == 2 ]] && names="@commands@" ;;
            call|status|workers|logs|start|stop|delete|rollback|open)
              if [[ $COMP_CWORD == 2 ]]; then
                names=$(eval "vast4j completion --names" 2>/dev/null)
              elif [[ $command == call && $COMP_CWORD == 3 ]]; then
                names=$(eval "vast4j completion --functions $(printf %q "${COMP_WORDS[2]}")" 2>/dev/null)
              fi ;;
          esac
        fi
        if [[ -n $names ]]; then
          COMPREPLY=( $(compgen -W "$names" -- "$word") )
        else
          _complete_vast4j "$@"
        fi
      }
      complete -F _vast4j_names -o default vast4j
      """;

  private final CommandLine line;

  @Option(names = "--names", hidden = true, description = "Print the deployments' names.")
  private boolean names;

  @Option(
      names = "--functions",
      hidden = true,
      paramLabel = "NAME",
      description = "Print the functions' names of a deployment.")
  private @Nullable String functions;

  CompletionCommand(Console console, CommandLine line) {
    super(console);
    this.line = line;
  }

  @Override
  public Integer call() {
    if (functions != null) {
      KnownFunctions.of(functions).forEach(this::printName);
    } else if (names) {
      return super.call();
    } else {
      String commands = String.join(" ", line.getSubcommands().keySet());
      console.printOwn(
          AutoComplete.bash(line.getCommandName(), line) + NAMES.replace("@commands@", commands));
    }
    return ExitCode.DONE.number();
  }

  /** A shell waits for this, so it gives up soon. */
  @Override
  ExitCode run(Vast vast) {
    CompletableFuture<List<DeploymentInfo>> list =
        CompletableFuture.supplyAsync(() -> vast.deployments().list());
    try {
      list.get(MOST_SECONDS, TimeUnit.SECONDS).stream()
          .map(DeploymentInfo::name)
          .distinct()
          .sorted()
          .forEach(this::printName);
      return ExitCode.DONE;
    } catch (ExecutionException | TimeoutException e) {
      list.cancel(true);
      return ExitCode.FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILED;
    }
  }

  /** The shell would expand other names. */
  private void printName(String name) {
    if (name.matches("[\\p{L}\\p{N}_.$-]+")) {
      console.print(name);
    }
  }
}
