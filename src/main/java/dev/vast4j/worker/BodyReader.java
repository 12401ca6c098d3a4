package dev.vast4j.worker;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;
import org.xnio.channels.StreamSourceChannel;

/**
 * Reads one request's body on the connection's I/O thread, never waiting there. A small body is
 * handed over whole, a large one as a stream that is read while it arrives; both bounded in size
 * and in how slowly they may come.
 */
final class BodyReader {
  /** Bodies up to here are handed over whole. */
  private static final int SMALL = 256 * 1024;

  /** A body may take this long before it has to be coming at {@link #SLOWEST}. */
  private static final long PATIENCE_SECONDS = 30;

  /** Bytes per second on average. */
  private static final long SLOWEST = 1024;

  private static final long CHECK_SECONDS = 5;
  private static final long LINGER_SECONDS = 10;

  private final HttpServerExchange exchange;
  private final Reply reply;
  private final BodyBudget budget;
  private final Consumer<InputStream> consumer;
  private final long startedAt = System.nanoTime();

  // All of it only touched on the I/O thread.
  private byte[] small;
  private int smallUsed;
  private @Nullable BodyPipe pipe;
  private long received;
  private BodyBudget.@Nullable Share share;
  private XnioExecutor.@Nullable Key timer;
  private @Nullable StreamSourceChannel channel;
  private boolean refused;

  /**
   * Creates a reader.
   *
   * @param consumer gets the body, on the I/O thread, and must not block; closing the stream frees
   *     what it holds
   */
  BodyReader(
      HttpServerExchange exchange, Reply reply, BodyBudget budget, Consumer<InputStream> consumer) {
    this.exchange = exchange;
    this.reply = reply;
    this.budget = budget;
    this.consumer = consumer;
    long length = exchange.getRequestContentLength();
    this.small = new byte[length >= 0 && length <= SMALL ? (int) length : 8 * 1024];
  }

  /** Begins. On the I/O thread. */
  void start() {
    if (exchange.getRequestContentLength() > budget.longestBody()) {
      tooLarge();
      return;
    }
    StreamSourceChannel body = exchange.getRequestChannel();
    if (body == null) {
      throw new IllegalStateException("somebody else reads the body");
    }
    channel = body;
    if (read(body)) {
      return;
    }
    body.getReadSetter().set(this::readable);
    body.resumeReads();
    timer = exchange.getIoThread().executeAfter(this::check, CHECK_SECONDS, TimeUnit.SECONDS);
  }

  private void readable(StreamSourceChannel body) {
    if (read(body)) {
      cancelTimer();
    }
  }

  /** Reads what is there; true when there is nothing more to do here. */
  private boolean read(StreamSourceChannel body) {
    try (PooledByteBuffer pooled = exchange.getConnection().getByteBufferPool().allocate()) {
      ByteBuffer buffer = pooled.getBuffer();
      for (; ; ) {
        buffer.clear();
        int count = body.read(buffer);
        if (count == 0) {
          return false;
        }
        if (count < 0) {
          complete();
          return true;
        }
        buffer.flip();
        received += count;
        if (received > budget.longestBody()) {
          body.suspendReads();
          tooLarge();
          return true;
        }
        if (!take(buffer)) {
          body.suspendReads();
          return refused;
        }
      }
    } catch (IOException e) {
      broken(e);
      return true;
    }
  }

  /** Takes bytes; false when no more are to be read for now, or ever. */
  private boolean take(ByteBuffer buffer) {
    if (pipe == null) {
      if (received <= SMALL) {
        int count = buffer.remaining();
        if (small.length < smallUsed + count) {
          small = Arrays.copyOf(small, Math.max(small.length * 2, smallUsed + count));
        }
        buffer.get(small, smallUsed, count);
        smallUsed += count;
        return true;
      }
      if (!openPipe()) {
        return false;
      }
    }
    if (share != null && !share.growTo(received)) {
      busy();
      return false;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return pipe != null && pipe.offer(bytes);
  }

  private boolean openPipe() {
    long length = exchange.getRequestContentLength();
    share = budget.claim(Math.max(length, received));
    if (share == null) {
      busy();
      return false;
    }
    pipe = new BodyPipe(share, () -> reply.onIoThread(this::resume));
    pipe.offer(Arrays.copyOf(small, smallUsed));
    small = new byte[0];
    consumer.accept(pipe);
    return true;
  }

  private void resume() {
    StreamSourceChannel body = channel;
    if (body != null && !refused) {
      body.resumeReads();
    }
  }

  private void complete() {
    // From here on nobody reads the connection, so that somebody has to see it end.
    reply.watch();
    if (pipe != null) {
      pipe.end(null);
    } else {
      consumer.accept(new ByteArrayInputStream(small, 0, smallUsed));
    }
  }

  private void broken(IOException e) {
    reply.gone();
    if (pipe != null) {
      pipe.end(e);
    }
  }

  private void tooLarge() {
    refuse(413, "the body is longer than the " + budget.longestBody() + " bytes allowed here");
  }

  private void busy() {
    refuse(429, "too many large bodies at once");
  }

  private void refuse(int status, String message) {
    refused = true;
    cancelTimer();
    reply.sendAndClose(status, Json.error(message));
    // What is still on its way is read and thrown away, so that the caller gets to see the answer;
    // but not for long.
    exchange
        .getIoThread()
        .executeAfter(
            () -> IoUtils.safeClose(exchange.getConnection()), LINGER_SECONDS, TimeUnit.SECONDS);
    if (pipe != null) {
      pipe.end(new IOException(message));
    }
  }

  private void check() {
    timer = null;
    if (pipe != null && pipe.full()) {
      // It is the function that is slow to read.
      timer = exchange.getIoThread().executeAfter(this::check, CHECK_SECONDS, TimeUnit.SECONDS);
      return;
    }
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedAt);
    if (seconds > PATIENCE_SECONDS + received / SLOWEST) {
      refuse(408, "the body came too slowly");
      return;
    }
    timer = exchange.getIoThread().executeAfter(this::check, CHECK_SECONDS, TimeUnit.SECONDS);
  }

  private void cancelTimer() {
    XnioExecutor.Key current = timer;
    if (current != null) {
      timer = null;
      current.remove();
    }
  }
}
