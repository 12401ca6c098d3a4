package dev.vast4j.internal.call;

import dev.vast4j.Session;
import dev.vast4j.internal.http.Transport;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The calls and sessions of one deployment that have not ended. Thread-safe. */
final class InFlight implements AutoCloseable {
  private final Set<CompletableFuture<?>> calls = ConcurrentHashMap.newKeySet();
  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
  private final Transport transport;
  private final Runnable unregister;
  private volatile boolean closed;

  InFlight(Transport transport) {
    this.transport = transport;
    // Once the connection's timers have ended, a call would wait forever.
    this.unregister = transport.whenClosed(this::cancelCalls);
  }

  /** Throws CancellationException when nothing may start any more. */
  void checkOpen() {
    if (closed || transport.closed()) {
      throw Cancellations.closed();
    }
  }

  void add(CompletableFuture<?> call) {
    calls.add(call);
    if (closed || transport.closed()) {
      cancel(call);
    }
  }

  @SuppressWarnings("CollectionUndefinedEquality") // futures are equal when they are the same
  void remove(CompletableFuture<?> call) {
    calls.remove(call);
  }

  void add(Session session) {
    sessions.add(session);
    if (closed) {
      session.close();
    }
  }

  void remove(Session session) {
    sessions.remove(session);
  }

  /** Ends the sessions, then cancels the calls. Idempotent. */
  @Override
  public void close() {
    closed = true;
    sessions.forEach(Session::close);
    cancelCalls();
    unregister.run();
  }

  private void cancelCalls() {
    calls.forEach(InFlight::cancel);
  }

  private static void cancel(CompletableFuture<?> call) {
    call.completeExceptionally(Cancellations.closed());
  }
}
