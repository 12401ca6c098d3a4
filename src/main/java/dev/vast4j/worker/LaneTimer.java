package dev.vast4j.worker;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The clock of the lanes. Thread-safe. */
interface LaneTimer {
  /** {@return the time, like {@link System#nanoTime()}} */
  long nanoTime();

  /** Runs a short action later. */
  void after(Duration delay, Runnable action);

  /** Returns a timer that runs its actions on an executor. */
  static LaneTimer on(ScheduledExecutorService executor) {
    return new LaneTimer() {
      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public void after(Duration delay, Runnable action) {
        try {
          // Runs once; the action does not throw.
          var unused = executor.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
          // The worker shuts down; waiting calls are cancelled.
        }
      }
    };
  }
}
