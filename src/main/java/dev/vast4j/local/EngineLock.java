package dev.vast4j.local;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The one lock that guards all that an engine knows. Under it nothing waits for a disk, a network
 * or a process: such things are done {@linkplain #afterwards when it has been let go}, and so are
 * route calls answered that can be answered then.
 */
final class EngineLock {
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Runnable> afterwards = new ArrayList<>();
  private final HeldRoutes held;

  EngineLock(HeldRoutes held) {
    this.held = held;
  }

  <T> T locked(Supplier<T> action) {
    List<Runnable> due = List.of();
    lock.lock();
    try {
      T result = action.get();
      if (lock.getHoldCount() == 1) {
        afterwards.addAll(held.answers());
        due = List.copyOf(afterwards);
        afterwards.clear();
      }
      return result;
    } finally {
      lock.unlock();
      due.forEach(Runnable::run);
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
