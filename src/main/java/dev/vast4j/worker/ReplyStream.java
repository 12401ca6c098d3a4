package dev.vast4j.worker;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListeners;
import org.xnio.channels.StreamSinkChannel;

/**
 * An answer of unknown length, with status 200, sent while it is written. Writing blocks when the
 * caller reads too slowly. For one writing thread; the connection's I/O thread sends the bytes.
 */
final class ReplyStream extends OutputStream {
  private static final int CHUNK = 16 * 1024;

  /** Unsent bytes above which the writer waits. */
  private static final int HIGH_WATER = 128 * 1024;

  /** How long a caller may read nothing before its connection counts as dead. */
  private static final long STALLED_SECONDS = 300;

  private final Reply reply;
  private final String contentType;

  private long flushed;
  private byte[] chunk = new byte[CHUNK];
  private int used;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition progress = lock.newCondition();

  // Guarded by the lock.
  private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>();
  private int pending;
  private boolean pumping;
  private boolean ended;
  private @Nullable IOException broken;

  // Only touched on the I/O thread.
  private @Nullable StreamSinkChannel sink;

  ReplyStream(Reply reply, String contentType) {
    this.reply = reply;
    this.contentType = contentType;
  }

  @Override
  public void write(int b) throws IOException {
    if (used == chunk.length) {
      flush();
    }
    chunk[used++] = (byte) b;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int at = offset;
    int left = length;
    while (left > 0) {
      if (used == chunk.length) {
        flush();
      }
      int count = Math.min(left, chunk.length - used);
      System.arraycopy(bytes, at, chunk, used, count);
      used += count;
      at += count;
      left -= count;
    }
  }

  /** {@return how many bytes were written} */
  long count() {
    return flushed + used;
  }

  /** Sends the head of the answer before there is anything to write. Does not block. */
  void begin() {
    lock.lock();
    try {
      kick();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends what was written; blocks while too much of it is unsent.
   *
   * @throws IOException if the caller has disconnected or stopped reading
   */
  @Override
  public void flush() throws IOException {
    if (used > 0) {
      ByteBuffer full = ByteBuffer.wrap(chunk, 0, used);
      // A small event must not hold a whole chunk.
      if (used <= CHUNK / 4) {
        full = ByteBuffer.wrap(Arrays.copyOf(chunk, used));
      } else {
        chunk = new byte[CHUNK];
      }
      flushed += used;
      used = 0;
      enqueue(full);
    }
  }

  /** Ends the answer. Does not wait for the caller to read the rest. */
  @Override
  public void close() throws IOException {
    flush();
    lock.lock();
    try {
      if (broken != null) {
        throw broken;
      }
      ended = true;
      kick();
    } finally {
      lock.unlock();
    }
  }

  private void enqueue(ByteBuffer bytes) throws IOException {
    lock.lock();
    try {
      queue.addLast(bytes);
      pending += bytes.remaining();
      kick();
      long nanos = TimeUnit.SECONDS.toNanos(STALLED_SECONDS);
      int before = pending;
      while (pending > HIGH_WATER && broken == null) {
        if (nanos <= 0) {
          broken = new IOException("the caller stopped reading the answer");
          reply.drop();
          break;
        }
        nanos = progress.awaitNanos(nanos);
        if (pending < before) {
          before = pending;
          nanos = TimeUnit.SECONDS.toNanos(STALLED_SECONDS);
        }
      }
      if (broken != null) {
        throw new IOException("the caller disconnected", broken);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the caller reads too slowly");
    } finally {
      lock.unlock();
    }
  }

  /** Makes the I/O thread write. With the lock held. */
  private void kick() {
    if (!pumping && broken == null) {
      pumping = true;
      reply.onIoThread(this::pump);
    }
  }

  private void pump() {
    try {
      StreamSinkChannel to = sink;
      if (to == null) {
        if (!reply.beginStream(contentType)) {
          // There is another answer already, which must not be cut off.
          breakOff();
          return;
        }
        to = open();
      }
      for (; ; ) {
        ByteBuffer next;
        boolean last;
        lock.lock();
        try {
          next = queue.peekFirst();
          last = ended;
        } finally {
          lock.unlock();
        }
        if (next == null) {
          if (last) {
            end(to);
            return;
          }
          if (!to.flush()) {
            to.resumeWrites();
            return;
          }
          if (rest()) {
            return;
          }
        } else {
          int written = to.write(next);
          sent(written, !next.hasRemaining());
          if (next.hasRemaining() && written == 0) {
            to.resumeWrites();
            return;
          }
        }
      }
    } catch (IOException e) {
      fail(e);
    } catch (RuntimeException | Error e) {
      breakOff();
      reply.gone();
      throw e;
    }
  }

  private StreamSinkChannel open() throws IOException {
    HttpServerExchange exchange = reply.exchange();
    exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-cache");
    if (exchange.isHttp11()) {
      // Otherwise, with "Connection: close", the end of the connection would mark the end of the
      // answer, and a broken connection would look like a complete answer.
      exchange.getResponseHeaders().put(Headers.TRANSFER_ENCODING, "chunked");
    }
    StreamSinkChannel channel = exchange.getResponseChannel();
    if (channel == null) {
      throw new IOException("the connection is closed");
    }
    channel
        .getWriteSetter()
        .set(
            writable -> {
              writable.suspendWrites();
              pump();
            });
    sink = channel;
    return channel;
  }

  /** Stops pumping until there is more to write; false if there is more already. */
  private boolean rest() {
    lock.lock();
    try {
      if (queue.isEmpty() && !ended) {
        pumping = false;
        return true;
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void sent(int count, boolean whole) {
    lock.lock();
    try {
      pending -= count;
      if (whole) {
        queue.removeFirst();
      }
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void end(StreamSinkChannel channel) throws IOException {
    reply.unwatch();
    channel.shutdownWrites();
    if (!channel.flush()) {
      channel
          .getWriteSetter()
          .set(
              ChannelListeners.flushingChannelListener(
                  StreamSinkChannel::suspendWrites, (c, e) -> fail(e)));
      channel.resumeWrites();
    }
  }

  private void fail(IOException e) {
    lock.lock();
    try {
      broken = e;
      queue.clear();
      pending = 0;
      progress.signalAll();
    } finally {
      lock.unlock();
    }
    reply.unwatch();
    reply.gone();
  }

  /** Fails the write that waits, if any, and all later ones. Does not block. */
  void breakOff() {
    lock.lock();
    try {
      if (broken == null) {
        broken = new IOException("the caller disconnected");
      }
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
