package dev.vast4j.local.fleet;

/**
 * Arriving load per second, smoothed over two spans: the short one follows a burst, the long one
 * keeps capacity for a while after it.
 */
final class ArrivalMeter {
  private static final double SHORT_SECONDS = 10;
  private static final double LONG_SECONDS = 60;

  private double shortRate;
  private double longRate;
  private double updated = Double.NaN;

  void add(double load, double now) {
    decay(now);
    shortRate += load / SHORT_SECONDS;
    longRate += load / LONG_SECONDS;
  }

  double rate(double now) {
    decay(now);
    return Math.max(shortRate, longRate);
  }

  private void decay(double now) {
    if (!Double.isNaN(updated) && now > updated) {
      double passed = now - updated;
      shortRate *= Math.exp(-passed / SHORT_SECONDS);
      longRate *= Math.exp(-passed / LONG_SECONDS);
    }
    updated = now;
  }
}
