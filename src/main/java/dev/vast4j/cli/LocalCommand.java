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

/** {@code local}: the embedded engine as a program, until it is ended. */
@Command(
    name = "local",
    description = "Runs the engine on this machine: web API, serverless engine, store and workers.",
    footer = {"", "It runs until it is ended (Ctrl-C); its workers end with it."})
final class LocalCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port on 127.0.0.1 (default: any free one).")
  private @Nullable Integer port;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description =
          "Keep deployments, bundles and logs there; they are there again at the next start"
              + " (default: ~/.vast4j/local-N with --port N, else a temporary folder).")
  private @Nullable Path folder;

  @Option(
      names = "--max-workers",
      paramLabel = "N",
      description = "Most workers of one deployment (default: number of processors, at least 2).")
  private @Nullable Integer maxWorkers;

  @Option(
      names = "--worker-heap",
      paramLabel = "SIZE",
      description = "Heap limit of each Java worker, such as 512m.")
  private @Nullable String workerHeap;

  @Option(
      names = "--rate-limit",
      paramLabel = "TIME",
      description = "Answer 429 to calls that come sooner after the last than that, such as 2s.")
  private @Nullable Duration rateLimit;

  @Option(
      names = "--run-setup",
      description = "Let workers run apt, pip and scripts of their bundle on this machine.")
  private boolean runSetup;

  @Option(
      names = "--chaos",
      paramLabel = "RULE",
      arity = "1..*",
      split = ",",
      description =
          "Make things go wrong: kill=5s, error=0.05, latency=200ms:0.1; several are separated by"
              + " spaces or commas.")
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
        console.printJson(where);
      } else {
        console.print("The engine listens at " + local.url() + " (a page is there too).");
        console.print("Clients reach it with");
        console.print("  export VAST_URL=" + local.url());
        console.print("  export VAST_API_KEY=\"$(cat '" + local.apiKeyFile() + "')\"");
        Path kept = kept();
        if (kept != null) {
          console.print("Deployments are kept in " + kept + ".");
        }
      }
      console.out().flush();
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return ExitCode.DONE.number();
  }

  /** Where deployments are kept. An engine that clients come back to should still have them. */
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
