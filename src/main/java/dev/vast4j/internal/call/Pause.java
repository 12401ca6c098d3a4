package dev.vast4j.internal.call;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a call waits for before its next step; no thread is held meanwhile.
 *
 * @param delay how long
 * @param until what to wait for instead, or null
 */
record Pause(Duration delay, @Nullable CompletableFuture<?> until) {

  static Pause of(Duration delay) {
    return new Pause(delay, null);
  }

  static Pause until(CompletableFuture<?> done) {
    return new Pause(Duration.ZERO, done);
  }

  /** This, or what is left when that is less. */
  Pause atMost(long nanos) {
    return until == null && delay.toNanos() > nanos ? of(Duration.ofNanos(nanos)) : this;
  }
}
