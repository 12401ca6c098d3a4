package dev.vast4j.worker;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the memory that request bodies may take: each by itself, and the large ones together.
 * Thread-safe, never waits.
 */
final class BodyBudget {
  private final long longestBody;
  private final AtomicLong free;

  /**
   * Creates a budget.
   *
   * @param longestBody bytes of one body, and of all large ones at once
   */
  BodyBudget(long longestBody) {
    this.longestBody = longestBody;
    this.free = new AtomicLong(longestBody);
  }

  long longestBody() {
    return longestBody;
  }

  /** A share of at least so many bytes, or null when that is not to be had now. */
  @Nullable Share claim(long bytes) {
    Share share = new Share();
    return share.growTo(bytes) ? share : null;
  }

  /** What one body holds, until it is freed. */
  final class Share {
    private final AtomicLong held = new AtomicLong();
    private final AtomicBoolean freed = new AtomicBoolean();

    private Share() {}

    /** Whether the share is as large now; only the thread that reads the body grows it. */
    boolean growTo(long bytes) {
      long more = bytes - held.get();
      if (more <= 0) {
        return true;
      }
      if (free.addAndGet(-more) < 0) {
        free.addAndGet(more);
        return false;
      }
      held.addAndGet(more);
      return true;
    }

    /** Gives it back. May be called again. */
    void free() {
      if (freed.compareAndSet(false, true)) {
        free.addAndGet(held.get());
      }
    }
  }
}
