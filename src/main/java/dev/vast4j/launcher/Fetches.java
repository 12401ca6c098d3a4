package dev.vast4j.launcher;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Fetches several files in parallel. */
final class Fetches {
  private static final int PARALLEL = 8;

  private Fetches() {}

  /** Fetches one file. */
  @FunctionalInterface
  interface Task<T> {
    void fetch(T file) throws IOException, InterruptedException;
  }

  /**
   * Fetches all files. Blocks until each is fetched or has failed.
   *
   * @throws FetchFailedException if any failed, with the messages of all that did
   */
  static <T> void all(List<T> missing, Task<T> task)
      throws FetchFailedException, InterruptedException {
    if (missing.isEmpty()) {
      return;
    }
    AtomicInteger count = new AtomicInteger();
    ExecutorService pool =
        Executors.newFixedThreadPool(
            Math.min(PARALLEL, missing.size()),
            run -> {
              Thread thread = new Thread(run, "vast4j-fetch-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<?>> fetches = new ArrayList<>();
      for (T one : missing) {
        fetches.add(
            pool.submit(
                () -> {
                  task.fetch(one);
                  return null;
                }));
      }
      List<String> failures = new ArrayList<>();
      Throwable first = null;
      for (Future<?> one : fetches) {
        try {
          one.get();
        } catch (ExecutionException e) {
          Throwable cause = e.getCause();
          String message = cause == null ? null : cause.getMessage();
          failures.add(message == null ? String.valueOf(cause) : message);
          first = first == null ? cause : first;
        }
      }
      if (!failures.isEmpty()) {
        throw new FetchFailedException(String.join("; ", failures), first);
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
