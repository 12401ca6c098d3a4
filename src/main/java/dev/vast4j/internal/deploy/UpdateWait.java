package dev.vast4j.internal.deploy;

import dev.vast4j.Progress;
import dev.vast4j.UpdateResult;
import dev.vast4j.api.Connection;
import dev.vast4j.api.DeploymentInfo;
import dev.vast4j.api.WorkerInfo;
import dev.vast4j.api.WorkerState;
import dev.vast4j.errors.UpdateFailedException;
import dev.vast4j.errors.UpdateFailedException.Reason;
import dev.vast4j.internal.call.VersionProbe;
import dev.vast4j.internal.http.Timing;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One wait for an update. Where the engine tells which version each worker runs, as the embedded
 * one does, the outcome is exact; elsewhere it is inferred from what the service does tell, and
 * from the versions that workers name in their answers.
 */
final class UpdateWait {
  private static final Duration FIRST_POLL = Duration.ofMillis(100);
  private static final Duration LONGEST_POLL = Duration.ofSeconds(2);

  /** Without any sign of an update, one that began would show after this long. */
  private static final Duration SETTLED = Duration.ofSeconds(15);

  private static final int MOST_PROBES = 8;
  private static final int LOG_LINES = 200;

  private final Connection connection;
  private final Timing timing;
  private final String name;
  private final long endpoint;
  private final CurrentVersion current;
  private final Probe probe;
  private final Duration timeout;
  private final Consumer<Progress> progress;
  private final long start;

  private boolean sawUpdate;
  private @Nullable Set<Long> failedBefore;
  private int workers;
  private int updated;
  private boolean inferred;
  private String states = "";

  /** Finds out which version a ready worker runs. */
  @FunctionalInterface
  interface Probe {
    /** Asks one; returns null when none answers. */
    VersionProbe.@Nullable Answer ask() throws InterruptedException;
  }

  UpdateWait(
      Connection connection,
      String name,
      long endpoint,
      CurrentVersion current,
      Probe probe,
      Duration timeout,
      Consumer<Progress> progress) {
    this.connection = connection;
    this.timing = connection.transport().timing();
    this.name = name;
    this.endpoint = endpoint;
    this.current = current;
    this.probe = probe;
    this.timeout = timeout;
    this.progress = progress;
    this.start = timing.nanoTime();
  }

  /** Waits; throws UpdateFailedException. */
  UpdateResult run() {
    try {
      return poll();
    } catch (RuntimeException | Error e) {
      progress.accept(new Progress.Failed(name));
      throw e;
    }
  }

