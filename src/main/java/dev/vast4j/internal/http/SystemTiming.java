package dev.vast4j.internal.http;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

final class SystemTiming implements Timing {
  private static final Logger log = LoggerFactory.getLogger(SystemTiming.class);

  private final ScheduledThreadPoolExecutor timer;

  SystemTiming() {
    timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "vast4j-timer");
              thread.setDaemon(true);
              return thread;
            });
    // Most tasks are time-outs that are cancelled; they must not pile up until they are due.
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public double random() {
    return ThreadLocalRandom.current().nextDouble();
  }

  @Override
  public void sleep(Duration time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
  }

  @Override
  public Runnable schedule(Duration delay, Runnable task) {
    try {
      ScheduledFuture<?> scheduled =
          timer.schedule(() -> guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> scheduled.cancel(false);
    } catch (RejectedExecutionException e) {
      // Closed meanwhile: the same close cancels whatever waits for the task.
      return () -> {};
    }
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      log.warn("A timer task failed", e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
