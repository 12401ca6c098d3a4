package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Threads for the work of one plan or one tarball, one a core. */
final class Cores implements AutoCloseable {
  private static final int MAX_THREADS = 16;

  private final int count = Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
  private final ExecutorService executor;

  Cores() {
    AtomicInteger number = new AtomicInteger();
    executor =
        Executors.newFixedThreadPool(
            count,
            task -> {
              Thread thread = new Thread(task, "vast4j-bundle-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** {@return how many tasks run at once} */
  int count() {
    return count;
  }

  <T> Future<T> submit(Callable<T> task) {
    return executor.submit(task);
  }

  /** Runs an action for every item and waits; the first failure cancels the rest. */
  <T> void forAll(List<T> items, Consumer<T> action) {
    List<Future<?>> running = new ArrayList<>();
    for (T item : items) {
      running.add(executor.submit(() -> action.accept(item)));
    }
    try {
      for (Future<?> future : running) {
        await(future);
      }
    } finally {
      running.forEach(future -> future.cancel(true));
    }
  }

  /** Waits for a task, and rethrows what it threw. */
  static <T> T await(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BundleException("bundle", "interrupted while it was made", e);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
