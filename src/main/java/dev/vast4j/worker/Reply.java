package dev.vast4j.worker;

import dev.vast4j.internal.wire.Dialect;
import dev.vast4j.internal.wire.VersionIdentity;
import dev.vast4j.internal.wire.WireVersion;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.ServerConnection;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.conduits.StreamSourceConduit;

/**
 * Answers one request, and notices a caller that disconnects before that. Thread-safe: everything
 * that touches the connection runs on the connection's I/O thread, so nothing here races with the
 * server's reading of the next request.
 */
final class Reply {
  static final String JSON = "application/json";

  private static final HttpString WIRE_VERSION = new HttpString(WireVersion.HEADER);
  private static final HttpString VERSION = new HttpString(VersionIdentity.HEADER);

  /** How many milliseconds the caller waits for the answer. */
  static final HttpString TIMEOUT = new HttpString("Vast4j-Timeout");

  private static final long LINGER_SECONDS = 10;

  /** Replaces {@link #whenGone} once the caller is gone. */
  private enum Gone implements Runnable {
    GONE;

    @Override
    public void run() {}
  }

  /** How often to hand something to the I/O thread while there is no memory. */
  private static final int TRIES = 50;

  private final HttpServerExchange exchange;
  private final MemoryReserve memory;

  /** Made in advance: there may be no memory for it when it is needed. */
  private final Runnable drop = this::dropNow;

  private final Dialect dialect;
  private final long begun = System.nanoTime();
  private final AtomicReference<@Nullable Runnable> whenGone = new AtomicReference<>();

  // Only touched on the I/O thread.
  private boolean answered;
  private boolean watching;

  /** Creates a reply that names the worker's version in a header. */
  Reply(HttpServerExchange exchange, ServedVersion version, MemoryReserve memory) {
    this.exchange = exchange;
    this.memory = memory;
    String identity = version.identity();
    if (identity != null) {
      exchange.getResponseHeaders().put(VERSION, identity);
    }
    this.dialect = Dialect.ofClient(exchange.getRequestHeaders().getFirst(Headers.USER_AGENT));
  }

  HttpServerExchange exchange() {
    return exchange;
  }

  /**
   * {@return whether the caller's time is about up} Vast4j's callers say how long they wait; what
   * the request took to get here is allowed for.
   */
  boolean overdue() {
    String header = exchange.getRequestHeaders().getFirst(TIMEOUT);
    if (header == null || header.length() > 18 || !header.chars().allMatch(Character::isDigit)) {
      return false;
    }
    long limit = TimeUnit.MILLISECONDS.toNanos(Long.parseLong("0" + header));
    long allowed = Math.min(limit / 4, TimeUnit.MILLISECONDS.toNanos(250));
    return System.nanoTime() - begun >= limit - allowed;
  }

  /** {@return the dialect that the caller understands} */
  Dialect dialect() {
    return dialect;
  }

  /** Sends a whole answer. Does not block. Does nothing if the request is answered already. */
  void send(JsonAnswer answer) {
    byte[] json = answer.bytes();
    send(answer.status(), json, json.length);
  }

  /** Sends the first bytes of an array, which must not change afterwards, as the whole answer. */
  void send(int status, byte[] json, int length) {
    onIoThread(
        () -> {
          if (begin(status, JSON)) {
            exchange.setResponseContentLength(length);
            exchange.getResponseSender().send(ByteBuffer.wrap(json, 0, length));
          }
        });
  }

  /**
   * Sends an answer without reading the rest of the request, then closes the connection. Discards
   * for a while what still arrives, so that the caller gets to see the answer.
   */
  void sendAndClose(JsonAnswer answer) {
    onIoThread(
        () -> {
          if (!answered) {
            exchange.setPersistent(false);
            send(answer);
            if (!exchange.isRequestComplete()) {
              exchange
                  .getIoThread()
                  .executeAfter(
                      () -> IoUtils.safeClose(exchange.getConnection()),
                      LINGER_SECONDS,
                      TimeUnit.SECONDS);
            }
          }
        });
  }

