package dev.vast4j.spring;

import dev.vast4j.Deployment;
import dev.vast4j.api.WorkerInfo;
import dev.vast4j.api.WorkerState;
import dev.vast4j.errors.VastException;
import dev.vast4j.errors.WorkersNotReadyException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Whether calls can be expected to succeed: the service answers and not every worker has failed.
 * Zero workers are fine: calls wait for the next one. Checks at the same time share one request.
 * Thread-safe.
 */
final class DeploymentHealth implements AutoCloseable {
  private static final int REASON_LENGTH = 500;

  private final List<Deployment> deployments;
  private final Duration timeout;
  private final ThreadPoolExecutor thread;
  private @Nullable CompletableFuture<Report> running;

  DeploymentHealth(List<Deployment> deployments, Duration timeout) {
    this.deployments = deployments;
    this.timeout = timeout;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread made = new Thread(task, "vast4j-health");
              made.setDaemon(true);
              return made;
            });
    this.thread.allowCoreThreadTimeOut(true);
  }

  /**
   * The result of a check.
   *
   * @param up whether it is well
   * @param details workers by state, and the reason when it is not
   */
  record Report(boolean up, Map<String, Object> details) {}

  /** Asks the service, at most for the time-out. */
  Report check() {
    try {
      return shared().get(Math.max(1, timeout.toMillis()), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return down("Vast did not answer within " + timeout.toMillis() + " ms");
    } catch (ExecutionException e) {
      return down(String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return down("the check was interrupted");
    }
  }

  private synchronized CompletableFuture<Report> shared() {
    CompletableFuture<Report> known = running;
    if (known == null || known.isDone()) {
      known = CompletableFuture.supplyAsync(this::ask, thread);
      running = known;
    }
    return known;
  }

  private Report ask() {
    if (deployments.size() == 1) {
      return ask(deployments.get(0));
    }
    boolean up = true;
    Map<String, Object> details = new LinkedHashMap<>();
    for (Deployment deployment : deployments) {
      Report one = ask(deployment);
      up &= one.up();
      details.put(name(deployment), one.details());
    }
    return new Report(up, details);
  }

  private static Report ask(Deployment deployment) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("deployment", name(deployment));
    try {
      List<WorkerInfo> workers = deployment.workers();
      Map<String, Integer> states = new TreeMap<>();
      workers.forEach(worker -> states.merge(worker.status(), 1, Integer::sum));
      details.put("workers", states);
      String failure = failure(workers);
      if (failure == null && !isComing(workers)) {
        failure = stopped(deployment);
      }
      if (failure != null) {
        details.put("reason", failure);
      }
      return new Report(failure == null, details);
    } catch (VastException e) {
      details.put("reason", String.valueOf(e.getMessage()));
      return new Report(false, details);
    }
  }

  /** Whether a worker takes calls or is on its way. */
  private static boolean isComing(List<WorkerInfo> workers) {
    return workers.stream()
        .anyMatch(
            worker ->
                switch (worker.state()) {
                  case ERROR, STOPPED, STOPPING, DESTROYING -> false;
                  default -> true;
                });
  }

  /** Says that no worker will come, when the deployment has none; null when calls may wait. */
  private static @Nullable String stopped(Deployment deployment) {
    try {
      deployment.awaitWorkers(1, Duration.ZERO);
      return null;
    } catch (WorkersNotReadyException e) {
      return e.reason().contains("stopped") ? e.reason() : null;
    }
  }

  /** Says why every worker failed; null when one has not. */
  private static @Nullable String failure(List<WorkerInfo> workers) {
    String reason = null;
    for (WorkerInfo worker : workers) {
      if (worker.state() == WorkerState.ERROR) {
        reason = reason == null ? "every worker failed; worker " + text(worker) : reason;
      } else if (worker.state() != WorkerState.DESTROYING) {
        return null;
      }
    }
    return reason;
  }

  private static String text(WorkerInfo worker) {
    String error = worker.errorMsg();
    String line = error == null ? "" : error.strip().lines().findFirst().orElse("");
    return worker.id()
        + ": "
        + (line.length() <= REASON_LENGTH ? line : line.substring(0, REASON_LENGTH) + "…");
  }

  private static String name(Deployment deployment) {
    return deployment.name() + " (" + deployment.tag() + ")";
  }

  private static Report down(String reason) {
    return new Report(false, Map.of("reason", reason));
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
