package dev.vast4j.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line: {@code java -jar vast4j-<version>-cli.jar COMMAND}. {@code --help} says the
 * rest. Nothing it prints holds a key.
 */
@Command(
    name = "vast4j",
    description = "Deploys Java functions to Vast, and looks after what is deployed.",
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the service or a worker failed, or could not be reached",
      "2:the command line is wrong",
      "3:there is no such deployment",
      "4:there is no API key, or it may not do this",
      "5:what is to be deployed is wrong",
      "6:time ran out before workers were ready",
      "10:plan --exit-code: a deploy would change something"
    },
    footer = {
      "",
      "The API key is looked for in VAST_API_KEY, then in the files",
      "~/.config/vastai/vast_api_key and ~/.vast_api_key. Keys are made at",
      "https://cloud.vast.ai/manage-keys/."
    })
public final class Main {
  private static final Set<String> JSON_OPTIONS = Set.of("--json", "--raw");

  private final Console console;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Print this text.")
  @SuppressWarnings("UnusedVariable") // picocli looks at it
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version.")
  @SuppressWarnings("UnusedVariable") // picocli looks at it
  private boolean version;

  private Main(Console console) {
    this.console = console;
  }

  @Option(
      names = {"--json", "--raw"},
      scope = ScopeType.INHERIT,
      description = "Print JSON, for programs.")
  void json(boolean json) {
    console.json(json);
  }

  @Option(
      names = "--no-color",
      scope = ScopeType.INHERIT,
      description = "Print without colours, as into files and with NO_COLOR set.")
  void withoutColours(boolean without) {
    if (without) {
      console.withoutColours();
    }
  }

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Print stack traces of failures.")
  void verbose(boolean verbose) {
    console.verbose(verbose);
  }

  /**
   * Runs a command and ends the process with its exit code.
   *
   * @param arguments the command and its options
   */
  public static void main(String[] arguments) {
    // Results are for people and pipes; what the library logs below warnings is for neither.
    System.getProperties().putIfAbsent("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    System.getProperties().putIfAbsent("org.slf4j.simpleLogger.showThreadName", "false");
    System.getProperties().putIfAbsent("org.slf4j.simpleLogger.showShortLogName", "true");
    System.exit(run(arguments, System.out, System.err, Ansi.AUTO.enabled(), false));
  }

  /**
   * Runs a command. Takes types of the JDK only, since {@link Program} calls it across class
   * loaders.
   *
   * @param inProgram whether the class path of the program to deploy is this class's own
   * @return the exit code
   */
  public static int run(
      String[] arguments, PrintStream out, PrintStream err, boolean colour, boolean inProgram) {
    Console console = new Console(out, err, colour ? Ansi.ON : Ansi.OFF, out == System.out);
    CommandLine line = new CommandLine(new Main(console));
    line.addSubcommand(new PlanCommand(console, arguments, inProgram))
        .addSubcommand(new DeployCommand(console, arguments, inProgram))
        .addSubcommand(new StatusCommand(console))
        .addSubcommand(new WorkersCommand(console))
        .addSubcommand(new LogsCommand(console))
        .addSubcommand(new StartCommand(console))
        .addSubcommand(new StopCommand(console))
        .addSubcommand(new DeleteCommand(console))
        .addSubcommand(new LocalCommand(console))
        .addSubcommand(new CompletionCommand(console, line));
    line.registerConverter(Duration.class, new Durations());
    line.setOut(new PrintWriter(out, true, Charset.defaultCharset()));
    line.setErr(new PrintWriter(err, true, Charset.defaultCharset()));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(console.ansi()));
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          ExitCode code = ExitCode.of(failure);
          console.fail(failure, code);
          return code.number();
        });
    line.setParameterExceptionHandler(
        (mistake, given) -> {
          CommandLine command = mistake.getCommandLine();
          if (given.length == 0) {
            command.usage(command.getErr());
          } else {
            console.json(Arrays.asList(given).stream().anyMatch(JSON_OPTIONS::contains));
            String help = command.getCommandSpec().qualifiedName() + " --help";
            console.fail(
                new WrongUsage(text(mistake) + " See '" + help + "'", null), ExitCode.USAGE);
          }
          return ExitCode.USAGE.number();
        });
    int code = line.execute(arguments);
    out.flush();
    err.flush();
    return code;
  }

  private static String text(ParameterException mistake) {
    List<String> meant =
        mistake instanceof UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions()
            : List.of();
    return mistake.getMessage()
        + (meant.isEmpty() ? "." : "; did you mean " + String.join(" or ", meant) + "?");
  }

  /** The version in the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"vast4j " + (version == null ? "(not packaged)" : version)};
    }
  }
}