  /** Closes the connection without an answer, or in the middle of one. Does not block. */
  void drop() {
    onIoThread(drop);
  }

  private void dropNow() {
    answered = true;
    IoUtils.safeClose(exchange.getConnection());
  }

  /**
   * Registers an action to run if the caller disconnects before it is answered, at once if it has.
   * The action runs on the I/O thread and must not block.
   */
  void whenGone(Runnable action) {
    if (!whenGone.compareAndSet(null, action)) {
      action.run();
    }
  }

  /** Handles a broken connection. On the I/O thread. */
  void gone() {
    answered = true;
    IoUtils.safeClose(exchange.getConnection());
    Runnable action = whenGone.getAndSet(Gone.GONE);
    if (action != null) {
      action.run();
    }
  }

  /**
   * Runs an action on the connection's I/O thread: at once if called on it. If that fails, closes
   * the connection: nobody would answer the caller.
   */
  void onIoThread(Runnable action) {
    if (exchange.isInIoThread()) {
      guarded(action);
      return;
    }
    for (int i = 0; i < TRIES; i++) {
      try {
        exchange.getIoThread().execute(() -> guarded(action));
        return;
      } catch (OutOfMemoryError e) {
        memory.check(e);
        MemoryReserve.pause();
      } catch (RejectedExecutionException e) {
        // The I/O thread is gone.
        break;
      }
    }
    close();
  }

  private void guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      memory.check(e);
      close();
      throw e;
    }
  }

  /** Closes the connection, whatever state it is in. From any thread. */
  private void close() {
    for (int i = 0; i < TRIES; i++) {
      try {
        IoUtils.safeClose(exchange.getConnection());
        return;
      } catch (OutOfMemoryError e) {
        memory.check(e);
        MemoryReserve.pause();
      }
    }
  }

  /** Sets the head of the answer; false if there is an answer already. On the I/O thread. */
  private boolean begin(int status, String contentType) {
    if (answered) {
      return false;
    }
    answered = true;
    unwatch();
    exchange.setStatusCode(status);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, contentType);
    exchange.getResponseHeaders().put(WIRE_VERSION, WireVersion.CURRENT);
    return true;
  }

  /** Like {@link #begin}, but goes on watching for the caller to disconnect. */
  boolean beginStream(String contentType) {
    boolean watched = watching;
    if (!begin(200, contentType)) {
      return false;
    }
    if (watched) {
      watch();
    }
    return true;
  }

  /**
   * Watches for the end of the connection, which the server does not notice: it stops reading while
   * a request is being answered. On the I/O thread, once the body is read to its end.
   */
  void watch() {
    ServerConnection connection = exchange.getConnection();
    if (!(connection instanceof HttpServerConnection http) || http.getExtraBytes() != null) {
      // The caller has sent its next request already, so it is still there.
      return;
    }
    watching = true;
    http.getChannel().getSourceChannel().setReadListener(channel -> readable(http));
    http.getOriginalSourceConduit().resumeReads();
  }

  /** Stops watching, so that the server can read the next request. On the I/O thread. */
  void unwatch() {
    if (watching && exchange.getConnection() instanceof HttpServerConnection http) {
      watching = false;
      http.getOriginalSourceConduit().suspendReads();
    }
  }

  private void readable(HttpServerConnection connection) {
    StreamSourceConduit source = connection.getOriginalSourceConduit();
    if (!watching) {
      source.suspendReads();
      return;
    }
    PooledByteBuffer pooled = connection.getByteBufferPool().allocate();
    boolean free = true;
    try {
      ByteBuffer buffer = pooled.getBuffer();
      int count = source.read(buffer);
      if (count > 0) {
        // The next request, sent early: give it back to the server for later.
        buffer.flip();
        connection.setExtraBytes(pooled);
        free = false;
        unwatch();
      } else if (count < 0) {
        unwatch();
        gone();
      }
    } catch (IOException e) {
      unwatch();
      gone();
    } finally {
      if (free) {
        pooled.close();
      }
    }
  }
}
