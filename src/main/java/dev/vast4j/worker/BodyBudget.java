package dev.vast4j.worker;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory that requests may take, by the size of their bodies: each by itself, and the
 * large ones together until they are answered. Thread-safe, never waits.
 */
final class BodyBudget {
  private final long longestBody;
  private final Duration patience;
  private final AtomicLong free;

  /**
   * Creates a budget.
   *
   * @param longestBody bytes of one body, and of all large ones at once
   * @param patience the time in which a fair part of a body has to come, if it is not all there
   */
  BodyBudget(long longestBody, Duration patience) {
    this.longestBody = longestBody;
    this.patience = patience;
    this.free = new AtomicLong(longestBody);
  }

  long longestBody() {
    return longestBody;
  }

  Duration patience() {
    return patience;
  }

  /** A share of nothing yet, for one body. */
  Share share() {
    return new Share();
  }

  /** What one body holds, until it is freed. */
  final class Share {
    // Guarded by this.
    private long held;
    private boolean freed;

    private Share() {}

    /**
     * Whether the share is as large now. Once it is freed it stays at nothing: what still comes of
     * a body that nobody wants any more is thrown away.
     */
    synchronized boolean growTo(long bytes) {
      long more = bytes - held;
      if (freed || more <= 0) {
        return true;
      }
      if (free.addAndGet(-more) < 0) {
        free.addAndGet(more);
        return false;
      }
      held = bytes;
      return true;
    }

    /** Gives it back. May be called again. */
    synchronized void free() {
      if (!freed) {
        freed = true;
        free.addAndGet(held);
      }
    }
  }
}
