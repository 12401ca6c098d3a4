package dev.vast4j.worker;

import dev.vast4j.internal.function.Execution;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A queue of which a bounded number runs at once, in order of arrival. Each entry belongs to a
 * group. A group of batches waits as one, in the place of its oldest entry; while it waits for more
 * entries, it lets others pass. Thread-safe; never waits and holds no thread for what waits.
 *
 * @param <E> what waits
 */
final class Lane<E> {
  /** As long as the worker takes to find that its heap stays full. */
  private static final int MOST_FAILURES = 500;

  private final int bound;
  private final LaneTimer timer;

  // Guarded by this.
  private final Set<Group> occupied = new LinkedHashSet<>();
  private long arrivals;
  private int running;
  private boolean waking;
  private long wakesAt;

  /**
   * Creates a lane.
   *
   * @param bound how many entries, or batches of them, run at once
   */
  Lane(int bound, LaneTimer timer) {
    this.bound = bound;
    this.timer = timer;
  }

  /**
   * Runs entries.
   *
   * @param <E> what waits
   */
  @FunctionalInterface
  interface Body<E> {
    /**
     * Runs entries. The group must {@link Group#leave leave} the lane at their end.
     *
     * @param waited how long the oldest one has waited
     */
    void run(List<E> entries, Duration waited, Lane<E>.Group group);
  }

  /** When an entry arrived, among others and by the clock. */
  private record Arrival(long place, long nanoTime) {}

  /** Entries that started together. */
  private record Start<E>(List<E> entries, Duration waited, Lane<E>.Group group)
      implements Runnable {
    boolean isOnly(E entry) {
      return entries.size() == 1 && entries.get(0) == entry;
    }

    @Override
    public void run() {
      group.body.run(entries, waited, group);
    }

    void launch() {
      try {
        group.threads.execute(this);
      } catch (OutOfMemoryError e) {
        // No thread to be had. The lane must go on.
        run();
      } catch (RejectedExecutionException e) {
        // The worker shuts down and has cancelled every call.
      }
    }
  }

  int bound() {
    return bound;
  }

  /** {@return whether entries wait} */
  synchronized boolean waits() {
    return !occupied.isEmpty();
  }

  /** Creates a group of entries that run alone. */
  Group group(int maxThreads, Executor threads, Body<E> body) {
    return new Group(1, Duration.ZERO, maxThreads, threads, body);
  }

  /**
   * Creates a group of entries that run in batches.
   *
   * @param maxSize the most entries of a batch
   * @param maxWait how long the oldest entry of a partial batch waits for more
   */
  Group batches(int maxSize, Duration maxWait, int maxThreads, Executor threads, Body<E> body) {
    return new Group(maxSize, maxWait, maxThreads, threads, body);
  }

  /**
   * Starts what may start, each on a thread of its own. When memory runs out, it waits for some:
   * nobody else might start what waits.
   */
  private void dispatch() {
    for (int failures = 0; ; ) {
      try {
        for (Start<E> next = next(); next != null; next = next()) {
          next.launch();
        }
        return;
      } catch (OutOfMemoryError e) {
        if (++failures == MOST_FAILURES) {
          throw e;
        }
        MemoryReserve.pause();
      }
    }
  }

  private synchronized @Nullable Start<E> next() {
    if (running >= bound || occupied.isEmpty()) {
      return null;
    }
    long now = timer.nanoTime();
    long soonest = Long.MAX_VALUE;
    Group first = null;
    for (Group group : occupied) {
      long wait = group.readyIn(now);
      if (wait > 0) {
        soonest = Math.min(soonest, wait);
      } else if (first == null || group.oldest().place < first.oldest().place) {
        first = group;
      }
    }
    if (first != null) {
      return first.take(now);
    }
    if (soonest != Long.MAX_VALUE && (!waking || now + soonest - wakesAt < 0)) {
      timer.after(Duration.ofNanos(soonest), this::wake);
      waking = true;
      wakesAt = now + soonest;
    }
    return null;
  }

