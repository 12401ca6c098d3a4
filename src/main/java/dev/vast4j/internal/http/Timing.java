package dev.vast4j.internal.http;

import java.time.Duration;
import java.time.Instant;

/** Time and randomness, so that tests can replace them. Thread-safe. */
public interface Timing extends AutoCloseable {

  /** Returns the system's clock, with a timer thread that starts on first use. */
  static Timing system() {
    return new SystemTiming();
  }

  /** Returns nanoseconds, at most half of the largest long, so that sums don't overflow. */
  static long nanos(Duration time) {
    return time.compareTo(Duration.ofDays(36_500)) > 0 ? Long.MAX_VALUE / 2 : time.toNanos();
  }

  /** Returns the monotonic clock's time in nanoseconds. */
  long nanoTime();

  /** Returns the time of day. */
  Instant now();

  /** Returns a random number from 0 inclusive to 1 exclusive. */
  double random();

  /** Sleeps. */
  void sleep(Duration time) throws InterruptedException;

  /**
   * Runs a task later on the timer's thread. It must be short and must not block.
   *
   * @return cancels the task if it has not run
   */
  Runnable schedule(Duration delay, Runnable task);

  /** Ends the timer's thread and drops waiting tasks. */
  @Override
  void close();
}
