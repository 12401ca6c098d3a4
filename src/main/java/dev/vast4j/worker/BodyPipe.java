package dev.vast4j.worker;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Carries a large body from the I/O thread, which never waits, to the thread that reads the body,
 * which does. Holds a few hundred kilobytes at most.
 */
final class BodyPipe extends InputStream {
  private static final int HIGH_WATER = 512 * 1024;
  private static final int LOW_WATER = 128 * 1024;

  private final Runnable wantsMore;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();

  // Guarded by the lock.
  private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
  private int queued;
  private boolean full;
  private boolean ended;
  private boolean abandoned;
  private @Nullable IOException failure;

  // Only touched by the reading thread.
  private byte[] current = new byte[0];
  private int at;

  /**
   * Creates a pipe.
   *
   * @param wantsMore runs when there is room again after {@link #offer} returned false
   */
  BodyPipe(Runnable wantsMore) {
    this.wantsMore = wantsMore;
  }

  /** Adds bytes; returns false if no more should come until asked for. Does not block. */
  boolean offer(byte[] bytes) {
    lock.lock();
    try {
      if (abandoned) {
        // Nobody reads any more: discard what still arrives.
        return true;
      }
      queue.addLast(bytes);
      queued += bytes.length;
      full = queued >= HIGH_WATER;
      arrived.signalAll();
      return !full;
    } finally {
      lock.unlock();
    }
  }

  boolean full() {
    lock.lock();
    try {
      return full;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the body, with a failure unless it is complete. Does not block. */
  void end(@Nullable IOException why) {
    lock.lock();
    try {
      ended = true;
      if (failure == null) {
        failure = why;
      }
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int read() throws IOException {
    return ready() ? current[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, to.length);
    if (length == 0) {
      return 0;
    }
    if (!ready()) {
      return -1;
    }
    int count = Math.min(length, current.length - at);
    System.arraycopy(current, at, to, offset, count);
    at += count;
    return count;
  }

  /** Discards what still arrives of the body. */
  @Override
  public void close() {
    boolean ask;
    lock.lock();
    try {
      abandoned = true;
      queue.clear();
      queued = 0;
      ask = full;
      full = false;
    } finally {
      lock.unlock();
    }
    if (ask) {
      wantsMore.run();
    }
  }

  /** Blocks until there is a byte to read; returns false at the end. */
  private boolean ready() throws IOException {
    if (at < current.length) {
      return true;
    }
    boolean ask = false;
    lock.lock();
    try {
      for (; ; ) {
        byte[] next = queue.pollFirst();
        if (next != null) {
          current = next;
          at = 0;
          queued -= next.length;
          if (full && queued <= LOW_WATER) {
            full = false;
            ask = true;
          }
          if (next.length > 0) {
            break;
          }
        } else if (failure != null) {
          throw new IOException("the body is incomplete", failure);
        } else if (ended) {
          return false;
        } else {
          arrived.await();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading a body");
    } finally {
      lock.unlock();
    }
    if (ask) {
      wantsMore.run();
    }
    return true;
  }
}
