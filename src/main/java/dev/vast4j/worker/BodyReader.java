package dev.vast4j.worker;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xnio.XnioExecutor;
import org.xnio.channels.StreamSourceChannel;

/**
 * Reads one request's body on the connection's I/O thread without waiting. Passes a small body on
 * when it is complete, a large one as a stream while it arrives. Bounds the size of a body and how
 * slowly it may arrive.
 */
final class BodyReader {
  /** Bodies of up to this size are passed on complete. */
  static final int SMALL = 64 * 1024;

  /** The first buffer, of what has arrived: what is announced costs a caller nothing. */
  private static final int FIRST = 1024;

  /** Outside the budget, so that half-sent requests of strangers keep no short call from it. */
  private static final int FREE = 4 * 1024;

  private static final byte[] NOTHING = new byte[0];

  /** Bytes per second at which a body has to arrive. */
  private static final long SLOWEST = 1024;

  private final HttpServerExchange exchange;
  private final Reply reply;
  private final BodyBudget budget;
  private final Consumer<Body> consumer;
  private final BodyBudget.Share share;
  private final MemoryReserve memory;

  // Only touched on the I/O thread.
  private byte[] small = NOTHING;
  private int smallUsed;
  private @Nullable BodyPipe pipe;
  private long received;
  private long checkedAt;
  private XnioExecutor.@Nullable Key timer;
  private @Nullable StreamSourceChannel channel;
  private boolean refused;

  /**
   * Creates a reader.
   *
   * @param consumer accepts the body on the I/O thread and must not block
   */
  BodyReader(
      HttpServerExchange exchange,
      Reply reply,
      BodyBudget budget,
      MemoryReserve memory,
      Consumer<Body> consumer) {
    this.exchange = exchange;
    this.reply = reply;
    this.budget = budget;
    this.consumer = consumer;
    this.share = budget.share();
    this.memory = memory;
  }

  /** Starts to read. On the I/O thread. */
  void start() {
    if (exchange.getRequestContentLength() > budget.longestBody()) {
      tooLarge();
      return;
    }
    StreamSourceChannel body = exchange.getRequestChannel();
    if (body == null) {
      throw new IllegalStateException("something else reads the body");
    }
    channel = body;
    if (readOrRefuse(body)) {
      return;
    }
    body.getReadSetter().set(this::readable);
    body.resumeReads();
    checkLater();
  }

  private void readable(StreamSourceChannel body) {
    if (readOrRefuse(body)) {
      cancelTimer();
    }
  }

  /** Reads what has arrived; returns true if there is nothing more to read. */
  private boolean readOrRefuse(StreamSourceChannel body) {
    try {
      return read(body);
    } catch (OutOfMemoryError e) {
      small = NOTHING;
      body.suspendReads();
      memory.check(e);
      refuse(429, CallService.LITTLE_MEMORY);
      return true;
    }
  }

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
        // By what has arrived, not by what is announced, which costs a caller nothing.
        long needed = Math.max(received, capacity(smallUsed + count));
        if (needed > FREE && !share.growTo(needed)) {
          body.suspendReads();
          busy();
          return true;
        }
        if (!take(buffer)) {
          body.suspendReads();
          return false;
        }
      }
    } catch (IOException e) {
      broken(e);
      return true;
    }
  }

  /** Takes bytes; returns false if no more should be read for now. */
  private boolean take(ByteBuffer buffer) {
    int count = buffer.remaining();
    if (pipe == null && received <= SMALL) {
      if (small.length < smallUsed + count) {
        small = Arrays.copyOf(small, capacity(smallUsed + count));
      }
      buffer.get(small, smallUsed, count);
      smallUsed += count;
      return true;
    }
    byte[] bytes = new byte[count];
    buffer.get(bytes);
    return openPipe().offer(bytes);
  }

  /** {@return how long the buffer has to be; at most as long as the body is said to be} */
  private int capacity(int needed) {
    if (needed > SMALL || needed <= small.length) {
      return small.length;
    }
    long announced = exchange.getRequestContentLength();
    int most = announced >= needed && announced <= SMALL ? (int) announced : SMALL;
    return Math.min(most, Math.max(needed, Math.max(FIRST, small.length * 2)));
  }

  private BodyPipe openPipe() {
    BodyPipe open = pipe;
    if (open == null) {
      open = new BodyPipe(() -> reply.onIoThread(this::resume));
      open.offer(Arrays.copyOf(small, smallUsed));
      small = NOTHING;
      pipe = open;
      consumer.accept(new Body(open, share));
    }
    return open;
  }

  private void resume() {
    StreamSourceChannel body = channel;
    if (body != null && !refused) {
      body.resumeReads();
    }
  }

  private void complete() {
    // From here on nobody reads from the connection and would notice its end.
    reply.watch();
    if (pipe != null) {
      pipe.end(null);
    } else {
      consumer.accept(new Body(new ByteArrayInputStream(small, 0, smallUsed), share));
    }
  }

  private void broken(IOException e) {
    reply.gone();
    stop(e);
  }

  private void tooLarge() {
    refuse(413, "the body is longer than " + budget.longestBody() + " bytes");
  }

  private void busy() {
    refuse(429, "too many request bodies at once");
  }

  private void refuse(int status, String message) {
    refused = true;
    cancelTimer();
    try {
      reply.sendAndClose(JsonAnswer.error(status, message));
    } finally {
      stop(new IOException(message));
    }
  }

  /** Ends the body. Frees its share, unless the consumer has the body and does so. */
  private void stop(IOException why) {
    if (pipe != null) {
      pipe.end(why);
    } else {
      share.free();
    }
  }

  private void check() {
    timer = null;
    long wanted = SLOWEST * Math.max(1, budget.patience().toSeconds());
    // If the pipe is full, the reader is slow, not the caller.
    if (received - checkedAt < wanted && (pipe == null || !pipe.full())) {
      refuse(408, "the body arrived too slowly");
    } else {
      checkLater();
    }
  }

  private void checkLater() {
    checkedAt = received;
    timer =
        exchange
            .getIoThread()
            .executeAfter(this::check, budget.patience().toMillis(), TimeUnit.MILLISECONDS);
  }

  private void cancelTimer() {
    XnioExecutor.Key current = timer;
    if (current != null) {
      timer = null;
      current.remove();
    }
  }
}
