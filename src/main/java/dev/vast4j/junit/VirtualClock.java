package dev.vast4j.junit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A clock that stands still until a test advances it, for tests of scaling, timeouts and TTLs. The
 * engine notices within a tenth of a second. Thread-safe.
 */
public final class VirtualClock extends Clock {
  private volatile Instant now;

  /** Creates a clock that shows the current time. */
  public VirtualClock() {
    this.now = Instant.now();
  }

  /**
   * Advances the clock.
   *
   * @param duration by how much, not negative
   * @throws IllegalArgumentException when negative
   */
  public synchronized void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("cannot go back in time: " + duration);
    }
    now = now.plus(duration);
  }

  @Override
  public Instant instant() {
    return now;
  }

  /** Returns UTC. */
  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  /** Returns the same clock: the engine reads only instants. */
  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
