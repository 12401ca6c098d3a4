package dev.vast4j.internal.call;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Completes the futures that callers have, so that what they attached runs on threads that no call
 * needs. A few platform threads suffice while continuations are short. Whenever all of them have
 * been busy for a moment, more are started: one that blocks for ever holds up nothing. Idle threads
 * end. Thread-safe.
 */
final class Continuations implements Executor {
  /** For all clients of the process: nobody has to close it. */
  static final Continuations SHARED = new Continuations();

  private static final Logger log = LoggerFactory.getLogger(Continuations.class);

  private static final int FEW = Math.max(2, Runtime.getRuntime().availableProcessors());
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** How long the queue may stand still before there are more threads. */
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS, Runnable::run);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition added = lock.newCondition();
  private final AtomicInteger names = new AtomicInteger();

  // Guarded by the lock.
  private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
  private int threads;
  private int idle;
  private long taken;
  private long takenBefore;
  private boolean watched;

  @Override
  public void execute(Runnable task) {
    boolean watch;
    lock.lock();
    try {
      queue.addLast(task);
      if (idle > 0) {
        added.signal();
      }
      if (queue.size() > idle && threads < FEW) {
        begin();
      }
      watch = !watched;
      watched = true;
    } finally {
      lock.unlock();
    }
    if (watch) {
      LATER.execute(this::check);
    }
  }

  /** Doubles the threads if none of them has taken anything since the last check. */
  private void check() {
    lock.lock();
    try {
      if (queue.isEmpty()) {
        watched = false;
        return;
      }
      if (taken == takenBefore) {
        for (int more = Math.min(Math.max(1, threads), queue.size()); more > 0; more--) {
          begin();
        }
      }
      takenBefore = taken;
    } finally {
      lock.unlock();
    }
    LATER.execute(this::check);
  }

  private void begin() {
    Thread thread =
        new Thread(null, this::run, "vast4j-continuation-" + names.incrementAndGet(), 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(Continuations.class.getClassLoader());
    try {
      thread.start();
      threads++;
    } catch (OutOfMemoryError e) {
      // The next check tries again.
      log.warn("Cannot start a thread for what follows calls", e);
    }
  }

  private void run() {
    while (runNext()) {
      boolean ignored = Thread.interrupted(); // what a continuation left
    }
  }

  /** A method of its own, so that an idle thread keeps no task, nor the call behind it. */
  private boolean runNext() {
    Runnable task = next();
    if (task == null) {
      return false;
    }
    try {
      task.run();
    } catch (Throwable e) { // of a future's own code: it must not end the thread
      log.warn("Completing a future failed", e);
    }
    return true;
  }

  /** Waits for a task; null once the thread has been idle for long. */
  private @Nullable Runnable next() {
    lock.lock();
    try {
      long left = IDLE_NANOS;
      while (queue.isEmpty()) {
        if (left <= 0) {
          threads--;
          return null;
        }
        idle++;
        try {
          left = added.awaitNanos(left);
        } catch (InterruptedException e) {
          // By somebody who found the thread; there is nothing to stop.
        } finally {
          idle--;
        }
      }
      taken++;
      return queue.removeFirst();
    } finally {
      lock.unlock();
    }
  }
}
