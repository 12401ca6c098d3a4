package dev.vast4j.internal.call;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A wait before a call's next step; it holds no thread.
 *
 * @param delay how long
 * @param until the future to wait for instead, or null
 */
record Pause(Duration delay, @Nullable CompletableFuture<?> until) {

  static Pause of(Duration delay) {
    return new Pause(delay, null);
  }

  static Pause until(CompletableFuture<?> done) {
    return new Pause(Duration.ZERO, done);
  }

  /** Returns this, shortened to the time left. */
  Pause atMost(long nanos) {
    return until == null && delay.toNanos() > nanos ? of(Duration.ofNanos(nanos)) : this;
  }
}