  private UpdateResult poll() {
    Duration pause = FIRST_POLL;
    try {
      while (true) {
        UpdateResult result = look();
        if (result != null) {
          progress.accept(new Progress.Updated(result));
          return result;
        }
        progress.accept(new Progress.Updating(workers, updated, inferred));
        Duration left = timeout.minus(elapsed());
        if (left.isZero() || left.isNegative()) {
          throw failed(Reason.TIMED_OUT, "");
        }
        timing.sleep(pause.compareTo(left) < 0 ? pause : left);
        pause = pause.multipliedBy(2);
        pause = pause.compareTo(LONGEST_POLL) < 0 ? pause : LONGEST_POLL;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(Reason.INTERRUPTED, "");
    }
  }

  private Duration elapsed() {
    return Duration.ofNanos(timing.nanoTime() - start);
  }

  /** Looks once; returns null while the update goes on. */
  private @Nullable UpdateResult look() throws InterruptedException {
    List<WorkerInfo> all = connection.engine().workers(endpoint);
    List<WorkerInfo> live =
        all.stream()
            .filter(
                worker ->
                    switch (worker.state()) {
                      case STOPPED, STOPPING, DESTROYING -> false;
                      default -> true;
                    })
            .toList();
    states =
        new TreeMap<>(all.stream().collect(Collectors.groupingBy(WorkerInfo::status)))
            .entrySet().stream()
                .map(state -> state.getValue().size() + " " + state.getKey())
                .collect(Collectors.joining(", "));
    workers = live.size();
    updated = 0;
    boolean told = all.stream().anyMatch(worker -> worker.versionId() != null);
    inferred = !told;
    if (!current.isCurrent()) {
      throw notCurrent(live);
    }
    if (live.isEmpty()) {
      inferred = false;
      return new UpdateResult(
          0, 0, false, "no worker runs; the next one to start boots the new version");
    }
    return told ? exact(live) : inferred(live);
  }

  private UpdateFailedException notCurrent(List<WorkerInfo> live) {
    String error = current.rolledBack();
    if (error != null) {
      return failed(Reason.ROLLED_BACK, error);
    }
    return failed(Reason.REPLACED, inferred ? errorOf(live) : "");
  }

  // -- where the engine tells the versions  -----------------------------------------------

  private @Nullable UpdateResult exact(List<WorkerInfo> live) {
    Long target = current.info().currentVersionId();
    List<WorkerInfo> ofTarget =
        live.stream().filter(worker -> Objects.equals(worker.versionId(), target)).toList();
    updated = (int) ofTarget.stream().filter(WorkerInfo::ready).count();
    for (WorkerInfo worker : ofTarget) {
      if (failing(worker)) {
        throw failed(Reason.WORKER_FAILED, text(worker));
      }
    }
    return updated > 0 && ofTarget.size() == live.size() ? result(live) : null;
  }

  /** Whether it is in error; the service may have states for this that are not known here. */
  private static boolean failing(WorkerInfo worker) {
    return worker.state() == WorkerState.ERROR
        || (worker.state() == WorkerState.UNKNOWN
            && (worker.status().contains("error") || worker.status().contains("fail")));
  }

  private static String text(WorkerInfo worker) {
    String error = worker.errorMsg();
    return "worker " + worker.id() + ": " + (error == null ? "gives no reason" : error);
  }

  private UpdateResult result(List<WorkerInfo> live) {
    return new UpdateResult(
        live.size(),
        updated,
        inferred,
        String.format(
            Locale.ROOT,
            "%d of %d %s on the new version%s",
            updated,
            live.size(),
            live.size() == 1 ? "worker" : "workers",
            inferred ? " (inferred)" : ""));
  }

  // -- where it doesn't  ------------------------------------------------------------------

  private @Nullable UpdateResult inferred(List<WorkerInfo> live) throws InterruptedException {
    Set<Long> failed =
        live.stream().filter(UpdateWait::failing).map(WorkerInfo::id).collect(Collectors.toSet());
    Set<Long> before = failedBefore;
    if (before == null) {
      // Those of the version before, which the update replaces.
      failedBefore = failed;
    } else {
      before.retainAll(failed);
      if (!before.containsAll(failed)) {
        throw failed(Reason.WORKER_FAILED, errorOf(live));
      }
    }
    boolean updating =
        live.stream().anyMatch(worker -> worker.status().startsWith("update_") && !failing(worker));
    sawUpdate |= updating;
    int ready = (int) live.stream().filter(WorkerInfo::ready).count();
    if (updating || ready == 0) {
      return null;
    }
    DeploymentInfo info = current.info();
    Long healthy = info.lastHealthyVersionId();
    boolean told = healthy != null && info.currentVersionId() != null;
    String version = current.identity();
    // The service may be slow to call it healthy; then the workers' own answers have to do.
    if (told
        && !Objects.equals(healthy, info.currentVersionId())
        && (version == null || elapsed().compareTo(SETTLED) < 0)) {
      return null;
    }
    boolean serves =
        version != null
            ? allAnswer(version, ready)
            : told || sawUpdate || elapsed().compareTo(SETTLED) >= 0;
    if (version == null) {
      updated = serves ? ready : 0;
    }
    return serves ? result(live) : null;
  }

  /** Asks as many workers as are ready, and one more; returns whether all run the version. */
  private boolean allAnswer(String version, int ready) throws InterruptedException {
    Set<String> ours = new HashSet<>();
    boolean all = true;
    for (int i = 0; all && i < Math.min(ready + 1, MOST_PROBES); i++) {
      VersionProbe.Answer answer = probe.ask();
      all = answer != null && version.equals(answer.version());
      if (answer != null && all) {
        ours.add(answer.worker());
      }
    }
    updated = Math.min(ours.size(), ready);
    return all;
  }

  /** Returns a failed worker's error text, or else what the engine's log says last about one. */
  private String errorOf(List<WorkerInfo> live) {
    for (WorkerInfo worker : live) {
      String error = worker.errorMsg();
      if (failing(worker) && error != null && !error.isBlank()) {
        return text(worker);
      }
    }
    String last = "";
    Map<String, String> logs = connection.engine().endpointLogs(endpoint, LOG_LINES).byLevel();
    for (String level : List.of("info0", "logs", "debug")) {
      for (String line : logs.getOrDefault(level, "").split("\n", -1)) {
        if (line.toLowerCase(Locale.ROOT).contains("error")) {
          last = line.strip();
        }
      }
      if (!last.isEmpty()) {
        return "the engine's log: " + last;
      }
    }
    return "";
  }

  private UpdateFailedException failed(Reason reason, String error) {
    return new UpdateFailedException(
        name, reason, error, states, workers, updated, inferred, timeout);
  }
}
