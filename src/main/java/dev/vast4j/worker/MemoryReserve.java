package dev.vast4j.worker;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Memory kept for the time after an {@link OutOfMemoryError}: it is let go then, so that the
 * failure can be answered and logged, and taken again later. If that fails for ten seconds,
 * something keeps the heap full, so that no call can be expected to succeed: the process has to
 * start anew. Thread-safe.
 */
final class MemoryReserve implements AutoCloseable {
  private static final int TRIES = 20;
  private static final Duration BETWEEN = Duration.ofMillis(500);

  /** Small enough that a fragmented heap has room for them. */
  private static final int CHUNK = 64 * 1024;

  /** Waits. */
  @FunctionalInterface
  interface Wait {
    void sleep(Duration time) throws InterruptedException;
  }

  private final Supplier<byte[][]> allocate;
  private final Wait sleeper;
  private final Runnable exhausted;
  private final Thread thread;

  // Guarded by this.
  private byte @Nullable [][] held;

  /**
   * Takes the reserve and starts to watch it.
   *
   * @param exhausted runs if the reserve cannot be had again; on a thread of its own
   */
  MemoryReserve(Supplier<byte[][]> allocate, Wait sleeper, Runnable exhausted) {
    this.allocate = allocate;
    this.sleeper = sleeper;
    this.exhausted = exhausted;
    this.held = allocate.get();
    this.thread = new Thread(this::run, "vast4j-memory");
    thread.setDaemon(true);
    thread.start();
  }

  /** Takes a 64th of the heap, 1 to 16 MB. */
  static byte[][] ofHeap() {
    long bytes = Math.max(1 << 20, Math.min(16 << 20, Runtime.getRuntime().maxMemory() / 64));
    return new byte[(int) (bytes / CHUNK)][CHUNK];
  }

  /** Lets the reserve go if a failure means that there is no memory. Allocates nothing. */
  void check(@Nullable Throwable failure) {
    Throwable at = failure;
    for (int depth = 0; at != null && depth < 100; depth++) {
      if (at instanceof OutOfMemoryError) {
        release();
        return;
      }
      at = at.getCause();
    }
  }

  private synchronized void release() {
    held = null;
    notifyAll();
  }

  private synchronized void awaitRelease() throws InterruptedException {
    while (held != null) {
      wait();
    }
  }

  private void run() {
    try {
      for (; ; ) {
        awaitRelease();
        if (!again()) {
          exhausted.run();
          return;
        }
      }
    } catch (InterruptedException e) {
      // Only close() interrupts.
      Thread.currentThread().interrupt();
    }
  }

  private boolean again() throws InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      sleeper.sleep(BETWEEN);
      try {
        byte[][] taken = allocate.get();
        synchronized (this) {
          held = taken;
        }
        return true;
      } catch (OutOfMemoryError e) {
        // Still none.
      }
    }
    return false;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
