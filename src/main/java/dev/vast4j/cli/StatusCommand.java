package dev.vast4j.cli;

import dev.vast4j.Vast;
import dev.vast4j.api.DeploymentInfo;
import dev.vast4j.api.VersionInfo;
import dev.vast4j.api.WorkerInfo;
import dev.vast4j.api.WorkerState;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code status}: shows all deployments, or one with its versions. */
@Command(
    name = "status",
    description = "Shows all deployments, or one with its versions and workers.",
    footer = {
      "",
      "Examples:",
      "  vast4j status",
      "  vast4j status square --watch",
      "  vast4j status -q | xargs -n 1 vast4j workers"
    })
final class StatusCommand extends ServiceCommand {
  private static final int HASH_DIGITS = 12;
  private static final int MOST_ERRORS = 3;
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME|ID",
      description = "Deployment name or id (default: all deployments).")
  private @Nullable String deployment;

  @Option(names = "--tag", paramLabel = "TAG", description = "Tag (default: default).")
  private @Nullable String tag;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print ids only.")
  private boolean quiet;

  @Option(
      names = {"-w", "--watch"},
      description = "Show it again every three seconds, until interrupted.")
  private boolean watch;

  StatusCommand(Console console) {
    super(console);
  }

  @Override
  void checkOptions() {
    if (deployment == null && tag != null) {
      throw new WrongUsage("--tag needs the name of a deployment before it", null);
    }
  }

  @Override
  ExitCode run(Vast vast) {
    String[] shown = {shown(vast)};
    console.redraw(shown[0]);
    if (watch) {
      console.runsUntilInterrupted();
      Polling.poll(
          () -> shown(vast),
          now -> {
            if (!now.equals(shown[0])) {
              shown[0] = now;
              console.redraw(now);
            }
          });
    }
    return ExitCode.DONE;
  }

  /** {@return what there is to show now} */
  private String shown(Vast vast) {
    return console.captured(
        () -> {
          if (deployment == null) {
            all(vast, vast.deployments().list());
          } else {
            // The list has fewer fields than the deployment itself.
            one(vast, vast.deployments().get(Target.find(vast, deployment, tag).id()));
          }
        });
  }

  private void all(Vast vast, List<DeploymentInfo> deployments) {
    if (quiet) {
      ids(deployments);
      return;
    }
    if (console.json()) {
      console.printJson(deployments);
      return;
    }
    if (deployments.isEmpty()) {
      console.print("Nothing is deployed.");
      return;
    }
    Instant now = Instant.now();
    Table table =
        new Table(
            console.colours(),
            ">ID",
            "NAME",
            "TAG",
            "STATE",
            ">WORKERS",
            ">VERSION",
            ">UPDATED",
            "IMAGE");
    for (DeploymentInfo d : deployments) {
      List<WorkerInfo> workers = workersHere(vast, d);
      table.row(
          d.id(),
          console.text(d.name(), Style.bold),
          d.tag(),
          state(d, workers),
          d.workerCount(),
          d.currentVersionId(),
          Ages.since(d.updatedAt(), now),
          d.image());
    }
    console.print(table);
  }

  private void one(Vast vast, DeploymentInfo found) {
    if (quiet) {
      ids(List.of(found));
      return;
    }
    List<VersionInfo> versions = vast.deployments().versions(found.id());
    Long endpoint = found.endpointId();
    List<WorkerInfo> workers = endpoint == null ? List.of() : vast.endpoints().workers(endpoint);
    if (console.json()) {
      Map<String, Object> whole = new LinkedHashMap<>();
      whole.put("deployment", found);
      whole.put("versions", versions);
      whole.put("workers", workers);
      console.printJson(whole);
      return;
    }
    Instant now = Instant.now();
    field("deployment", Target.describe(found) + ", id " + found.id());
    field("state", state(found, workers));
    field("workers", summary(workers, WorkerInfo::status));
    errors(workers);
    field("running", workers.isEmpty() ? null : summary(workers, StatusCommand::version));
    field("image", found.image());
    field("storage", found.storage() == null ? null : number(found.storage()) + " GB");
    field("search", found.searchParams());
    field("ttl", found.ttl() == null ? null : found.ttl().toSeconds() + " s");
    field("created", ago(found.createdAt(), now));
    field("updated", ago(found.updatedAt(), now));
    console.print("");
    Table table = new Table(console.colours(), ">VERSION", "LABEL", "HASH", ">SIZE", ">AGE");
    for (VersionInfo version : versions) {
      boolean current = Long.valueOf(version.id()).equals(found.currentVersionId());
      String hash = version.fileHash();
      Long size = version.fileSize();
      table.row(
          current
              ? console.text(Long.toString(version.id()), Style.fg_green)
              : Long.toString(version.id()),
          version.label(),
          hash == null ? null : hash.substring(0, Math.min(HASH_DIGITS, hash.length())),
          size == null ? null : Sizes.text(size),
          Ages.since(version.createdAt(), now));
    }
    console.print(table);
  }

  private void ids(List<DeploymentInfo> deployments) {
    List<Long> ids = deployments.stream().map(DeploymentInfo::id).toList();
    if (console.json()) {
      console.printJson(ids);
    } else {
      ids.forEach(id -> console.print(Long.toString(id)));
    }
  }

  /** The service would limit a call for each deployment; an engine on this machine does not. */
  private static List<WorkerInfo> workersHere(Vast vast, DeploymentInfo deployment) {
    Long endpoint = deployment.endpointId();
    return endpoint != null && LOOPBACK.contains(String.valueOf(vast.webUrl().getHost()))
        ? vast.endpoints().workers(endpoint)
        : List.of();
  }

  /** {@return the state in the page's words when workers are in error, else the service's} */
  private @Nullable Text state(DeploymentInfo deployment, List<WorkerInfo> workers) {
    long broken = workers.stream().filter(StatusCommand::inError).count();
    if (broken == 0) {
      return state(deployment);
    }
    return broken == workers.size()
        ? console.text("failing", Style.fg_red)
        : console.text("degraded", Style.fg_yellow);
  }

  private static boolean inError(WorkerInfo worker) {
    return worker.state() == WorkerState.ERROR;
  }

  /** Shows each error once, with a worker that has it. */
  private void errors(List<WorkerInfo> workers) {
    Map<String, Long> first = new LinkedHashMap<>();
    for (WorkerInfo worker : workers) {
      String text = worker.errorMsg();
      if (inError(worker) && text != null && !text.isBlank()) {
        first.putIfAbsent(text.strip().lines().findFirst().orElse(""), worker.id());
      }
    }
    first.entrySet().stream()
        .limit(MOST_ERRORS)
        .forEach(error -> field("error", "worker " + error.getValue() + ": " + error.getKey()));
  }

  private @Nullable Text state(DeploymentInfo deployment) {
    String state = deployment.endpointState();
    return state == null
        ? null
        : console.text(state, state.equals("active") ? Style.fg_green : Style.fg_yellow);
  }

  private void field(String name, @Nullable Object value) {
    if (value != null) {
      Text shown = value instanceof Text text ? text : console.text(value.toString());
      console.print(console.text(String.format("%-12s", name), Style.faint).concat(shown));
    }
  }

  private static @Nullable String ago(@Nullable Instant then, Instant now) {
    return then == null ? null : Ages.since(then, now) + " ago";
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /** {@return what a worker runs, by the names that the table of versions has} */
  private static String version(WorkerInfo worker) {
    String version = worker.version();
    Long id = worker.versionId();
    if (id == null) {
      return version == null ? "an unknown version" : version;
    }
    return "version " + id + (version == null ? "" : " (" + version + ")");
  }

  private static String summary(List<WorkerInfo> workers, Function<WorkerInfo, String> kind) {
    if (workers.isEmpty()) {
      return "none";
    }
    return workers.stream()
        .collect(Collectors.groupingBy(kind, TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(e -> e.getValue() + " " + e.getKey())
        .collect(Collectors.joining(", "));
  }
}