  private void wake() {
    synchronized (this) {
      waking = false;
    }
    dispatch();
  }

  /** The entries of one function. */
  final class Group {
    private final int maxSize;
    private final long maxWait;
    private final int maxThreads;
    private final Executor threads;
    private final Body<E> body;

    // Guarded by the lane.
    private final Map<E, Arrival> waiting = new LinkedHashMap<>();
    private int active;
    private int onThreads;

    private Group(int maxSize, Duration maxWait, int maxThreads, Executor threads, Body<E> body) {
      this.maxSize = maxSize;
      this.maxWait = maxWait.toNanos();
      this.maxThreads = maxThreads;
      this.threads = threads;
      this.body = body;
    }

    Lane<E> lane() {
      return Lane.this;
    }

    /**
     * Queues an entry and starts what may start now.
     *
     * @param here whether the calling thread is one of the group's: the entry runs on it if it may
     *     start at once and alone
     */
    void enter(E entry, boolean here) {
      synchronized (Lane.this) {
        add(entry);
      }
      Start<E> own = null;
      for (Start<E> next = next(); next != null; next = next()) {
        if (here && next.isOnly(entry)) {
          own = next;
        } else {
          next.launch();
        }
      }
      if (own != null) {
        own.run();
      }
    }

    /** Queues entries that arrive at the same moment and starts what may start now. */
    void enterAll(List<? extends E> entries) {
      synchronized (Lane.this) {
        entries.forEach(this::add);
      }
      dispatch();
    }

    /** Each step leaves what was there before intact if it runs out of memory. */
    private void add(E entry) {
      occupied.add(this);
      try {
        waiting.put(entry, new Arrival(arrivals++, timer.nanoTime()));
      } catch (OutOfMemoryError e) {
        if (waiting.isEmpty()) {
          occupied.remove(this);
        }
        throw e;
      }
    }

    /** Removes an entry that waits; returns false if it has started. */
    boolean withdraw(E entry) {
      synchronized (Lane.this) {
        if (waiting.remove(entry) == null) {
          return false;
        }
        if (waiting.isEmpty()) {
          occupied.remove(this);
        }
        return true;
      }
    }

    /** Ends what {@link Body#run} began: the thread is free and others may start. */
    void leave() {
      synchronized (Lane.this) {
        onThreads--;
        active--;
        running--;
      }
      dispatch();
    }

    /** Says that what began goes on without its thread. */
    void freeThread() {
      synchronized (Lane.this) {
        onThreads--;
      }
      dispatch();
    }

    /** Ends what went on without its thread. */
    void leaveLater() {
      synchronized (Lane.this) {
        active--;
        running--;
      }
      dispatch();
    }

    private Arrival oldest() {
      return waiting.values().iterator().next();
    }

    /** {@return the nanoseconds until entries may start; the maximum if others must end first} */
    private long readyIn(long now) {
      if (onThreads >= maxThreads) {
        return Long.MAX_VALUE;
      }
      if (waiting.size() >= maxSize) {
        return 0;
      }
      if (maxWait == 0) {
        // Without a real bound, every call would find room and run alone.
        return active > 0 && bound == Execution.MAX_CONCURRENCY ? Long.MAX_VALUE : 0;
      }
      return oldest().nanoTime + maxWait - now;
    }

    private Start<E> take(long now) {
      Duration waited = Duration.ofNanos(Math.max(0, now - oldest().nanoTime));
      List<E> entries = new ArrayList<>(Math.min(maxSize, waiting.size()));
      // Nothing below needs memory, so that no entry is lost for lack of it.
      Start<E> start = new Start<>(entries, waited, this);
      Iterator<E> each = waiting.keySet().iterator();
      while (each.hasNext() && entries.size() < maxSize) {
        entries.add(each.next());
        each.remove();
      }
      if (waiting.isEmpty()) {
        occupied.remove(this);
      }
      active++;
      onThreads++;
      running++;
      return start;
    }
  }
}
