package dev.vast4j.cli;

import dev.vast4j.Vast;
import dev.vast4j.api.DeploymentInfo;
import dev.vast4j.api.WorkerInfo;
import dev.vast4j.api.WorkerState;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code workers}: shows a deployment's workers. */
@Command(
    name = "workers",
    description = "Shows a deployment's workers.",
    footer = {
      "",
      "LOAD: workload of running calls, by default 100 each.",
      "PERF: workload per second that the engine assumes; MEASURED: by the benchmark.",
      "VERSION: the first digits of the bundle's hash, then a digest of image,",
      "hardware and variables; unknown for Python workers, and where the engine doesn't",
      "tell.",
      "",
      "Examples:",
      "  vast4j workers square",
      "  vast4j workers square -q | xargs -n 1 vast4j logs --tail 20 --worker"
    })
final class WorkersCommand extends ServiceCommand {
  @Mixin private final Target target = new Target();

  @Option(
      names = {"-q", "--quiet"},
      description = "Print ids only.")
  private boolean quiet;

  WorkersCommand(Console console) {
    super(console);
  }

  @Override
  ExitCode run(Vast vast) {
    DeploymentInfo found = target.find(vast);
    List<WorkerInfo> workers = vast.endpoints().workers(Target.endpoint(found));
    if (quiet && console.json()) {
      console.printJson(workers.stream().map(WorkerInfo::id).toList());
    } else if (quiet) {
      workers.forEach(worker -> console.print(Long.toString(worker.id())));
    } else if (console.json()) {
      console.printJson(workers);
    } else if (workers.isEmpty()) {
      console.print(Target.describe(found) + " has no workers.");
    } else {
      console.print(table(workers, Instant.now()));
    }
    return ExitCode.DONE;
  }

  private Table table(List<WorkerInfo> workers, Instant now) {
    Table table =
        new Table(
            console.colours(),
            ">ID",
            "STATE",
            ">CALLS",
            ">LOAD",
            ">PERF",
            ">MEASURED",
            ">DISK GB",
            ">UP",
            "VERSION");
    for (WorkerInfo worker : workers) {
      table.row(
          worker.id(),
          console.text(worker.status(), styles(worker.state())),
          worker.reqsWorking(),
          number(worker.curLoad()),
          number(worker.perf()),
          number(worker.measuredPerf()),
          number(worker.diskUsage()),
          Ages.since(worker.startedAt(), now),
          worker.version());
    }
    return table;
  }

  private static IStyle[] styles(WorkerState state) {
    return switch (state) {
      case IDLE -> new IStyle[] {Style.fg_green};
      case ERROR -> new IStyle[] {Style.fg_red};
      case STOPPED, UNKNOWN -> new IStyle[0];
      default -> new IStyle[] {Style.fg_yellow};
    };
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%,.1f", value);
  }
}
