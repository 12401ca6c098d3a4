package dev.vast4j.worker;

import dev.vast4j.internal.wire.Dialect;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.ServerConnection;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.Headers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.conduits.StreamSourceConduit;

/**
 * The answer to one request, and the watch for a caller that goes away before it. Thread-safe: all
 * that concerns the connection happens on its own I/O thread, so that nothing here races with the
 * server's reading of the next request.
 */
final class Reply {
  static final String JSON = "application/json";

  private static final long LINGER_SECONDS = 10;

  /** Stands in {@link #whenGone} once the caller is gone. */
  private enum Gone implements Runnable {
    GONE;

    @Override
    public void run() {}
  }

  private final HttpServerExchange exchange;
  private final Dialect dialect;
  private final AtomicReference<@Nullable Runnable> whenGone = new AtomicReference<>();

  // Only touched on the I/O thread.
  private boolean answered;
  private boolean watching;

  Reply(HttpServerExchange exchange) {
    this.exchange = exchange;
    this.dialect = Dialect.ofClient(exchange.getRequestHeaders().getFirst(Headers.USER_AGENT));
  }

  /** How values are written for this caller. */
  Dialect dialect() {
    return dialect;
  }

  /** Answers with JSON and nothing after it. Later answers are ignored. Does not block. */
  void send(int status, byte[] json) {
    send(status, json, json.length);
  }

  /** As {@link #send(int, byte[])}, with the first bytes of an array that is handed over. */
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
   * Answers, then closes the connection: the rest of the request is not worth reading. What is
   * still on its way is thrown away for a while, so that the caller gets to see the answer.
   */
  void sendAndClose(int status, byte[] json) {
    onIoThread(
        () -> {
          if (!answered) {
            exchange.setPersistent(false);
            send(status, json);
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

  /** Begins an answer whose length is not known yet. */
  ReplyStream open(int status, String contentType) {
    return new ReplyStream(this, exchange, status, contentType);
  }

  /** Closes the connection without (the rest of) an answer. Does not block. */
  void drop() {
    onIoThread(
        () -> {
          answered = true;
          IoUtils.safeClose(exchange.getConnection());
        });
  }

  /**
   * Sets what to do when the caller goes away before it is answered; runs it at once when that has
   * happened. It runs on the I/O thread and must not block.
   */
  void whenGone(Runnable action) {
    if (!whenGone.compareAndSet(null, action)) {
      action.run();
    }
  }

  /** The caller's connection is broken. On the I/O thread. */
  void gone() {
    answered = true;
    IoUtils.safeClose(exchange.getConnection());
    Runnable action = whenGone.getAndSet(Gone.GONE);
    if (action != null) {
      action.run();
    }
  }

  /** Runs something on the connection's I/O thread, at once when that is the calling one. */
  void onIoThread(Runnable action) {
    if (exchange.isInIoThread()) {
      action.run();
    } else {
      exchange.getIoThread().execute(action);
    }
  }

  /** Whether this call may answer; if so the head of the answer is set. On the I/O thread. */
  boolean begin(int status, String contentType) {
    if (answered) {
      return false;
    }
    answered = true;
    unwatch();
    exchange.setStatusCode(status);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, contentType);
    return true;
  }

  /** As {@link #begin}, but the caller may still go away before the end. On the I/O thread. */
  boolean beginStream(int status, String contentType) {
    boolean watched = watching;
    if (!begin(status, contentType)) {
      return false;
    }
    if (watched) {
      watch();
    }
    return true;
  }

  /**
   * Begins to watch for the end of the connection. The server itself stops reading while a request
   * is being answered and so would not notice. On the I/O thread, once the request's body was read
   * to its end.
   */
  void watch() {
    ServerConnection connection = exchange.getConnection();
    if (!(connection instanceof HttpServerConnection http) || http.getExtraBytes() != null) {
      // With the next request on the way already, the caller is not about to go.
      return;
    }
    watching = true;
    http.getChannel().getSourceChannel().setReadListener(channel -> readable(http));
    http.getOriginalSourceConduit().resumeReads();
  }

  /** Stops watching, so that the server reads the next request. On the I/O thread. */
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
        // The next request, sent early: handed back for the server to read when this one is done.
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
