package dev.vast4j.worker;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListeners;
import org.xnio.channels.StreamSinkChannel;

/**
 * An answer that is written while it comes into being. Whoever writes waits when the caller does
 * not keep up. For one writing thread; the bytes leave on the connection's I/O thread.
 */
final class ReplyStream extends OutputStream {
  private static final int CHUNK = 16 * 1024;

  /** Bytes on their way above which a writer waits. */
  private static final int HIGH_WATER = 128 * 1024;

  /** How long a caller may take nothing at all before its connection counts as dead. */
  private static final long STALLED_SECONDS = 300;

  private final Reply reply;
  private final HttpServerExchange exchange;
  private final int status;
  private final String contentType;

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

  ReplyStream(Reply reply, HttpServerExchange exchange, int status, String contentType) {
    this.reply = reply;
    this.exchange = exchange;
    this.status = status;
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

  /** Sends the head of the answer, before there is anything to write. Does not block. */
  void begin() {
    lock.lock();
    try {
      kick();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Hands what was written to the connection; blocks while more than a little is still on its way.
   *
   * @throws IOException when the caller is gone or takes nothing any more
   */
  @Override
  public void flush() throws IOException {
    if (used > 0) {
      ByteBuffer full = ByteBuffer.wrap(chunk, 0, used);
      // Small events do not each need a whole chunk's memory.
      if (used <= CHUNK / 4) {
        full = ByteBuffer.wrap(java.util.Arrays.copyOf(chunk, used));
      } else {
        chunk = new byte[CHUNK];
      }
      used = 0;
      enqueue(full);
    }
  }

  /** Ends the answer. Does not wait for the caller to take the rest. */
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
          broken = new IOException("the caller takes no more of the answer");
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
        throw new IOException("the caller is gone", broken);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the caller was to take the answer");
    } finally {
      lock.unlock();
    }
  }

  /** Sees to it that the I/O thread writes. With the lock held. */
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
        if (!reply.beginStream(status, contentType)) {
          // Somebody else has answered; that answer is not to be cut off.
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
            resume(to);
            return;
          }
          if (rest()) {
            return;
          }
        } else {
          int written = to.write(next);
          sent(written, !next.hasRemaining());
          if (next.hasRemaining() && written == 0) {
            resume(to);
            return;
          }
        }
      }
    } catch (IOException e) {
      fail(e);
    }
  }

  private StreamSinkChannel open() throws IOException {
    exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-cache");
    if (exchange.isHttp11()) {
      // Said, or on a connection that is to be closed the end of it would be the end of the answer,
      // and one that breaks could not be told from one that is complete.
      exchange.getResponseHeaders().put(Headers.TRANSFER_ENCODING, "chunked");
    }
    StreamSinkChannel channel = exchange.getResponseChannel();
    if (channel == null) {
      throw new IOException("the connection is closed");
    }
    channel.getWriteSetter().set(this::writable);
    sink = channel;
    return channel;
  }

  private void writable(StreamSinkChannel channel) {
    channel.suspendWrites();
    pump();
  }

  private static void resume(StreamSinkChannel channel) {
    channel.resumeWrites();
  }

  /** Everything is written for now; false when more came meanwhile. */
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

  /** The caller is gone: whoever waits in a write is let go. Does not block. */
  void breakOff() {
    lock.lock();
    try {
      if (broken == null) {
        broken = new IOException("the caller is gone");
      }
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
