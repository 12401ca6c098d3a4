package dev.vast4j.internal.deploy;

import dev.vast4j.OnWorkerErrors;
import dev.vast4j.Progress;
import dev.vast4j.api.Connection;
import dev.vast4j.api.EndpointInfo;
import dev.vast4j.api.WorkerInfo;
import dev.vast4j.api.WorkerList;
import dev.vast4j.api.WorkerState;
import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.NotDeployedException;
import dev.vast4j.errors.WorkersNotReadyException;
import dev.vast4j.internal.call.FailedWorkers;
import dev.vast4j.internal.http.Timing;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** One wait for ready workers: polls the engine and finds out why none come. */
final class WorkerWait {
  private static final Duration FIRST_POLL = Duration.ofMillis(100);
  private static final Duration LONGEST_POLL = Duration.ofSeconds(5);

  /** How long errors from before the wait may last until they count. */
  private static final Duration OLD_ERRORS = Duration.ofSeconds(5);

  /** The web API limits how often the endpoint may be read. */
  private static final Duration ENDPOINT_POLL = Duration.ofSeconds(4);

  /** How long a wait that fails early waits for what the workers printed. */
  private static final Duration FOR_OUTPUT = Duration.ofSeconds(3);

  private final Connection connection;
  private final Timing timing;
  private final String name;
  private final long endpoint;
  private final int wanted;
  private final Duration timeout;
  private final OnWorkerErrors onErrors;
  private final FailedWorkers failedWorkers;
  private final ReadyWorkers counted;
  private final Consumer<Progress> progress;
  private final long start;

  /** The errors that the first poll found, as long as they last. */
  private Map<Long, String> old = Map.of();

  private boolean polled;
  private String reason = "";
  private long endpointReadAt;

  WorkerWait(
      Connection connection,
      String name,
      long endpoint,
      int wanted,
      Duration timeout,
      OnWorkerErrors onErrors,
      FailedWorkers failedWorkers,
      ReadyWorkers counted,
      Consumer<Progress> progress) {
    this.connection = connection;
    this.timing = connection.transport().timing();
    this.name = name;
    this.endpoint = endpoint;
    this.wanted = wanted;
    this.timeout = timeout;
    this.onErrors = onErrors;
    this.failedWorkers = failedWorkers;
    this.counted = counted;
    this.progress = progress;
    this.start = timing.nanoTime();
    this.endpointReadAt = start - ENDPOINT_POLL.toNanos();
  }

  /** Waits; returns the ready workers. */
  List<WorkerInfo> run() {
    try {
      return poll();
    } catch (RuntimeException | Error e) {
      progress.accept(new Progress.Failed(name));
      throw e;
    }
  }

  private List<WorkerInfo> poll() {
    Duration pause = FIRST_POLL;
    while (true) {
      List<WorkerInfo> all = list();
      List<WorkerInfo> ready = counted.of(all);
      String rolledBack = counted.rolledBack();
      if (rolledBack == null && ready.size() >= wanted) {
        double perf = ready.stream().mapToDouble(WorkerInfo::measuredPerf).sum();
        progress.accept(new Progress.WorkersReady(ready.size(), perf, counted.versionKnown()));
        return ready;
      }
      Map<String, Integer> states =
          all.stream().collect(Collectors.toMap(WorkerInfo::status, w -> 1, Integer::sum));
      Map<Long, String> errors = errors(all);
      failedWorkers.note(all);
      if (rolledBack != null) {
        reason = "the version that was deployed here was rolled back: " + rolledBack.strip();
        throw new WorkersNotReadyException(wanted, 0, text(states), errors, reason, timeout, true);
      }
      progress.accept(new Progress.AwaitingWorkers(wanted, ready.size(), states, errors));
      boolean failed = allFailed(all) && onErrors == OnWorkerErrors.FAIL;
      Duration left = timeout.minus(elapsed());
      boolean over = failed || left.isZero() || left.isNegative();
      if (over || !paused(pause.compareTo(left) < 0 ? pause : left)) {
        if (failed) {
          failedWorkers.await(left.compareTo(FOR_OUTPUT) < 0 ? left : FOR_OUTPUT);
        }
        throw new WorkersNotReadyException(
            wanted,
            ready.size(),
            text(states),
            errors,
            reason,
            timeout,
            failed,
            failedWorkers.output());
      }
      pause = pause.multipliedBy(2);
      pause = pause.compareTo(LONGEST_POLL) < 0 ? pause : LONGEST_POLL;
    }
  }

  private Duration elapsed() {
    return Duration.ofNanos(timing.nanoTime() - start);
  }

  /** Lists the workers. When none will come by themselves, finds out why. */
  private List<WorkerInfo> list() {
    WorkerList list;
    try {
      list = connection.engine().workerList(endpoint);
    } catch (ApiException e) {
      if (e.retryable()) {
        throw e;
      }
      readEndpoint();
      throw e;
    }
    boolean coming =
        list.workers().stream()
            .anyMatch(
                worker ->
                    switch (worker.state()) {
                      case STOPPED, STOPPING, DESTROYING -> false;
                      default -> true;
                    });
    if (coming) {
      reason = "";
    } else if (timing.nanoTime() - endpointReadAt >= ENDPOINT_POLL.toNanos()) {
      endpointReadAt = timing.nanoTime();
      boolean stopped = "stopped".equals(readEndpoint().state());
      reason = stopped ? "the deployment is stopped: call start()" : list.error();
    }
    return list.workers();
  }

  private EndpointInfo readEndpoint() {
    try {
      return connection.web().endpoint(endpoint);
    } catch (ApiException e) {
      if (e.status() == 404) {
        throw new NotDeployedException(name, "it was deleted");
      }
      throw e;
    }
  }

  private boolean allFailed(List<WorkerInfo> workers) {
    Map<Long, String> now = new HashMap<>();
    boolean others = false;
    for (WorkerInfo worker : workers) {
      if (worker.state() == WorkerState.ERROR) {
        now.put(worker.id(), String.valueOf(worker.errorMsg()));
      } else if (worker.state() != WorkerState.DESTROYING) {
        others = true;
      }
    }
    if (!polled) {
      old = now;
      polled = true;
    } else {
      old.entrySet().retainAll(now.entrySet());
    }
    return !now.isEmpty() && !others && (old.isEmpty() || elapsed().compareTo(OLD_ERRORS) >= 0);
  }

  private static Map<Long, String> errors(List<WorkerInfo> workers) {
    Map<Long, String> errors = new LinkedHashMap<>();
    for (WorkerInfo worker : workers) {
      String error = worker.errorMsg();
      if (error != null && !error.isBlank() && !worker.ready()) {
        errors.put(worker.id(), error);
      }
    }
    return errors;
  }

  private static String text(Map<String, Integer> states) {
    return new TreeMap<>(states)
        .entrySet().stream()
            .map(e -> e.getValue() + " " + e.getKey())
            .collect(Collectors.joining(", "));
  }

  /** Sleeps; returns false when interrupted, and keeps the interrupt flag. */
  private boolean paused(Duration time) {
    try {
      timing.sleep(time);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reason = "the waiting thread was interrupted";
      return false;
    }
  }
}
