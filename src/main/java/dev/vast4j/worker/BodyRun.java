package dev.vast4j.worker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The run of a function's body on its thread, for one call or for those of a batch. Interrupts the
 * thread once all of them are cancelled. Thread-safe.
 */
final class BodyRun {
  private final int size;

  // Guarded by this.
  private @Nullable Thread thread = Thread.currentThread();
  private int calls;
  private @Nullable Long interruptedAt;

  /** Begins a run on the calling thread. */
  BodyRun(int calls) {
    this.size = calls;
    this.calls = calls;
  }

  /** {@return the number of calls that it began with} */
  int size() {
    return size;
  }

  /** Notes that one of the calls is cancelled. */
  synchronized void cancelled() {
    calls--;
    Thread running = thread;
    if (calls == 0 && running != null) {
      interruptedAt = System.nanoTime();
      running.interrupt();
    }
  }

  /** {@return the thread, or null once the run has ended} */
  synchronized @Nullable Thread thread() {
    return thread;
  }

  /** {@return for how long it has gone on after its interrupt; 0 if it has not} */
  synchronized Duration ignoresInterrupt() {
    Long since = interruptedAt;
    return since == null || thread == null
        ? Duration.ZERO
        : Duration.ofNanos(System.nanoTime() - since);
  }

  /**
   * Ends the run, on its thread: later interrupts don't hit what the thread does next, and one that
   * came too late is cleared.
   */
  void end() {
    synchronized (this) {
      thread = null;
    }
    boolean ignored = Thread.interrupted();
  }
}
