package dev.vast4j.local;

import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** A minimum interval between two calls of one kind by one caller. Thread-safe. */
final class RateLimit {
  /** Callers to remember before expired ones are removed. */
  private static final int KEPT = 1_000;

  private final Optional<Duration> interval;
  private final Clock clock;
  private final ConcurrentMap<String, Long> lastCalls = new ConcurrentHashMap<>();

  RateLimit(Optional<Duration> interval, Clock clock) {
    this.interval = interval;
    this.clock = clock;
  }

  boolean exceeded(String kind, String identity) {
    if (interval.isEmpty()) {
      return false;
    }
    long now = clock.millis();
    long least = interval.get().toMillis();
    if (lastCalls.size() >= KEPT) {
      lastCalls.values().removeIf(last -> now - last >= least);
    }
    boolean[] exceeded = new boolean[1];
    lastCalls.compute(
        kind + " " + identity,
        (key, last) -> {
          exceeded[0] = last != null && now - last < least;
          return exceeded[0] ? last : Long.valueOf(now);
        });
    return exceeded[0];
  }

  String message() {
    double seconds = interval.orElse(Duration.ZERO).toMillis() / 1000.0;
    return String.format(
        Locale.ROOT, "API requests too frequent: endpoint threshold=%.1f", seconds);
  }
}
