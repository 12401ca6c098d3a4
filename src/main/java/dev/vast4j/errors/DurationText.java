package dev.vast4j.errors;

import java.time.Duration;

/** Durations in messages. */
final class DurationText {
  private DurationText() {}

  /** Returns a text such as {@code 25 s} or {@code 400 ms}. */
  static String of(Duration time) {
    long millis = time.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }
}
