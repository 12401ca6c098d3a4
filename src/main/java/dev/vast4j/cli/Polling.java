package dev.vast4j.cli;

import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.ServiceUnreachableException;
import dev.vast4j.errors.VastException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Reads something again and again until interrupted; some failures in a row don't matter. */
final class Polling {
  /** The service accepts a call of one kind every two to three seconds. */
  private static final Duration PAUSE = Duration.ofSeconds(3);

  private static final int MOST_FAILURES = 5;

  private Polling() {}

  /** Pauses, reads and hands over, until interrupted. Throws what the last of five reads threw. */
  static <T> void poll(Supplier<T> read, Consumer<T> use) {
    int failures = 0;
    while (paused()) {
      T now;
      try {
        now = read.get();
        failures = 0;
      } catch (ServiceUnreachableException e) {
        failures = again(failures, e);
        continue;
      } catch (ApiException e) {
        if (!e.retryable()) {
          throw e;
        }
        failures = again(failures, e);
        continue;
      }
      use.accept(now);
    }
  }

  private static int again(int failures, VastException failure) {
    if (failures + 1 >= MOST_FAILURES) {
      throw failure;
    }
    return failures + 1;
  }

  private static boolean paused() {
    try {
      Thread.sleep(PAUSE.toMillis());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
