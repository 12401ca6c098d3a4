package dev.vast4j.junit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A clock that stands still until it is moved, for tests of scaling, time-outs and TTLs. The engine
 * notices within a tenth of a second. Thread-safe.
 */
public final class VirtualClock extends Clock {
  private volatile Instant now;

  /** A clock that shows the present. */
  public VirtualClock() {
    this.now = Instant.now();
  }

  /**
   * Moves the clock.
   *
   * @param duration how far, not negative
   * @throws IllegalArgumentException when negative
   */
  public synchronized void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("time does not go back: " + duration);
    }
    now = now.plus(duration);
  }

  @Override
  public Instant instant() {
    return now;
  }

  /** UTC. */
  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  /** The same clock: the engine reads instants only. */
  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
