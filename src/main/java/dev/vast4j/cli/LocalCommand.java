package dev.vast4j.cli;

import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalVast;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code local}: runs the embedded engine until interrupted. */
@Command(
    name = "local",
    description = "Runs the engine on this machine: web API, serverless engine, store and workers.",
    footer = {
      "",
      "Runs until interrupted (Ctrl-C), then ends its workers.",
      "",
      "Examples:",
      "  vast4j local",
      "  vast4j local --port 8080              keeps deployments across restarts",
      "  vast4j local --debug --max-workers 1  for a debugger at port 5005",
      "  vast4j local --chaos kill=30s,latency=200ms:0.1"
    })
final class LocalCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port on 127.0.0.1 (default: any free port).")
  private @Nullable Integer port;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description =
          "Folder that keeps deployments, bundles and logs across restarts (default:"
              + " ~/.vast4j/local-N with --port N, else a temporary folder).")
  private @Nullable Path folder;

  @Option(
      names = "--max-workers",
      paramLabel = "N",
      description =
          "Maximum number of workers of one deployment (default: number of processors, at least"
              + " 2).")
  private @Nullable Integer maxWorkers;

  @Option(
      names = "--worker-heap",
      paramLabel = "SIZE",
      description = "Heap limit of each Java worker, such as 512m.")
  private @Nullable String workerHeap;

  @Option(
      names = "--rate-limit",
      paramLabel = "TIME",
      description = "Answer 429 to calls that follow the last one sooner than this, such as 2s.")
  private @Nullable Duration rateLimit;

  @Option(
      names = "--run-setup",
      description = "Let workers run their bundle's apt, pip and scripts on this machine.")
  private boolean runSetup;

  @Option(
      names = "--debug",
      paramLabel = "PORT",
      arity = "0..1",
      fallbackValue = "5005",
      description =
          "Let debuggers of this machine attach to Java workers: at this port (default: 5005), the"
              + " next workers at the next free ones.")
  private @Nullable Integer debug;

  @Option(
      names = "--debug-suspend",
      description = "With --debug: each worker waits for its debugger before it runs anything.")
  private boolean debugSuspend;

  @Option(
      names = "--chaos",
      paramLabel = "RULE",
      arity = "1..*",
      split = ",",
      description =
          "Inject faults: kill=5s, error=0.05, latency=200ms:0.1. Separate several by spaces or"
              + " commas.")
  private List<String> chaos = List.of();

  LocalCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (LocalVast local = LocalVast.start(options())) {
      if (console.json()) {
        Map<String, String> where = new LinkedHashMap<>();
        where.put("url", local.url().toString());
        where.put("api_key_file", local.apiKeyFile().toString());
        where.put("page_url_file", local.pageUrlFile().toString());
        console.printJson(where);
      } else {
        console.print("The engine listens at " + local.url() + ". See it live at");
        console.print("  " + local.pageUrl());
        console.print("To use it, run");
        console.print("  export VAST_URL=" + local.url());
        console.print("  export VAST_API_KEY=\"$(cat '" + local.apiKeyFile() + "')\"");
        Path kept = kept();
        if (kept != null) {
          console.print("Deployments are kept in " + kept + ".");
        }
      }
      console.out().flush();
      console.runsUntilInterrupted();
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return ExitCode.DONE.number();
  }

  /**
   * {@return the folder for deployments, or null for none} An engine on a fixed port keeps its
   * deployments, since clients come back to it.
   */
  private @Nullable Path kept() {
    return folder != null || port == null || port == 0
        ? folder
        : Path.of(System.getProperty("user.home"), ".vast4j", "local-" + port);
  }

  private LocalOptions options() {
    LocalOptions options = LocalOptions.defaults().runSetup(runSetup);
    options = with(options, port, LocalOptions::port);
    options = with(options, kept(), LocalOptions::folder);
    options = with(options, maxWorkers, LocalOptions::maxWorkers);
    options = with(options, workerHeap, LocalOptions::workerHeap);
    options = with(options, rateLimit, LocalOptions::rateLimit);
    if (debugSuspend && debug == null) {
      throw new WrongUsage("--debug-suspend needs --debug", null);
    }
    options = with(options, debug, (all, port) -> all.debug(port, debugSuspend));
    return with(options, chaos.isEmpty() ? null : String.join(",", chaos), LocalOptions::chaos);
  }

  private static <T> LocalOptions with(
      LocalOptions options, @Nullable T value, BiFunction<LocalOptions, T, LocalOptions> change) {
    try {
      return value == null ? options : change.apply(options, value);
    } catch (IllegalArgumentException e) {
      throw new WrongUsage(String.valueOf(e.getMessage()), e);
    }
  }
}
