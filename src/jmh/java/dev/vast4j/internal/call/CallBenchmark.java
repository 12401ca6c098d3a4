package dev.vast4j.internal.call;

import dev.vast4j.CallOptions;
import dev.vast4j.Remote;
import dev.vast4j.api.Connection;
import dev.vast4j.internal.function.RemoteInterface;
import dev.vast4j.internal.wire.Dialect;
import dev.vast4j.internal.wire.WireCodec;
import dev.vast4j.observe.CallObserver;
import io.undertow.Undertow;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A call of a remote function, that is proxy, encoding, {@code /route/}, worker and decoding,
 * against the same two HTTP exchanges by bare OkHttp with bodies that were built before. Engine and
 * worker are stand-ins that answer at once, always the same, so that what is measured is the
 * client.
 *
 * <p>Run with {@code -t 64} for many callers at once.
 */
@State(Scope.Benchmark)
@BenchmarkMode({Mode.SampleTime, Mode.Throughput})
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@NullUnmarked // JMH calls set-up first
public class CallBenchmark {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final byte[] ENDPOINT =
      ascii("{\"result\": {\"id\": 7, \"endpoint_name\": \"bench\", \"api_key\": \"k\"}}");
  private static final byte[] RESULT = ascii("{\"result\": {\"ok\": 25}}");

  /** The function that is called. */
  public interface Square {
    /** Blocks the caller. */
    @Remote
    int square(int x);

    /** Does not. */
    @Remote(name = "square_later")
    CompletableFuture<Integer> squareLater(int x);
  }

  private Undertow server;
  private Connection connection;
  private CallPath path;
  private Square square;

  private byte[] route;
  private OkHttpClient bare;
  private Request routeRequest;
  private Request workerRequest;

  /** Starts the stand-ins and both clients. */
  @Setup
  public void start() throws IOException {
    server = Undertow.builder().addHttpListener(0, "127.0.0.1", this::answer).build();
    server.start();
    int port = ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    String url = "http://127.0.0.1:" + port;
    route =
        ascii(
            "{\"url\": \""
                + url
                + "\", \"reqnum\": 12345, \"request_idx\": 67890, \"cost\": 100.0,"
                + " \"endpoint\": \"bench\", \"signature\": \""
                + "c2ln".repeat(86)
                + "\"}");

    Path cache = Files.createTempDirectory("call-benchmark");
    connection =
        Connection.builder(() -> "key")
            .webUrl(URI.create(url))
            .engineUrl(URI.create(url))
            .cacheFolder(cache)
            .build();
    path =
        new CallPath(
            connection,
            new CallTarget(
                "bench",
                () -> 7,
                type -> RemoteInterface.read(type, null),
                WireCodec.standard(),
                Dialect.JAVA,
                ExceptionTypes.NONE),
            CallObserver.NONE,
            Timeouts.DEFAULT);
    square = path.remote(Square.class, CallOptions.defaults());

    bare =
        new OkHttpClient.Builder()
            .connectionPool(new ConnectionPool(128, 1, TimeUnit.MINUTES))
            .build();
    routeRequest =
        request(
            url + "/route/",
            ascii(
                "{\"endpoint\": \"bench\", \"api_key\": \"k\", \"cost\": 100.0, \"request_idx\": 0,"
                    + " \"replay_timeout\": 60}"));
    workerRequest =
        request(
            url + "/remote/square",
            ascii(
                "{\"auth_data\": "
                    + new String(route, StandardCharsets.US_ASCII)
                    + ", \"session_id\": null, \"payload\": {\"kwargs\": {\"x\": 5}}}"));
  }

  /** Ends them. */
  @TearDown
  public void stop() {
    path.close();
    connection.close();
    bare.dispatcher().executorService().shutdown();
    bare.connectionPool().evictAll();
    server.stop();
  }

  /** A blocking call. */
  @Benchmark
  public int call() {
    return square.square(5);
  }

  /** A call that answers a future, awaited. */
  @Benchmark
  public int callByFuture() {
    return square.squareLater(5).join();
  }

  /** The floor. */
  @Benchmark
  public int bareExchanges() throws IOException {
    return send(routeRequest) + send(workerRequest);
  }

  private int send(Request request) throws IOException {
    try (Response response = bare.newCall(request).execute()) {
      return response.body().bytes().length;
    }
  }

  private static Request request(String url, byte[] body) {
    return new Request.Builder()
        .url(url)
        .header("Authorization", "Bearer k")
        .post(RequestBody.create(body, JSON))
        .build();
  }

  private void answer(HttpServerExchange exchange) {
    String requested = exchange.getRequestPath();
    byte[] body =
        requested.equals("/route/") ? route : requested.startsWith("/api/") ? ENDPOINT : RESULT;
    exchange
        .getRequestReceiver()
        .receiveFullBytes(
            (received, ignored) -> received.getResponseSender().send(ByteBuffer.wrap(body)));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
