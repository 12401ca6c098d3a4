package dev.vast4j.worker;

import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory that requests take, by the size of their bodies: each body, and all together
 * until they are answered. When it is used up, small bodies that have begun to arrive and wait for
 * the rest make room, the one that has waited longest first: half-sent requests of strangers keep
 * nobody out. Thread-safe, never waits.
 */
final class BodyBudget {
  private final long longestBody;
  private final Duration patience;
  private final AtomicLong free;

  /** Incomplete small bodies; the one without progress for longest first. */
  private final Set<Share> incomplete = Collections.synchronizedSet(new LinkedHashSet<>());

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

  /**
   * Returns an empty share for one body.
   *
   * @param onEvicted runs, on any thread, once it has lost its part to another body
   */
  Share share(Runnable onEvicted) {
    return new Share(onEvicted);
  }

  private boolean evictOne() {
    Share oldest;
    synchronized (incomplete) {
      Iterator<Share> all = incomplete.iterator();
      if (!all.hasNext()) {
        return false;
      }
      oldest = all.next();
      all.remove();
    }
    oldest.free();
    oldest.onEvicted.run();
    return true;
  }

  /** The part of the budget that one body holds until it is freed. */
  final class Share {
    private final Runnable onEvicted;

    // Guarded by this.
    private long held;
    private boolean freed;

    private Share(Runnable onEvicted) {
      this.onEvicted = onEvicted;
    }

    /** Makes room for others while it waits for more of its body. */
    void mayBeEvicted() {
      incomplete.remove(this);
      incomplete.add(this);
    }

    /** Makes no room any more. */
    void stays() {
      incomplete.remove(this);
    }

    /**
     * Grows the share if the budget allows it, and returns whether it did. A freed share stays
     * empty: the rest of its body is discarded.
     */
    boolean growTo(long bytes) {
      stays();
      while (!tryGrowTo(bytes)) {
        if (!evictOne()) {
          return false;
        }
      }
      return true;
    }

    private synchronized boolean tryGrowTo(long bytes) {
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
        stays();
        freed = true;
        free.addAndGet(held);
      }
    }
  }
}
