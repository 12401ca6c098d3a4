package dev.vast4j.cli;

import dev.vast4j.Vast;
import dev.vast4j.api.EndpointLogs;
import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.ServiceUnreachableException;
import dev.vast4j.errors.VastException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code logs}: shows a deployment's log. */
@Command(name = "logs", description = "Shows the engine's log of a deployment and its workers.")
final class LogsCommand extends ServiceCommand {
  /** The service accepts a call of one kind every two to three seconds. */
  private static final Duration PAUSE = Duration.ofSeconds(3);

  private static final int MOST_FAILURES = 5;

  @Mixin private final Target target = new Target();

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
  private Level level = Level.INFO0;

  @Option(
      names = "--tail",
      paramLabel = "LINES",
      description = "Show only the last lines (default: all).")
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
  }

  @Override
  ExitCode run(Vast vast) {
    long endpoint = Target.endpoint(target.find(vast));
    List<String> all = lines(vast, endpoint);
    Integer wanted = tail;
    List<String> lines =
        wanted == null ? all : all.subList(Math.max(0, all.size() - wanted), all.size());
    if (console.json() && !follow) {
      console.printJson(json("lines", lines));
      return ExitCode.DONE;
    }
    print(lines);
    return follow ? follow(vast, endpoint, all) : ExitCode.DONE;
  }

  private ExitCode follow(Vast vast, long endpoint, List<String> first) {
    List<String> before = first;
    int failures = 0;
    while (paused()) {
      List<String> now;
      try {
        now = lines(vast, endpoint);
        failures = 0;
      } catch (ServiceUnreachableException e) {
        failures = again(failures, e);
        continue;
      } catch (ApiException e) {
        if (!e.retryable()) {
          throw e;
        }
        failures = again(failures, e);
        continue;
      }
      print(Window.fresh(before, now));
      before = now;
    }
    return ExitCode.DONE;
  }

  private static int again(int failures, VastException failure) {
    if (failures + 1 >= MOST_FAILURES) {
      throw failure;
    }
    return failures + 1;
  }

  private static boolean paused() {
    try {
      Thread.sleep(PAUSE.toMillis());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void print(List<String> lines) {
    for (String line : lines) {
      if (console.json()) {
        console.printJson(json("line", line));
      } else {
        console.print(line);
      }
    }
    console.out().flush();
  }

  private Map<String, Object> json(String name, Object value) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("level", level.key());
    json.put(name, value);
    return json;
  }

  private List<String> lines(Vast vast, long endpoint) {
    EndpointLogs logs = vast.endpoints().logs(endpoint);
    return logs.level(level.key()).lines().toList();
  }
}
