package dev.vast4j.worker;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory that requests take, by the size of their bodies: each body, and all large ones
 * together until they are answered. Thread-safe, never waits.
 */
final class BodyBudget {
  private final long longestBody;
  private final Duration patience;
  private final AtomicLong free;

  /**
   * Creates a budget.
   *
   * @param longestBody bytes of one body, and of all large ones together
   * @param patience how long a body may take to make progress
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

  /** {@return an empty share for one body} */
  Share share() {
    return new Share();
  }

  /** The part of the budget that one body holds until it is freed. */
  final class Share {
    // Guarded by this.
    private long held;
    private boolean freed;

    private Share() {}

    /**
     * Grows the share if the budget allows it, and returns whether it did. A freed share stays
     * empty: the rest of its body is discarded.
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

    /** Returns the share to the budget. May be called again. */
    synchronized void free() {
      if (!freed) {
        freed = true;
        free.addAndGet(held);
      }
    }
  }
}
