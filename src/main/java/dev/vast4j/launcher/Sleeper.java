package dev.vast4j.launcher;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Waits; tests replace it. */
@FunctionalInterface
interface Sleeper {
  void sleep(Duration time) throws InterruptedException;

  /** Waits before a retry: half a second to a second at first, twice as long each time. */
  default void backOff(int failures) throws InterruptedException {
    long pause = 1000L << (failures - 1);
    sleep(Duration.ofMillis(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1)));
  }
}
