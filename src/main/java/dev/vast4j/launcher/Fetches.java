package dev.vast4j.launcher;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Fetches several things at once. */
final class Fetches {
  private static final int PARALLEL = 8;

  private Fetches() {}

  /** Fetches one thing to its place. */
  @FunctionalInterface
  interface Fetch<T> {
    void fetch(T what) throws IOException, InterruptedException;
  }

  /**
   * Blocks until all are fetched, or none is being fetched any more.
   *
   * @throws FetchFailedException with what is said of each that could not be fetched
   */
  static <T> void all(List<T> missing, Fetch<T> fetch)
      throws FetchFailedException, InterruptedException {
    if (missing.isEmpty()) {
      return;
    }
    AtomicInteger count = new AtomicInteger();
    ExecutorService pool =
        Executors.newFixedThreadPool(
            Math.min(PARALLEL, missing.size()),
            task -> {
              Thread thread = new Thread(task, "vast4j-fetch-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<?>> fetches = new ArrayList<>();
      for (T one : missing) {
        fetches.add(
            pool.submit(
                () -> {
                  fetch.fetch(one);
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
          failures.add(String.valueOf(cause == null ? e : cause.getMessage()));
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
