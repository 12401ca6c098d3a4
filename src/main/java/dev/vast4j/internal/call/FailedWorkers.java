package dev.vast4j.internal.call;

import dev.vast4j.api.Connection;
import dev.vast4j.api.MachineLogRequest;
import dev.vast4j.api.WorkerInfo;
import dev.vast4j.api.WorkerState;
import dev.vast4j.errors.VastException;
import dev.vast4j.internal.http.ErrorBody;
import dev.vast4j.internal.http.Timing;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the workers of a deployment that are in error printed last, for exceptions. Fetched in the
 * background as soon as an error is seen, so that no deadline is extended; once for each error.
 * Thread-safe.
 */
public final class FailedWorkers {
  private static final Logger log = LoggerFactory.getLogger(FailedWorkers.class);
  private static final int WORKERS = 3;
  private static final int LINES = 50;
  private static final int LINE_LENGTH = 500;
  private static final int SHORTEST_SECRET = 4;
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** What follows these words in a line is taken for a secret. */
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)((?:authorization|api[_-]?key|token|password|passwd|secret|signature|credential)"
              + "[\\w-]*[\"']?\\s*[=:]\\s*[\"']?(?:bearer |basic )?|bearer )[^\\s\"'&,;]+");

  private final Connection connection;
  private final Timing timing;
  private final Supplier<? extends Collection<String>> secrets;
  private final Map<Long, Fetch> fetches = new LinkedHashMap<>();
  private long lookedAt;
  private boolean looked;

  /**
   * Knows nothing yet.
   *
   * @param secrets returns the values that no line may show; called when lines arrive
   */
  public FailedWorkers(Connection connection, Supplier<? extends Collection<String>> secrets) {
    this.connection = connection;
    this.timing = connection.transport().timing();
    this.secrets = secrets;
  }

  private record Fetch(@Nullable String error, CompletableFuture<List<String>> lines) {}

  /** Notes the workers as the engine lists them, and starts to fetch what failed ones printed. */
  public synchronized void note(List<WorkerInfo> workers) {
    Map<Long, @Nullable String> failed = new LinkedHashMap<>();
    for (WorkerInfo worker : workers) {
      if (worker.state() == WorkerState.ERROR && failed.size() < WORKERS) {
        failed.put(worker.id(), worker.errorMsg());
      }
    }
    // A worker that starts again has not recovered yet: its last words still explain the wait.
    workers.stream().filter(WorkerInfo::ready).forEach(worker -> fetches.remove(worker.id()));
    failed.forEach(
        (worker, error) -> {
          Fetch known = fetches.get(worker);
          if (known == null || !Objects.equals(known.error(), error)) {
            fetches.put(worker, new Fetch(error, fetch(worker)));
          }
        });
    while (fetches.size() > WORKERS) {
      fetches.remove(fetches.keySet().iterator().next());
    }
  }

  /** Lists an endpoint's workers in the background and notes them, every five seconds at most. */
  synchronized void look(long endpoint) {
    long now = timing.nanoTime();
    if (looked && now - lookedAt < LOOK_NANOS) {
      return;
    }
    looked = true;
    lookedAt = now;
    inBackground(() -> note(connection.engine().workers(endpoint)));
  }

  private CompletableFuture<List<String>> fetch(long worker) {
    CompletableFuture<List<String>> lines = new CompletableFuture<>();
    MachineLogRequest request = MachineLogRequest.latest().tail(LINES);
    boolean started =
        inBackground(
            () -> {
              try {
                lines.complete(clean(connection.machineLogs().lines(worker, request)));
              } finally {
                lines.complete(List.of());
              }
            });
    if (!started) {
      lines.complete(List.of());
    }
    return lines;
  }

  private boolean inBackground(Runnable task) {
    try {
      connection
          .transport()
          .executor()
          .execute(
              () -> {
                try {
                  task.run();
                } catch (VastException e) {
                  log.debug("No output of failed workers: {}", e.toString());
                }
              });
      return true;
    } catch (RejectedExecutionException e) {
      return false; // the connection is closing
    }
  }

  private List<String> clean(List<String> lines) {
    Collection<String> hidden = secrets.get();
    return lines.subList(Math.max(0, lines.size() - LINES), lines.size()).stream()
        .map(line -> clean(line, hidden))
        .toList();
  }

  static String clean(String line, Collection<String> hidden) {
    String clean = line;
    for (String secret : hidden) {
      if (secret.length() >= SHORTEST_SECRET) {
        clean = clean.replace(secret, "***");
      }
    }
    clean = SECRET.matcher(clean).replaceAll("$1***");
    return clean.length() <= LINE_LENGTH ? clean : clean.substring(0, LINE_LENGTH) + "…";
  }

  /** Returns the lines that have arrived, by worker, oldest line first. */
  public synchronized Map<Long, List<String>> output() {
    Map<Long, List<String>> output = new LinkedHashMap<>();
    fetches.forEach(
        (worker, fetch) -> {
          List<String> lines = fetch.lines().getNow(List.of());
          if (!lines.isEmpty()) {
            output.put(worker, lines);
          }
        });
    return Collections.unmodifiableMap(output);
  }

  /**
   * Returns the error texts of the workers that failed, in one line, but for those that a text
   * contains already; empty if there are none.
   */
  synchronized String errorsBeside(String text) {
    StringBuilder errors = new StringBuilder();
    Collection<String> hidden = fetches.isEmpty() ? List.of() : secrets.get();
    fetches.forEach(
        (worker, fetch) -> {
          String error = fetch.error();
          if (error != null && !error.isBlank()) {
            String shown = ErrorBody.shorten(clean(error, hidden));
            if (!text.contains(shown) && !text.contains(error)) {
              errors.append(errors.isEmpty() ? "" : "; ").append("worker ").append(worker);
              errors.append(": ").append(shown);
            }
          }
        });
    return errors.toString();
  }

  /** Waits for the lines that are on their way; returns early on an interrupt, and keeps it. */
  public void await(Duration most) {
    CompletableFuture<?> all;
    synchronized (this) {
      all =
          CompletableFuture.allOf(
              fetches.values().stream().map(Fetch::lines).toArray(CompletableFuture<?>[]::new));
    }
    try {
      all.get(Math.max(0, most.toMillis()), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.debug("The output of failed workers has not arrived in time");
    } catch (ExecutionException e) {
      throw new IllegalStateException(Objects.requireNonNull(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
