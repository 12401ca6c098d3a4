package dev.vast4j.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * A worker as small as can be, run as a process by the engine's tests: it reports, verifies
 * signatures and answers every call with what its bundle's SCRIPT_ANSWER says.
 *
 * <p>Variables of the bundle: SCRIPT_ANSWER (text), SCRIPT_PERF (load per second), SCRIPT_MILLIS
 * (how long a call takes), SCRIPT_FAIL ("exit": end at once; "error": report an error),
 * SCRIPT_CHILD (anything: start a process of its own that outlives it). As a template's worker, it
 * answers other routes with what it was sent, in three events when the payload has "stream".
 */
public final class ScriptedWorker {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private final Map<String, String> env = System.getenv();
  private final Map<Long, Double> working = new LinkedHashMap<>();
  private final ArrayNode finished = MAPPER.createArrayNode();
  private double served;
  private double received;
  private boolean changed = true;
  private boolean loadReported;
  private String url = "";

  private ScriptedWorker() {}

  public static void main(String[] arguments) throws Exception {
    new ScriptedWorker().run();
  }

  private String script(String name, String fallback) {
    return env.getOrDefault("SCRIPT_" + name, fallback);
  }

  private void run() throws Exception {
    System.out.println("scripted worker " + env.get("CONTAINER_ID") + " starts");
    System.out.println("environment " + String.join(" ", env.keySet()));
    watchStdin();
    if (script("FAIL", "").equals("exit")) {
      System.out.println("no such GPU");
      System.exit(3);
    }
    if (!script("CHILD", "").isEmpty()) {
      System.out.println("child " + new ProcessBuilder("sleep", "300").start().pid());
    }
    PublicKey key = publicKey();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/remote/", exchange -> call(exchange, key));
    server.createContext("/pyworker/update", this::update);
    server.createContext("/", exchange -> route(exchange, key));
    server.start();
    url = "http://" + env.get("PUBLIC_IPADDR") + ":" + server.getAddress().getPort();
    String error = script("FAIL", "").equals("error") ? "the context would not enter" : "";
    for (int beat = 0; ; beat++) {
      report(error, beat);
      Thread.sleep(100);
    }
  }

  private void watchStdin() {
    Thread watcher =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {}
              } catch (IOException e) {
                System.out.println(e);
              }
              Runtime.getRuntime().halt(0);
            });
    watcher.setDaemon(true);
    watcher.start();
  }

  private PublicKey publicKey() throws Exception {
    try (InputStream in = URI.create(env.get("REPORT_ADDR") + "/pubkey/").toURL().openStream()) {
      String pem = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
      return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der));
    }
  }

  private void call(HttpExchange exchange, PublicKey key) throws IOException {
    JsonNode body = MAPPER.readTree(exchange.getRequestBody());
    JsonNode auth = body.path("auth_data");
    if (!verified(auth, key)) {
      answer(exchange, 401, "{\"error\": \"signature\"}");
      return;
    }
    long idx = auth.path("request_idx").asLong();
    double started = System.currentTimeMillis() / 1000.0;
    synchronized (this) {
      working.put(idx, 100.0);
      received += 100;
      changed = true;
    }
    try {
      Thread.sleep(Long.parseLong(script("MILLIS", "0")));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    answer(
        exchange,
        200,
        MAPPER
            .createObjectNode()
            .set("result", MAPPER.createObjectNode().put("ok", script("ANSWER", "hello")))
            .toString());
    synchronized (this) {
      working.remove(idx);
      served += 100;
      changed = true;
      finished
          .addObject()
          .put("request_idx", idx)
          .put("success", true)
          .put("status", "Success")
          .put("entered_queue_at", started)
          .put("work_started_at", started)
          .put("work_completed_at", System.currentTimeMillis() / 1000.0);
    }
  }

  /** A route of a template: answers with what it got. */
  private void route(HttpExchange exchange, PublicKey key) throws IOException {
    JsonNode body = MAPPER.readTree(exchange.getRequestBody());
    if (!verified(body.path("auth_data"), key)) {
      answer(exchange, 401, "{\"error\": \"signature\"}");
      return;
    }
    ObjectNode echo = MAPPER.createObjectNode().put("route", exchange.getRequestURI().toString());
    echo.put("said", script("ANSWER", "hello")).set("payload", body.path("payload"));
    if (!body.path("payload").path("stream").asBoolean()) {
      answer(exchange, 200, echo.toString());
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    for (int i = 1; i <= 3; i++) {
      exchange
          .getResponseBody()
          .write(("data: {\"n\": " + i + "}\n\n").getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
    }
    exchange.getResponseBody().write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
    exchange.close();
  }

  private static boolean verified(JsonNode auth, PublicKey key) {
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(key);
      String text = "{\n    \"url\": \"" + auth.path("url").asText() + "\"\n}";
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return signature.verify(Base64.getDecoder().decode(auth.path("signature").asText()));
    } catch (Exception e) {
      return false;
    }
  }

  private void update(HttpExchange exchange) throws IOException {
    String bearer = exchange.getRequestHeaders().getFirst("Authorization");
    if (!("Bearer " + env.get("MASTER_TOKEN")).equals(bearer)) {
      answer(exchange, 401, "{}");
      return;
    }
    Files.writeString(Path.of(env.get("VAST4J_FORCE_UPDATE_FILE")), "");
    answer(exchange, 200, "{\"ok\": true}");
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void report(String error, int beat) {
    ObjectNode status = MAPPER.createObjectNode();
    ObjectNode deleted = MAPPER.createObjectNode();
    synchronized (this) {
      if (!changed && beat % 50 != 0) {
        return;
      }
      changed = false;
      status
          .put("id", Long.parseLong(env.get("CONTAINER_ID")))
          .put("mtoken", env.get("MASTER_TOKEN"))
          .put("version", "1.1.0")
          .put("loadtime", loadReported || !error.isEmpty() ? 0 : 0.5)
          .put("cur_load", working.size() * 100.0)
          .put("rej_load", 0)
          .put("new_load", received)
          .put("error_msg", error)
          .put("max_perf", error.isEmpty() ? Double.parseDouble(script("PERF", "1000")) : 0)
          .put("cur_perf", served)
          .put("cur_capacity", 0)
          .put("max_capacity", 0)
          .put("num_requests_working", working.size())
          .put("num_requests_recieved", working.size())
          .put("additional_disk_usage", 0)
          .put("url", url);
      ArrayNode idxs = status.putArray("working_request_idxs");
      working.keySet().forEach(idxs::add);
      deleted
          .put("worker_id", Long.parseLong(env.get("CONTAINER_ID")))
          .put("mtoken", env.get("MASTER_TOKEN"))
          .set("requests", finished.deepCopy());
      finished.removeAll();
      received = 0;
      served = 0;
    }
    if (post("/worker_status/", status)) {
      loadReported = true;
    }
    if (!deleted.path("requests").isEmpty()) {
      post("/delete_requests/", deleted);
    }
  }

  private boolean post(String path, JsonNode body) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(env.get("REPORT_ADDR") + path).toURL().openConnection();
      connection.setRequestMethod("POST");
      connection.setDoOutput(true);
      connection.getOutputStream().write(MAPPER.writeValueAsBytes(body));
      return connection.getResponseCode() == 200;
    } catch (IOException e) {
      System.out.println("report: " + e);
      return false;
    }
  }
}
