package dev.vast4j.worker;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/**
 * The queue of the calls that must not run at once, first in, first out. Thread-safe, never waits.
 */
final class SerialLane {
  private final Executor executor;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private boolean busy;

  SerialLane(Executor executor) {
    this.executor = executor;
  }

  /**
   * Runs a call when those before it have left the lane: on the calling thread when there is none,
   * else later on one of the executor's. The call has to {@link #leave} the lane when it is over.
   */
  void enter(Runnable call) {
    synchronized (this) {
      if (busy) {
        waiting.addLast(call);
        return;
      }
      busy = true;
    }
    call.run();
  }

  /** Takes back a call that did not begin yet; false when it did. */
  synchronized boolean withdraw(Runnable call) {
    return waiting.remove(call);
  }

  /** The running call is over; the next one may begin. */
  void leave() {
    Runnable next;
    synchronized (this) {
      next = waiting.pollFirst();
      if (next == null) {
        busy = false;
        return;
      }
    }
    executor.execute(next);
  }
}
