package dev.vast4j.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The embedded engine's services as the live ones are at their worst: they tell neither which
 * version a worker runs, nor which one was healthy, nor why a worker failed.
 */
final class SilentService implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> UNTOLD =
      List.of(
          "version_id",
          "version",
          "error_msg",
          "current_version_id",
          "last_healthy_version_id",
          "versions",
          "failed");

  private final URI behind;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  SilentService(URI behind) throws IOException {
    this.behind = behind;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::forward);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void forward(HttpExchange exchange) throws IOException {
    try (exchange) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(behind.resolve(exchange.getRequestURI()))
              .method(
                  exchange.getRequestMethod(),
                  BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
      for (String name : List.of("Authorization", "Content-Type", "User-Agent")) {
        String value = exchange.getRequestHeaders().getFirst(name);
        if (value != null) {
          request.header(name, value);
        }
      }
      HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
      byte[] body = answer.body();
      String type = answer.headers().firstValue("Content-Type").orElse("");
      if (type.contains("json") && !exchange.getRequestURI().getPath().contains("_logs")) {
        body = JSON.writeValueAsBytes(untold(JSON.readTree(body)));
      } else if (exchange.getRequestURI().getPath().contains("_logs")) {
        body = "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
      }
      if (!type.isEmpty()) {
        exchange.getResponseHeaders().set("Content-Type", type);
      }
      exchange.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static JsonNode untold(JsonNode node) {
    if (node instanceof ObjectNode object) {
      if (!object.path("versions").isArray()) {
        object.remove(UNTOLD);
      }
    }
    node.forEach(SilentService::untold);
    return node;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
