package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.vast4j.Batch;
import dev.vast4j.Benchmark;
import dev.vast4j.CallOptions;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Remote;
import dev.vast4j.Session;
import dev.vast4j.Vast;
import dev.vast4j.local.LocalVast;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a deployment's whole life sends, seen by a proxy. */
@Timeout(120)
public class UserAgentTest {
  /** Functions of each kind. */
  public interface Kinds {
    @Remote
    @Benchmark(dataset = "{\"x\": 3}", runs = 1)
    default int square(int x) {
      return x * x;
    }

    @Remote
    default CompletableFuture<Integer> later(int x) {
      return CompletableFuture.completedFuture(x * x);
    }

    @Remote
    default Stream<Integer> all(int x) {
      return IntStream.range(0, x).boxed();
    }
  }

  /** An HTTP proxy that notes who asked for what. */
  private static final class Witness extends ProxySelector implements AutoCloseable {
    final Map<String, Set<String>> agents = new TreeMap<>();
    private final HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ProxySelector before = ProxySelector.getDefault();

    Witness() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(threads);
      server.createContext("/", this::forward);
      server.start();
      ProxySelector.setDefault(this);
    }

    private void forward(HttpExchange exchange) throws IOException {
      try (exchange) {
        String path = exchange.getRequestURI().getPath().replaceAll("\\d+", "N");
        synchronized (agents) {
          agents
              .computeIfAbsent(
                  exchange.getRequestMethod() + " " + path.replaceAll("(/bundles?/).*", "$1…"),
                  any -> new TreeSet<>())
              .add(String.valueOf(exchange.getRequestHeaders().getFirst("User-Agent")));
        }
        HttpRequest.Builder request =
            HttpRequest.newBuilder(exchange.getRequestURI())
                .method(
                    exchange.getRequestMethod(),
                    BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
        exchange
            .getRequestHeaders()
            .forEach(
                (name, values) -> {
                  if (!Set.of("host", "content-length", "connection", "transfer-encoding")
                      .contains(name.toLowerCase(java.util.Locale.ROOT))) {
                    values.forEach(value -> request.header(name, value));
                  }
                });
        HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
        answer
            .headers()
            .map()
            .forEach(
                (name, values) -> {
                  if (!Set.of("content-length", "connection", "transfer-encoding")
                      .contains(name.toLowerCase(java.util.Locale.ROOT))) {
                    exchange.getResponseHeaders().put(name, values);
                  }
                });
        exchange.sendResponseHeaders(
            answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
        exchange.getResponseBody().write(answer.body());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public List<Proxy> select(URI uri) {
      return List.of(new Proxy(Proxy.Type.HTTP, server.getAddress()));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
      // the request fails
    }

    @Override
    public void close() {
      ProxySelector.setDefault(before);
      server.stop(0);
      threads.shutdownNow();
    }
  }

  @Test
  void everyRequestHasOurs() throws Exception {
    try (LocalVast engine = LocalVast.start();
        Witness witness = new Witness();
        Vast vast = engine.client();
        Deployment app =
            Deployment.builder("kinds")
                .vast(vast)
                .remote(Kinds.class)
                .image(Image.of("kinds", 1))
                .ttl(Duration.ofSeconds(60))
                .build()) {
      app.plan();
      app.ensureReady();
      app.awaitWorkers(1, Duration.ofSeconds(60));
      Kinds kinds = app.remote(Kinds.class, CallOptions.defaults());
      assertThat(kinds.square(3)).isEqualTo(9);
      assertThat(kinds.later(3).join()).isEqualTo(9);
      try (Stream<Integer> all = kinds.all(3)) {
        assertThat(all).containsExactly(0, 1, 2);
      }
      try (Stream<Batch.Result<Integer, Integer>> results =
          Batch.map(List.of(1, 2), kinds::later)) {
        assertThat(results).hasSize(2);
      }
      try (Session session = app.openSession(Duration.ofSeconds(30))) {
        assertThat(session.remote(Kinds.class).square(4)).isEqualTo(16);
        assertThat(session.isAlive()).isTrue();
      }
      long worker = app.workers().get(0).id();
      app.workerLogs(worker);
      app.logs();
      app.versions();
      vast.deployments().list();
      vast.endpoints().list();
      vast.workergroups().list();
      vast.offers();
      vast.endpoint("kinds").logs();
      app.stop();
      app.start();
      app.delete();
      synchronized (witness.agents) {
        assertThat(witness.agents.keySet())
            .contains(
                "PUT /api/vN/deployments/",
                "POST /route/",
                "POST /remote/square",
                "POST /remote/all",
                "POST /session/create",
                "POST /session/health",
                "POST /session/end",
                "POST /get_endpoint_workers/",
                "DELETE /api/vN/deployment/N/");
        assertThat(witness.agents)
            .allSatisfy(
                (request, agents) ->
                    assertThat(agents)
                        .as(request)
                        .allSatisfy(agent -> assertThat(agent).startsWith("vast4j/")));
      }
    }
  }
}
