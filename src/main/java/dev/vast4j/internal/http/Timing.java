package dev.vast4j.internal.http;

import java.time.Duration;
import java.time.Instant;

/** Time and chance, so that tests can give their own. Thread-safe. */
public interface Timing extends AutoCloseable {

  /** The machine's own clock, with a timer thread that starts with the first use. */
  static Timing system() {
    return new SystemTiming();
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
