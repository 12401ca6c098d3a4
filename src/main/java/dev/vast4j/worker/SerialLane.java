package dev.vast4j.worker;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/**
 * The queue of the calls that must not run in parallel, first in, first out. Thread-safe, never
 * waits.
 */
final class SerialLane {
  private final Executor executor;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private boolean busy;

  SerialLane(Executor executor) {
    this.executor = executor;
  }

  /**
   * Runs a call once those before it have left the lane: on the calling thread if the lane is free,
   * otherwise later on the executor. The call has to {@link #leave} the lane at its end.
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

  /** Removes a call that waits; returns false if it has started. */
  synchronized boolean withdraw(Runnable call) {
    return waiting.remove(call);
  }

  /** {@return whether calls wait} */
  synchronized boolean waits() {
    return !waiting.isEmpty();
  }

  /** Ends the running call; the next one starts. */
  void leave() {
    Runnable next;
    synchronized (this) {
      next = waiting.pollFirst();
      if (next == null) {
        busy = false;
        return;
      }
    }
    try {
      executor.execute(next);
    } catch (OutOfMemoryError e) {
      // No thread to be had. This one would be free now; the lane must go on.
      next.run();
    }
  }
}
