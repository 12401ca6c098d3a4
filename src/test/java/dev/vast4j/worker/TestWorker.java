package dev.vast4j.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.internal.function.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** A worker in this process, with a client for it. */
final class TestWorker implements AutoCloseable {
  static final MediaType JSON = MediaType.get("application/json");

  private final OkHttpClient client =
      new OkHttpClient.Builder().readTimeout(Duration.ofSeconds(20)).build();
  private final RecordingEngine engine;
  private final Worker worker;

  private TestWorker(RecordingEngine engine, Worker worker) {
    this.engine = engine;
    this.worker = worker;
  }

  /** A complete answer. */
  record Answer(int status, String body) {
    JsonNode json() throws IOException {
      return RecordingEngine.JSON.readTree(body);
    }
  }

  static Map<String, String> environment(RecordingEngine engine) {
    Map<String, String> environment = new HashMap<>();
    environment.put("CONTAINER_ID", "7");
    environment.put("PUBLIC_IPADDR", "127.0.0.1");
    environment.put("WORKER_PORT", "0");
    environment.put("REPORT_ADDR", engine.url());
    environment.put("MASTER_TOKEN", "master-token");
    environment.put("VAST4J_GRACE_SECONDS", "5");
    return environment;
  }

  static void writeManifest(Path directory, Manifest manifest) throws IOException {
    Path file = directory.resolve("vast4j/manifest.json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, manifest.toJson());
  }

  static Manifest manifest(Class<?> type) {
    return Manifest.of("test", List.of(new Manifest.Served(type.getName(), null)), List.of());
  }

  static TestWorker start(RecordingEngine engine, Path directory, Manifest manifest)
      throws Exception {
    return start(engine, directory, manifest, environment(engine));
  }

  static TestWorker start(
      RecordingEngine engine, Path directory, Manifest manifest, Map<String, String> environment)
      throws Exception {
    writeManifest(directory, manifest);
    TestWorker worker = new TestWorker(engine, Worker.start(environment, directory));
    worker.worker.ready().get(15, TimeUnit.SECONDS);
    return worker;
  }

  /** Returns a client for a worker; closing it closes the worker. */
  static TestWorker of(RecordingEngine engine, Worker worker) {
    return new TestWorker(engine, worker);
  }

  Worker worker() {
    return worker;
  }

  String url() {
    return "http://127.0.0.1:" + worker.port();
  }

  ObjectNode body(String payload) throws IOException {
    return body(payload, null);
  }

  ObjectNode body(String payload, @Nullable String session) throws IOException {
    ObjectNode body = RecordingEngine.JSON.createObjectNode();
    body.set("auth_data", engine.route(url()));
    body.put("session_id", session);
    body.set("payload", RecordingEngine.JSON.readTree(payload));
    return body;
  }

  /** Calls a function of a worker in another process. */
  static String call(RecordingEngine engine, String url, String function, String kwargs)
      throws IOException {
    ObjectNode body = RecordingEngine.JSON.createObjectNode();
    body.set("auth_data", engine.route(url));
    body.putNull("session_id");
    body.putObject("payload").set("kwargs", RecordingEngine.JSON.readTree(kwargs));
    OkHttpClient client = new OkHttpClient.Builder().callTimeout(Duration.ofSeconds(20)).build();
    Request request =
        new Request.Builder()
            .url(url + "/remote/" + function)
            .post(RequestBody.create(body.toString(), JSON))
            .build();
    try (Response response = client.newCall(request).execute()) {
      return response.body().string();
    }
  }

  /** Calls a function with arguments in the wire form, as one JSON object. */
  Answer call(String function, String kwargs) throws IOException {
    return post("/remote/" + function, body("{\"kwargs\": " + kwargs + "}").toString());
  }

  Answer post(String path, String json) throws IOException {
    try (Response response = newCall(path, json).execute()) {
      return new Answer(response.code(), response.body().string());
    }
  }

  Call newCall(String path, String json) {
    return client.newCall(
        new Request.Builder()
            .url((path.startsWith("http") ? "" : url()) + path)
            .post(RequestBody.create(json, JSON))
            .build());
  }

  /** Opens a connection and sends a request. */
  Socket send(String path, String json) throws IOException {
    Socket socket = new Socket("127.0.0.1", worker.port());
    socket.setSoTimeout(20_000);
    write(socket, path, json);
    return socket;
  }

  /** Sends a request. */
  static void write(Socket socket, String path, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    String head =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: worker\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(body);
    socket.getOutputStream().flush();
  }

  /** Reads an answer's head, and its body if that has a length. */
  static String readAnswer(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the connection ended after: " + head);
      }
      head.append((char) next);
    }
    Matcher length =
        Pattern.compile("content-length: ([0-9]+)", Pattern.CASE_INSENSITIVE).matcher(head);
    return length.find()
        ? head
            + new String(in.readNBytes(Integer.parseInt(length.group(1))), StandardCharsets.UTF_8)
        : head.toString();
  }

  /** Posts an empty body with an Authorization header. */
  Answer authorized(String path, @Nullable String authorization) throws IOException {
    Request.Builder request =
        new Request.Builder().url(url() + path).post(RequestBody.create("", JSON));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    try (Response response = client.newCall(request.build()).execute()) {
      return new Answer(response.code(), response.body().string());
    }
  }

  @Override
  public void close() {
    worker.close();
    client.connectionPool().evictAll();
    client.dispatcher().executorService().shutdown();
  }
}
