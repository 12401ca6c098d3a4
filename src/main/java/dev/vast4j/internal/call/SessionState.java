package dev.vast4j.internal.call;

import dev.vast4j.internal.http.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What calls in a session need to know: its worker, and whether it is open. Thread-safe. */
final class SessionState {
  private final String id;
  private final Route route;
  private final Duration lifetime;
  private final Timing timing;

  /** When the session was opened, by the worker's clock and by our monotonic one. */
  private final Instant opened;

  private final long openedNanos;
  private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();

  /** By the worker's clock. */
  private volatile Instant expiration;

  SessionState(String id, Route route, Duration lifetime, Instant expiration, Timing timing) {
    this.id = id;
    this.route = route;
    this.lifetime = lifetime;
    this.timing = timing;
    this.expiration = expiration;
    this.opened = expiration.minus(lifetime);
    this.openedNanos = timing.nanoTime();
  }

  String id() {
    return id;
  }

  Route route() {
    return route;
  }

  Duration lifetime() {
    return lifetime;
  }

  /** When the worker ends the session unless a call comes before, as far as is known here. */
  Instant expiration() {
    return expiration;
  }

  void expiration(Instant time) {
    expiration = time;
  }

  /** Notes a call, at which the worker adds a lifetime. */
  void called() {
    expiration = expiration.plus(lifetime);
  }

  /** Returns how long the worker keeps the session, whatever the time of day is here and there. */
  Duration left() {
    return Duration.between(opened, expiration).minusNanos(timing.nanoTime() - openedNanos);
  }

  boolean open() {
    return !end.isDone();
  }

  /** Ends the session on this side; returns false when it had ended. */
  boolean end() {
    return end.complete(null);
  }

  void onEnd(Runnable action) {
    Futures.onDone(end, failure -> action.run());
  }
}
