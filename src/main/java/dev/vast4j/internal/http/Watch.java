package dev.vast4j.internal.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Looks after exchanges in flight: their deadlines and whether their callers were interrupted. One
 * look at all of them every 50 ms costs less than a timer for each, which would wake the timer's
 * thread at every call. Nothing ticks while nothing is in flight.
 */
public final class Watch {
  static final Duration TICK = Duration.ofMillis(50);

  /**
   * Ticks without anything to watch before the ticking stops; spares restarting it at each call.
   */
  private static final int IDLE_TICKS = 20;

  /** Something in flight. */
  @FunctionalInterface
  public interface Watched {
    /** Called about every 50 ms on the timer's thread; short, does not block. */
    void check(long nanoTime);
  }

  private final Timing timing;
  private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean ticking = new AtomicBoolean();
  private int idle;

  Watch(Timing timing) {
    this.timing = timing;
  }

  /** Starts to look after something. */
  public void add(Watched one) {
    watched.add(one);
    if (!ticking.get() && ticking.compareAndSet(false, true)) {
      timing.schedule(TICK, this::tick);
    }
  }

  /** Stops to look after something. */
  public void remove(Watched one) {
    watched.remove(one);
  }

  private void tick() {
    long now = timing.nanoTime();
    for (Watched one : watched) {
      one.check(now);
    }
    idle = watched.isEmpty() ? idle + 1 : 0;
    if (idle >= IDLE_TICKS) {
      idle = 0;
      ticking.set(false);
      // Something added between the look and the line above found the ticking still on.
      if (watched.isEmpty() || !ticking.compareAndSet(false, true)) {
        return;
      }
    }
    timing.schedule(TICK, this::tick);
  }
}
