package dev.vast4j.internal.http;

import java.time.Duration;
import java.time.Instant;

/** Time and chance, so that tests can give their own. Thread-safe. */
public interface Timing extends AutoCloseable {

  /** The machine's own clock, with a timer thread that starts with the first use. */
  static Timing system() {
    return new SystemTiming();
  }

  /**
   * Nanoseconds; what is longer than a century is half of eternity, so that sums do not overflow.
   */
  static long nanos(Duration time) {
    return time.compareTo(Duration.ofDays(36_500)) > 0 ? Long.MAX_VALUE / 2 : time.toNanos();
  }

  /** A reading of a clock that never goes back, in nanoseconds. */
  long nanoTime();

  /** The time of day. */
  Instant now();

  /** A random number from 0 inclusive to 1 exclusive. */
  double random();

  /** Waits. */
  void sleep(Duration time) throws InterruptedException;

  /**
   * Runs a task later, on the timer's thread: it must be short and not block.
   *
   * @return takes the task back when it has not run yet
   */
  Runnable schedule(Duration delay, Runnable task);

  /** Ends the timer's thread; tasks still waiting are dropped. */
  @Override
  void close();
}
