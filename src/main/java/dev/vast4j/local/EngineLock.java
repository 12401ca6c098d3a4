package dev.vast4j.local;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one lock that guards the engine's state. Nothing waits for a disk, a network or a process
 * while holding it: such work runs {@linkplain #afterwards after its release}, and so do the
 * answers to held route calls.
 */
final class EngineLock {
  private static final Logger LOG = LoggerFactory.getLogger(EngineLock.class);

  private final ReentrantLock lock = new ReentrantLock();
  private final List<Runnable> afterwards = new ArrayList<>();
  private final HeldRoutes held;

  EngineLock(HeldRoutes held) {
    this.held = held;
  }

  <T> T locked(Supplier<T> action) {
    List<Runnable> due = new ArrayList<>();
    lock.lock();
    try {
      return action.get();
    } finally {
      try {
        if (lock.getHoldCount() == 1) {
          due.addAll(afterwards);
          afterwards.clear();
          due.addAll(held.answers());
        }
      } finally {
        lock.unlock();
      }
      due.forEach(EngineLock::attempt);
    }
  }

  /** Runs an action; its failure must not keep the others from running. */
  private static void attempt(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.error("an action after the lock's release failed", e);
    }
  }

  void locked(Runnable action) {
    locked(
        () -> {
          action.run();
          return true;
        });
  }

  /** Registers an action to run on this thread after it releases the lock. */
  void afterwards(Runnable action) {
    afterwards.add(action);
  }
}
