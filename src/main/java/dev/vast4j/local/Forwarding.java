package dev.vast4j.local;

import dev.vast4j.local.process.Threads;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

  /** Runs a blocking task that answers the exchange, on a thread of its own. */
  void run(HttpCall call, Runnable task) {
    HttpServerExchange exchange = call.exchange();
    exchange.dispatch(
        threads,
        () -> {
          try {
            task.run();
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

  /** Posts JSON; blocks until the answer begins. The caller closes it. */
  Response post(String url, byte[] json, @Nullable String key) throws IOException {
    Request.Builder request = new Request.Builder().url(url).post(RequestBody.create(json, JSON));
    if (key != null) {
      request.header("Authorization", "Bearer " + key);
    }
    return client.newCall(request.build()).execute();
  }

  /** Passes an answer on, each part as it arrives; blocks until its end. */
  static void pass(Response answer, HttpCall call) throws IOException {
    HttpServerExchange exchange = call.exchange();
    exchange.setStatusCode(answer.code());
    String type = answer.header("Content-Type");
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, type == null ? PLAIN_JSON : type);
    exchange.startBlocking();
    try (InputStream in = answer.body().byteStream();
        OutputStream out = exchange.getOutputStream()) {
      out.flush(); // a caller may wait for the answer to begin
      byte[] part = new byte[8192];
      for (int n = in.read(part); n >= 0; n = in.read(part)) {
        out.write(part, 0, n);
        out.flush();
      }
    } catch (IOException e) {
      // The caller must not take what it has for the whole answer.
      exchange.setPersistent(false);
      exchange.getConnection().close();
      throw e;
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
