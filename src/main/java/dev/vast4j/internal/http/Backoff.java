package dev.vast4j.internal.http;

import java.time.Duration;

/**
 * Exponential back-off with full jitter: the wait after {@code n} failures is a random time from 0
 * to {@code min(cap, base * 2^(n-1))}. Immutable.
 *
 * @param base the longest first wait
 * @param cap the longest wait
 */
public record Backoff(Duration base, Duration cap) {

  /**
   * Returns the wait before the next try.
   *
   * @param failures how many tries have failed, at least 1
   * @param random from 0 inclusive to 1 exclusive
   */
  public Duration after(int failures, double random) {
    double bound = (double) base.toNanos() * Math.pow(2, Math.min(failures - 1, 40));
    return Duration.ofNanos((long) (random * Math.min(bound, (double) cap.toNanos())));
  }
}
