package dev.vast4j.cli;

import dev.vast4j.Vast;
import dev.vast4j.api.LogWindow;
import dev.vast4j.api.MachineLogRequest;
import dev.vast4j.errors.ApiException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code logs}: shows a deployment's log, or a worker's output. */
@Command(
    name = "logs",
    description = "Shows the engine's log of a deployment, or the output of a worker's machine.",
    footer = {
      "",
      "Examples:",
      "  vast4j logs square -f                       follow the engine's log",
      "  vast4j logs --worker 1004 -f                follow what a worker prints",
      "  vast4j logs --worker 1004 --filter ERROR    only its lines with ERROR",
      "  vast4j logs --worker 1004 --daemon          why its container does not start"
    })
final class LogsCommand extends ServiceCommand {
  /** Lines of a worker's output to fetch, so that what comes between two reads is in the later. */
  private static final int FOLLOWED = 1000;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME|ID",
      description = "Deployment name or id; not needed with --worker.")
  private @Nullable String deployment;

  @Option(names = "--tag", paramLabel = "TAG", description = "Tag (default: default).")
  private @Nullable String tag;

  @Option(
      names = "--worker",
      paramLabel = "ID",
      description = "Show the output of this worker's machine, as 'workers' lists them.")
  private @Nullable Long worker;

  @Option(
      names = "--filter",
      paramLabel = "TEXT",
      description = "With --worker: only lines that contain this text.")
  private @Nullable String filter;

  @Option(
      names = "--daemon",
      description =
          "With --worker: the output of the machine's daemon, which starts the container.")
  private boolean daemon;

  @Option(
      names = {"-f", "--follow"},
      description = "Follow the log until interrupted.")
  private boolean follow;

  @Option(
      names = "--level",
      paramLabel = "LEVEL",
      converter = LevelConverter.class,
      description =
          "0 or info0 (default): events; 1 or info1: decisions; 2 or trace; 3 or debug:"
              + " everything.")
  private @Nullable Level level;

  @Option(
      names = "--tail",
      paramLabel = "LINES",
      description = "Show only the last lines (default: all; 1000 with --worker).")
  private @Nullable Integer tail;

  /** The engine's log levels. */
  private enum Level {
    INFO0("0"),
    INFO1("1"),
    TRACE("2"),
    DEBUG("3");

    private final String number;

    Level(String number) {
      this.number = number;
    }

    String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static final class LevelConverter implements ITypeConverter<Level> {
    @Override
    public Level convert(String text) {
      for (Level level : Level.values()) {
        if (text.equalsIgnoreCase(level.key()) || text.equals(level.number)) {
          return level;
        }
      }
      throw new TypeConversionException(
          "'" + text + "' is not a level: 0 to 3, info0, info1, trace or debug");
    }
  }

  LogsCommand(Console console) {
    super(console);
  }

  @Override
  void checkOptions() {
    if (tail != null && tail < 0) {
      throw new WrongUsage("--tail is " + tail + ". Give 0 or more", null);
    }
    if (worker == null) {
      if (deployment == null) {
        throw new WrongUsage("name a deployment, or a worker with --worker", null);
      }
      if (filter != null || daemon) {
        throw new WrongUsage("--filter and --daemon need --worker", null);
      }
    } else if (level != null) {
      throw new WrongUsage("--level is for a deployment's log; a worker's output has none", null);
    }
  }

  @Override
  ExitCode run(Vast vast) {
    Supplier<List<String>> source = source(vast);
    List<String> all = source.get();
    Integer wanted = tail;
    List<String> lines =
        wanted == null ? all : all.subList(Math.max(0, all.size() - wanted), all.size());
    if (console.json() && !follow) {
      console.printJson(json("lines", lines));
      return ExitCode.DONE;
    }
    print(lines);
    return follow ? follow(source, all) : ExitCode.DONE;
  }

  private Supplier<List<String>> source(Vast vast) {
    Long id = worker;
    if (id != null) {
      int most = tail == null ? FOLLOWED : Math.max(FOLLOWED, tail);
      MachineLogRequest request = new MachineLogRequest(most, filter, daemon);
      return () -> machineLog(vast, id, request);
    }
    long endpoint = Target.endpoint(Target.find(vast, String.valueOf(deployment), tag));
    return () -> vast.endpoints().logs(endpoint).level(chosen().key()).lines().toList();
  }

  private static List<String> machineLog(Vast vast, long id, MachineLogRequest request) {
    try {
      return vast.endpoints().machineLog(id, request);
    } catch (ApiException e) {
      if (e.status() != 404) {
        throw e;
      }
      throw new NotFound(
          "there is no worker " + id + ". 'vast4j workers NAME' lists a deployment's workers", e);
    }
  }

  private Level chosen() {
    return level == null ? Level.INFO0 : level;
  }

  private ExitCode follow(Supplier<List<String>> source, List<String> first) {
    LogWindow window = new LogWindow();
    window.fresh(first);
    console.runsUntilInterrupted();
    Polling.poll(source, now -> print(window.fresh(now)));
    return ExitCode.DONE;
  }

  private void print(List<String> lines) {
    for (String line : lines) {
      if (console.json()) {
        console.printJsonLine(json("line", line));
      } else {
        console.print(line);
      }
    }
    console.flush();
  }

  private Map<String, Object> json(String name, Object value) {
    Map<String, Object> json = new LinkedHashMap<>();
    if (worker != null) {
      json.put("worker", worker);
    } else {
      json.put("level", chosen().key());
    }
    json.put(name, value);
    return json;
  }
}
