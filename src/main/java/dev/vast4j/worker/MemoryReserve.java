package dev.vast4j.worker;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Memory kept for the time after an {@link OutOfMemoryError}: it is let go then, so that the
 * failure can be answered and logged, and taken again later. If that fails for ten seconds,
 * something keeps the heap full, so that no call can be expected to succeed: the process has to
 * start anew. A heap so full that the JVM collects garbage all the time, without an error, counts
 * as well. Thread-safe.
 */
final class MemoryReserve implements AutoCloseable {
  private static final Duration BETWEEN = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int TRIES = 50;

  /** Small enough that a fragmented heap has room for them. */
  private static final int CHUNK = 64 * 1024;

  /** The heap that the worker runs in, and its clock. */
  interface Heap {
    /** Takes the reserve. */
    byte[][] reserve();

    /** {@return whether so little is free that the reserve might not be had} */
    boolean low();

    /** {@return the time, like {@link System#nanoTime()}} */
    long nanoTime();

    /** Waits. */
    void sleep(Duration time) throws InterruptedException;
  }

  private final Heap heap;
  private final Runnable exhausted;
  private final Thread thread;

  private volatile byte @Nullable [][] held;

  /**
   * Takes the reserve and starts to watch it.
   *
   * @param exhausted runs if the reserve cannot be had again; on a thread of its own
   */
  MemoryReserve(Heap heap, Runnable exhausted) {
    this.heap = heap;
    this.exhausted = exhausted;
    this.held = heap.reserve();
    this.thread = new Thread(this::run, "vast4j-memory");
    thread.setDaemon(true);
    thread.start();
  }

  /** {@return the heap of this process, with a reserve of a 64th, 1 to 16 MB} */
  static Heap ofProcess() {
    long most = Runtime.getRuntime().maxMemory();
    int chunks = (int) (Math.max(1 << 20, Math.min(16 << 20, most / 64)) / CHUNK);
    return new Heap() {
      @Override
      public byte[][] reserve() {
        return new byte[chunks][CHUNK];
      }

      @Override
      public boolean low() {
        Runtime runtime = Runtime.getRuntime();
        return most - runtime.totalMemory() + runtime.freeMemory() < 2L * chunks * CHUNK;
      }

      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public void sleep(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
      }
    };
  }

  /**
   * Lets the reserve go if a failure means that there is no memory. Allocates nothing, and throws
   * nothing.
   */
  void check(@Nullable Throwable failure) {
    Throwable at = failure;
    for (int depth = 0; at != null && depth < 100; depth++) {
      if (at instanceof OutOfMemoryError) {
        held = null;
        return;
      }
      at = Causes.of(at);
    }
  }

  /**
   * Runs a step that has to be done, again after a pause of 20 ms each time it runs out of memory,
   * for a second.
   *
   * @return whether it was done
   */
  boolean insist(Runnable step) {
    for (int i = 0; i < TRIES; i++) {
      try {
        step.run();
        return true;
      } catch (OutOfMemoryError e) {
        check(e);
        pause();
      }
    }
    return false;
  }

  /** Waits a moment for memory. Allocates nothing; an interrupt has to wait, too. */
  static void pause() {
    boolean interrupted = Thread.interrupted();
    LockSupport.parkNanos(PAUSE_NANOS);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    long roomAt = heap.nanoTime();
    for (; ; ) {
      try {
        heap.sleep(BETWEEN);
        if (room()) {
          roomAt = heap.nanoTime();
        } else if (heap.nanoTime() - roomAt > PATIENCE.toNanos()) {
          exhausted.run();
          return;
        }
      } catch (InterruptedException e) {
        // Only close() interrupts.
        Thread.currentThread().interrupt();
        return;
      } catch (OutOfMemoryError e) {
        held = null;
      }
    }
  }

  /** {@return whether the reserve is there, and could be had again} */
  private boolean room() {
    if (held != null && !heap.low()) {
      return true;
    }
    try {
      held = heap.reserve();
      return true;
    } catch (OutOfMemoryError e) {
      return false;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    held = null;
  }
}
