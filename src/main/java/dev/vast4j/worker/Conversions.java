package dev.vast4j.worker;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Converts values to and from the wire on the functions' threads, so that a call's arguments are
 * decoded on the thread that then runs its function. At most so many at once: a burst of calls must
 * not start a thread for each. Thread-safe; never waits.
 */
final class Conversions implements Executor {
  /** Values may run code of their types, which may block. */
  private static final int MOST = 64;

  private final Executor threads;

  // Guarded by this.
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private int running;

  Conversions(Executor threads) {
    this.threads = threads;
  }

  /** Runs a conversion that ends with itself; here if there is no thread to be had. */
  @Override
  public void execute(Runnable conversion) {
    try {
      execute(
          UnaryOperator.identity(),
          () -> {
            conversion.run();
            return null;
          });
    } catch (OutOfMemoryError e) {
      conversion.run();
    }
  }

  /**
   * Runs a conversion, and on the same thread what follows it, which no longer counts.
   *
   * @param guarded wraps what runs on the other thread
   * @throws RejectedExecutionException during shutdown
   * @throws OutOfMemoryError if there is no thread to be had; nothing has run
   */
  void execute(UnaryOperator<Runnable> guarded, Supplier<@Nullable Runnable> conversion) {
    Runnable task =
        guarded.apply(
            () -> {
              Runnable rest;
              try {
                rest = conversion.get();
              } finally {
                leave();
              }
              if (rest != null) {
                rest.run();
              }
            });
    synchronized (this) {
      if (running == MOST) {
        waiting.addLast(task);
        return;
      }
      running++;
    }
    try {
      threads.execute(task);
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      leave();
      throw e;
    }
  }

  private void leave() {
    Runnable next;
    synchronized (this) {
      next = waiting.pollFirst();
      if (next == null) {
        running--;
        return;
      }
    }
    try {
      threads.execute(next);
    } catch (OutOfMemoryError e) {
      // No thread to be had. This one goes on soon; the others must not wait for good.
      next.run();
    } catch (RejectedExecutionException e) {
      // The worker shuts down; the process ends.
    }
  }
}
