package dev.vast4j.local;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one lock that guards all that an engine knows. Under it nothing waits for a disk, a network
 * or a process: such things are done {@linkplain #afterwards when it has been let go}, and so are
 * route calls answered that can be answered then.
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

  /** One that fails must not keep the others, which are somebody else's, from being done. */
  private static void attempt(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.error("what was to be done without the lock failed", e);
    }
  }

  void locked(Runnable action) {
    locked(
        () -> {
          action.run();
          return true;
        });
  }

  /** Has something done, by the thread that holds the lock, when it has let it go. */
  void afterwards(Runnable action) {
    afterwards.add(action);
  }
}
