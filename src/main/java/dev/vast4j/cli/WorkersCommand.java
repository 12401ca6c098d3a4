package dev.vast4j.cli;

import dev.vast4j.Vast;
import dev.vast4j.api.DeploymentInfo;
import dev.vast4j.api.WorkerInfo;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code workers}: a deployment's workers. */
@Command(
    name = "workers",
    description = "Shows a deployment's workers.",
    footer = {
      "",
      "LOAD: workload of the calls in work, 100 a call unless the function says otherwise.",
      "PERF: workload per second that the engine reckons with; MEASURED: the benchmark's."
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
    if (quiet) {
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

  private static Table table(List<WorkerInfo> workers, Instant now) {
    Table table =
        new Table()
            .numbers("ID")
            .text("STATE")
            .numbers("CALLS")
            .numbers("LOAD")
            .numbers("PERF")
            .numbers("MEASURED")
            .numbers("DISK GB")
            .numbers("UP");
    for (WorkerInfo worker : workers) {
      table.row(
          Table.Cell.of(worker.id()),
          Table.Cell.of(worker.status(), Style.of(worker)),
          Table.Cell.of(worker.reqsWorking()),
          Table.Cell.of(number(worker.curLoad())),
          Table.Cell.of(number(worker.perf())),
          Table.Cell.of(number(worker.measuredPerf())),
          Table.Cell.of(number(worker.diskUsage())),
          Table.Cell.of(Ages.since(worker.startedAt(), now)));
    }
    return table;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%,.1f", value);
  }
}
