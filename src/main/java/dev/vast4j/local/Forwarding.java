package dev.vast4j.local;

import dev.vast4j.local.process.Threads;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.conduits.StreamSourceConduit;

/** Posts requests to workers and servers, and passes their answers on as they arrive. */
final class Forwarding implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);
  private static final MediaType JSON = MediaType.get("application/json");
  private static final String PLAIN_JSON = "application/json";

  private final ExecutorService threads =
      Executors.newCachedThreadPool(Threads.daemon("vast4j-local-forward"));

  /** No connection is reused: a stale one would fail a request, and new ones cost little here. */
  private final OkHttpClient client =
      new OkHttpClient.Builder()
          .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
          .retryOnConnectionFailure(false)
          .followRedirects(false)
          .connectTimeout(Duration.ofSeconds(5))
          .readTimeout(Duration.ofMinutes(10))
          .build();

  /** A task that answers a caller; blocks. */
  @FunctionalInterface
  interface Task {
    void run(Caller caller);
  }

  /** Runs a blocking task that answers the exchange, on a thread of its own. */
  void run(HttpCall call, Task task) {
    HttpServerExchange exchange = call.exchange();
    Caller caller = new Caller(exchange);
    caller.watch();
    exchange.dispatch(
        threads,
        () -> {
          try {
            task.run(caller);
          } catch (RuntimeException e) {
            LOG.warn("cannot forward {}: {}", exchange.getRequestPath(), e.toString());
            if (!exchange.isResponseStarted()) {
              exchange.setStatusCode(500);
            }
          } finally {
            exchange.endExchange();
          }
        });
  }

  /** Who waits for an answer. What is sent for a caller is cancelled when it disconnects. */
  final class Caller {
    private final HttpServerExchange exchange;

    // Guarded by this.
    private boolean gone;
    private @Nullable Call sent;

    private Caller(HttpServerExchange exchange) {
      this.exchange = exchange;
    }

    /** Watches the connection, which the server doesn't read while a request is being answered. */
    private void watch() {
      // So no next request has to be given back to the server.
      exchange.setPersistent(false);
      if (exchange.getConnection() instanceof HttpServerConnection connection) {
        connection.getChannel().getSourceChannel().setReadListener(channel -> readable(connection));
        connection.getOriginalSourceConduit().resumeReads();
      }
    }

    private void readable(HttpServerConnection connection) {
      StreamSourceConduit source = connection.getOriginalSourceConduit();
      boolean ended;
      try {
        ended = source.read(ByteBuffer.allocate(1)) < 0;
      } catch (IOException e) {
        ended = true;
      }
      source.suspendReads();
      if (ended) {
        leaves();
      }
    }

    private void leaves() {
      Call cancelled;
      synchronized (this) {
        gone = true;
        cancelled = sent;
      }
      if (cancelled != null) {
        cancelled.cancel(); // only closes a socket, so it may run on the I/O thread
      }
    }

    /** {@return whether it has disconnected} */
    synchronized boolean gone() {
      return gone;
    }

    /** Posts JSON for it; blocks until the answer begins. Who calls this closes the answer. */
    Response post(String url, byte[] json, @Nullable String key) throws IOException {
      Request.Builder request = new Request.Builder().url(url).post(RequestBody.create(json, JSON));
      if (key != null) {
        request.header("Authorization", "Bearer " + key);
      }
      Call call = client.newCall(request.build());
      synchronized (this) {
        if (gone) {
          throw new IOException("the caller has gone");
        }
        sent = call;
      }
      return call.execute();
    }

    /** Passes an answer on, each part as it arrives; blocks until its end. */
    void pass(Response answer) throws IOException {
      exchange.setStatusCode(answer.code());
      String type = answer.header("Content-Type");
      exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, type == null ? PLAIN_JSON : type);
      if (exchange.isHttp11()) {
        // Else its end would be the connection's, and look the same when it breaks off.
        exchange.getResponseHeaders().put(Headers.TRANSFER_ENCODING, "chunked");
      }
      exchange.startBlocking();
      OutputStream out = exchange.getOutputStream();
      try (InputStream in = answer.body().byteStream()) {
        out.flush(); // a caller may wait for the answer to begin
        byte[] part = new byte[8192];
        for (int n = in.read(part); n >= 0; n = in.read(part)) {
          out.write(part, 0, n);
          out.flush();
        }
        out.close();
      } catch (IOException e) {
        // The caller must not take what it has for the whole answer, which closing would complete.
        IoUtils.safeClose(exchange.getConnection());
        throw e;
      }
    }
  }

  /** Answers with JSON; blocks. */
  static void answer(HttpCall call, int status, byte[] json) {
    HttpServerExchange exchange = call.exchange();
    exchange.setStatusCode(status);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, PLAIN_JSON);
    exchange.startBlocking();
    try (OutputStream out = exchange.getOutputStream()) {
      out.write(json);
    } catch (IOException e) {
      LOG.debug("a caller has gone: {}", e.toString());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    client.dispatcher().cancelAll();
  }
}
