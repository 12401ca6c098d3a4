package dev.vast4j.cli;

import dev.vast4j.Vast;
import dev.vast4j.api.DeploymentInfo;
import dev.vast4j.api.VersionInfo;
import dev.vast4j.api.WorkerInfo;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code status}: all deployments, or one with its versions. */
@Command(
    name = "status",
    description = "Shows all deployments, or one with its versions and workers.")
final class StatusCommand extends ServiceCommand {
  private static final int HASH_DIGITS = 12;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME|ID",
      description = "The deployment's name, or its id; all of them when left out.")
  private @Nullable String deployment;

  @Option(names = "--tag", paramLabel = "TAG", description = "Its tag (default: default).")
  private @Nullable String tag;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print ids only.")
  private boolean quiet;

  StatusCommand(Console console) {
    super(console);
  }

  @Override
  ExitCode run(Vast vast) {
    if (deployment == null) {
      all(vast.deployments().list());
    } else {
      // The list leaves out what only the deployment's own page tells.
      one(vast, vast.deployments().get(Target.find(vast, deployment, tag).id()));
    }
    return ExitCode.DONE;
  }

  private void all(List<DeploymentInfo> deployments) {
    if (quiet) {
      deployments.forEach(d -> console.print(Long.toString(d.id())));
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
        new Table()
            .numbers("ID")
            .text("NAME")
            .text("TAG")
            .text("STATE")
            .numbers("WORKERS")
            .numbers("VERSION")
            .numbers("UPDATED")
            .text("IMAGE");
    for (DeploymentInfo d : deployments) {
      table.row(
          Table.Cell.of(d.id()),
          Table.Cell.of(d.name(), Style.BOLD),
          Table.Cell.of(d.tag()),
          Table.Cell.of(d.endpointState(), Style.ofEndpointState(d.endpointState())),
          Table.Cell.of(d.workerCount()),
          Table.Cell.of(d.currentVersionId()),
          Table.Cell.of(Ages.since(d.updatedAt(), now)),
          Table.Cell.of(d.image()));
    }
    console.print(table);
  }

  private void one(Vast vast, DeploymentInfo found) {
    if (quiet) {
      console.print(Long.toString(found.id()));
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
    String state = found.endpointState();
    field("state", state == null ? null : shown(state, Style.ofEndpointState(state)));
    field("workers", summary(workers));
    field("image", found.image());
    field("storage", found.storage() == null ? null : number(found.storage()) + " GB");
    field("search", found.searchParams());
    field("ttl", found.ttl() == null ? null : found.ttl().toSeconds() + " s");
    field("created", ago(found.createdAt(), now));
    field("updated", ago(found.updatedAt(), now));
    console.print("");
    Table table =
        new Table().numbers("VERSION").text("LABEL").text("HASH").numbers("BYTES").numbers("AGE");
    for (VersionInfo version : versions) {
      Style style =
          Long.valueOf(version.id()).equals(found.currentVersionId()) ? Style.GREEN : Style.PLAIN;
      String hash = version.fileHash();
      table.row(
          Table.Cell.of(version.id(), style),
          Table.Cell.of(version.label()),
          Table.Cell.of(
              hash == null ? null : hash.substring(0, Math.min(HASH_DIGITS, hash.length()))),
          Table.Cell.of(version.fileSize()),
          Table.Cell.of(Ages.since(version.createdAt(), now)));
    }
    console.print(table);
  }

  private void field(String name, @Nullable String value) {
    if (value != null) {
      console.print(shown(String.format("%-12s", name), Style.FAINT) + value);
    }
  }

  private String shown(String text, Style style) {
    return console.colour() ? style.apply(text) : text;
  }

  private static @Nullable String ago(@Nullable Instant then, Instant now) {
    return then == null ? null : Ages.since(then, now) + " ago";
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private static String summary(List<WorkerInfo> workers) {
    if (workers.isEmpty()) {
      return "none";
    }
    return workers.stream()
        .collect(Collectors.groupingBy(WorkerInfo::status, TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(e -> e.getValue() + " " + e.getKey())
        .collect(Collectors.joining(", "));
  }
}
