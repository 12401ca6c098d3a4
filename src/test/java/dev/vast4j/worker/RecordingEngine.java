package dev.vast4j.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A fake engine: signs routes, records what workers report, fails on demand. */
final class RecordingEngine implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final KeyPair KEYS = newKeys();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<JsonNode> statuses = new ArrayList<>();
  private final List<JsonNode> finished = new ArrayList<>();
  private final List<JsonNode> posted = new ArrayList<>();
  private final AtomicLong reqnum = new AtomicLong();

  /** How many status reports to answer with 500 before accepting them. */
  final AtomicInteger refuseStatuses = new AtomicInteger();

  /** How many reports of finished requests to answer with 500 before accepting them. */
  final AtomicInteger refuseFinished = new AtomicInteger();

  /** How many requests for the key to answer with 500. */
  final AtomicInteger refuseKey = new AtomicInteger();

  private volatile boolean announced;

  /** Announces itself as the embedded engine does. */
  RecordingEngine announced() {
    announced = true;
    return this;
  }

  RecordingEngine() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/pubkey/",
        exchange -> {
          if (refuseKey.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            answer(exchange, 500, "no key now");
          } else {
            answer(exchange, 200, publicKeyPem());
          }
        });
    server.createContext("/worker_status/", exchange -> record(exchange, statuses, refuseStatuses));
    server.createContext(
        "/delete_requests/", exchange -> record(exchange, finished, refuseFinished));
    server.createContext("/callback", exchange -> record(exchange, posted, new AtomicInteger()));
    server.start();
  }

  /** Answers the JSON requests to a path. */
  void serve(String path, UnaryOperator<JsonNode> answer) {
    server.createContext(
        path,
        exchange ->
            answer(
                exchange, 200, answer.apply(JSON.readTree(exchange.getRequestBody())).toString()));
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Returns what {@code /route/} answers for a worker's URL. */
  ObjectNode route(String workerUrl) {
    long number = reqnum.incrementAndGet();
    ObjectNode route = JSON.createObjectNode();
    route.put("url", workerUrl);
    route.put("reqnum", number);
    route.put("request_idx", 1000 + number);
    route.put("cost", 100);
    route.put("endpoint", "test");
    route.put("signature", sign(workerUrl));
    return route;
  }

  static String sign(String url) {
    try {
      Signature signer = Signature.getInstance("SHA256withRSA");
      signer.initSign(KEYS.getPrivate());
      signer.update(("{\n    \"url\": \"" + url + "\"\n}").getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String publicKeyPem() {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(KEYS.getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  List<JsonNode> statuses() {
    return copy(statuses);
  }

  /** Returns the requests reported as finished, in order. */
  List<JsonNode> finished() {
    List<JsonNode> requests = new ArrayList<>();
    copy(finished).forEach(report -> report.get("requests").forEach(requests::add));
    return requests;
  }

  List<JsonNode> callbacks() {
    return copy(posted);
  }

  JsonNode awaitStatus(Predicate<JsonNode> wanted) throws InterruptedException {
    return await(() -> statuses().stream().filter(wanted).findFirst().orElse(null), "a status");
  }

  /** Waits for something to be recorded. */
  <T> T await(java.util.function.Supplier<@org.jspecify.annotations.Nullable T> source, String what)
      throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    synchronized (this) {
      for (; ; ) {
        T found = source.get();
        if (found != null) {
          return found;
        }
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new AssertionError(what + " did not arrive; statuses: " + statuses);
        }
        // Some conditions change without a report.
        wait(Math.min(left, 20));
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void record(HttpExchange exchange, List<JsonNode> to, AtomicInteger refusals)
      throws IOException {
    JsonNode body = JSON.readTree(exchange.getRequestBody());
    if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      answer(exchange, 500, "not now");
      return;
    }
    synchronized (this) {
      to.add(body);
      notifyAll();
    }
    answer(exchange, 200, "{}");
  }

  private void answer(HttpExchange exchange, int status, String body) {
    try (exchange) {
      if (announced) {
        exchange.getResponseHeaders().set("Vast4j-Engine", "1");
      }
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized List<JsonNode> copy(List<JsonNode> list) {
    return List.copyOf(list);
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
