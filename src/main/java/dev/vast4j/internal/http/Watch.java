package dev.vast4j.internal.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks exchanges in flight for passed deadlines and interrupted callers. Checking all of them
 * every 50 ms costs less than a timer for each, which would wake the timer's thread at every call.
 * It stops ticking while nothing is in flight.
 */
public final class Watch {
  static final Duration TICK = Duration.ofMillis(50);

  /** How many idle ticks stop the ticking, so that it need not restart at each call. */
  private static final int IDLE_TICKS = 20;

  /** Something to check. */
  @FunctionalInterface
  public interface Watched {
    /** Called about every 50 ms on the timer's thread; must be short and must not block. */
    void check(long nanoTime);
  }

  private static final Logger log = LoggerFactory.getLogger(Watch.class);

  private final Timing timing;
  private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean ticking = new AtomicBoolean();
  private int idle;

  Watch(Timing timing) {
    this.timing = timing;
  }

  /** Starts checking. */
  public void add(Watched one) {
    watched.add(one);
    if (!ticking.get() && ticking.compareAndSet(false, true)) {
      timing.schedule(TICK, this::tick);
    }
  }

  /** Stops checking. */
  public void remove(Watched one) {
    watched.remove(one);
  }

  private void tick() {
    long now = timing.nanoTime();
    for (Watched one : watched) {
      try {
        one.check(now);
      } catch (Throwable e) {
        // Must not end the checks of the others, nor the ticking.
        log.warn("A check of an exchange failed", e);
      }
    }
    idle = watched.isEmpty() ? idle + 1 : 0;
    if (idle >= IDLE_TICKS) {
      idle = 0;
      ticking.set(false);
      // Something added just before the line above saw the ticking still on.
      if (watched.isEmpty() || !ticking.compareAndSet(false, true)) {
        return;
      }
    }
    timing.schedule(TICK, this::tick);
  }
}
