package dev.vast4j.internal.call;

import dev.vast4j.Session;
import dev.vast4j.internal.http.Transport;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The calls, streams and sessions of one deployment that have not ended. Thread-safe. */
final class InFlight implements AutoCloseable {
  private final Set<CompletableFuture<?>> calls = ConcurrentHashMap.newKeySet();
  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
  private final AtomicInteger streams = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition fewer = lock.newCondition();

  /** How many threads wait: calls end without the lock when none does. */
  private final AtomicInteger waiting = new AtomicInteger();

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
    tellWaiting();
  }

  /** Counts a stream that began after its call. */
  void streamBegins() {
    streams.incrementAndGet();
  }

  void streamEnds() {
    streams.decrementAndGet();
    tellWaiting();
  }

  private void tellWaiting() {
    if (waiting.get() == 0) {
      return;
    }
    lock.lock();
    try {
      fewer.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until nothing but sessions is in flight, or this is closed; returns false when the time
   * runs out or the thread is interrupted, and keeps the interrupt flag.
   */
  boolean awaitIdle(Duration timeout) {
    waiting.incrementAndGet();
    lock.lock();
    try {
      long left = nanos(timeout);
      while (!closed && !(calls.isEmpty() && streams.get() == 0)) {
        if (left <= 0) {
          return false;
        }
        left = fewer.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
      waiting.decrementAndGet();
    }
  }

  private static long nanos(Duration time) {
    try {
      return time.toNanos();
    } catch (ArithmeticException e) {
      return time.isNegative() ? 0 : Long.MAX_VALUE; // some 292 years
    }
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
    tellWaiting();
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
