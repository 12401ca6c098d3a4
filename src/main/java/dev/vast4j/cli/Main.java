package dev.vast4j.cli;

import dev.vast4j.internal.terminal.Terminal;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
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
 * The command line: {@code java -jar vast4j-<version>-cli.jar COMMAND}; see {@code --help}. Prints
 * no keys.
 */
@Command(
    name = "vast4j",
    description = "Deploys Java functions to Vast and manages deployments.",
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the service or a worker failed or is unreachable",
      "2:invalid command line",
      "3:deployment not found",
      "4:API key missing, wrong or not permitted",
      "5:invalid deployment",
      "6:workers were not ready in time, or an update failed",
      "10:plan --exit-code: a deploy would change something"
    },
    footer = {
      "",
      "Examples:",
      "  vast4j init greeter                  a project to start from",
      "  vast4j local                         an engine on this machine",
      "  vast4j deploy com.acme.Deploy -cp target/classes --wait",
      "  vast4j call greeter greet '{\"name\": \"Ada\"}'",
      "  vast4j help deploy",
      "",
      "The API key comes from VAST_API_KEY, ~/.config/vastai/vast_api_key or",
      "~/.vast_api_key. Create one at https://cloud.vast.ai/manage-keys/."
    })
public final class Main {
  private static final int OUTPUT_BUFFER = 8192;

  /** picocli refuses narrower help. */
  private static final int LEAST_WIDTH = 55;

  private static final Set<String> JSON_OPTIONS = Set.of("--json", "--raw");

  private final Console console;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean version;

  private Main(Console console) {
    this.console = console;
  }

  @Option(
      names = {"--json", "--raw"},
      scope = ScopeType.INHERIT,
      description = "Print JSON.")
  void json(boolean json) {
    console.json(json);
  }

  @Option(
      names = "--no-color",
      scope = ScopeType.INHERIT,
      description = "Print without colours (default for files and with NO_COLOR).")
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
   * Runs a command and exits with its code.
   *
   * @param arguments the command and its options
   */
  public static void main(String[] arguments) {
    String home = System.getenv("HOME");
    if (home != null && !home.isBlank() && File.separatorChar == '/') {
      // The JVM takes the folder from the system's list of users, other programs from HOME.
      System.setProperty("user.home", home);
    }
    // No warning that there is nothing to log to.
    System.getProperties().putIfAbsent("slf4j.internal.verbosity", "ERROR");
    // Hide the library's log lines below warnings.
    System.getProperties().putIfAbsent("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    System.getProperties().putIfAbsent("org.slf4j.simpleLogger.showThreadName", "false");
    System.getProperties().putIfAbsent("org.slf4j.simpleLogger.showShortLogName", "true");
    boolean ascii = outputCharset().equals(StandardCharsets.US_ASCII);
    Charset charset = ascii ? StandardCharsets.UTF_8 : outputCharset();
    if (ascii) {
      // Without a locale, texts would lose their letters; terminals read UTF-8 all the same.
      System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, charset));
    }
    CheckedStream checked = new CheckedStream(new FileOutputStream(FileDescriptor.out));
    PrintStream out =
        new PrintStream(new BufferedOutputStream(checked, OUTPUT_BUFFER), false, charset);
    System.setOut(out);
    int code = run(OwnArguments.decoded(arguments), out, System.err, Ansi.AUTO.enabled(), false);
    out.flush();
    IOException failure = checked.failure();
    if (failure != null) {
      if (!checked.readerLeft()) {
        System.err.println("error: cannot write to standard output: " + failure.getMessage());
      }
      code = code == ExitCode.DONE.number() ? ExitCode.FAILED.number() : code;
    }
    System.exit(code);
  }

  /** {@return the encoding of the terminal, which is not always the one of files} */
  private static Charset outputCharset() {
    String name =
        System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding", ""));
    try {
      return name.isEmpty() ? Charset.defaultCharset() : Charset.forName(name);
    } catch (IllegalArgumentException e) {
      return Charset.defaultCharset();
    }
  }

  /**
   * Runs a command. Takes only JDK types, since {@link Program} calls it across class loaders.
   *
   * @param inProgram whether this class runs with the class path of the program to deploy
   * @return the exit code
   */
  public static int run(
      String[] arguments, PrintStream out, PrintStream err, boolean colour, boolean inProgram) {
    boolean own = out == System.out;
    Console console =
        new Console(
            out,
            err,
            colour,
            own,
            () -> Terminal.width(own ? System.console() : null, System.getenv()));
    CommandLine line = commandLine(console, arguments, inProgram);
    line.setOut(new PrintWriter(out, true, Charset.defaultCharset()));
    line.setErr(new PrintWriter(err, true, Charset.defaultCharset()));
    line.setColorScheme(console.colours());
    int columns = console.width().orElse(HelpTexts.WIDTH);
    line.setUsageHelpWidth(Math.max(LEAST_WIDTH, Math.min(columns, HelpTexts.WIDTH)));
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          if (failure instanceof OutputClosed) {
            return ExitCode.FAILED.number();
          }
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
    int code;
    try {
      code = line.execute(arguments);
    } catch (StackOverflowError | OutOfMemoryError e) {
      console.fail(e, ExitCode.FAILED);
      code = ExitCode.FAILED.number();
    }
    out.flush();
    err.flush();
    return code;
  }

  /** {@return all commands, with their options} */
  static CommandLine commandLine(Console console, String[] arguments, boolean inProgram) {
    CommandLine line = new CommandLine(new Main(console));
    line.addSubcommand(new PlanCommand(console, arguments, inProgram))
        .addSubcommand(new DeployCommand(console, arguments, inProgram))
        .addSubcommand(new RollbackCommand(console))
        .addSubcommand(new StatusCommand(console))
        .addSubcommand(new WorkersCommand(console))
        .addSubcommand(new LogsCommand(console))
        .addSubcommand(new CallCommand(console))
        .addSubcommand(new OffersCommand(console))
        .addSubcommand(new DoctorCommand(console))
        .addSubcommand(new InitCommand(console))
        .addSubcommand(new VersionCommand(console))
        .addSubcommand(new HelpCommand(console, line))
        .addSubcommand(new StartCommand(console))
        .addSubcommand(new StopCommand(console))
        .addSubcommand(new DeleteCommand(console))
        .addSubcommand(new LocalCommand(console))
        .addSubcommand(new OpenCommand(console))
        .addSubcommand(new CompletionCommand(console, line));
    line.registerConverter(Duration.class, new Durations());
    line.setExpandAtFiles(false);
    return line;
  }

  private static String text(ParameterException mistake) {
    List<String> meant =
        mistake instanceof UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions()
            : List.of();
    return String.valueOf(mistake.getMessage())
            .replace("is not a double", "is not a number")
            .replaceAll("is not an? (int|long)$", "is not a whole number, or is too large")
            .replaceAll(
                "^Unmatched arguments? (at index|from index) [0-9]+: ", "Unexpected argument: ")
        + (meant.isEmpty() ? "." : "; did you mean " + String.join(" or ", meant) + "?");
  }

  /** Reads the version from the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"vast4j " + number()};
    }

    static String number() {
      String version = Main.class.getPackage().getImplementationVersion();
      return version == null ? "(not packaged)" : version;
    }
  }
}
