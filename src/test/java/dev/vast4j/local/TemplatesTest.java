package dev.vast4j.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.vast4j.Autoscaling;
import dev.vast4j.CallOptions;
import dev.vast4j.Endpoint;
import dev.vast4j.TypeRef;
import dev.vast4j.Vast;
import dev.vast4j.api.EndpointConfig;
import dev.vast4j.api.WorkerInfo;
import dev.vast4j.api.WorkergroupConfig;
import dev.vast4j.errors.CallRefusedException;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.errors.VastException;
import dev.vast4j.errors.WorkerLostException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints whose workers are a template's: a process, or a server that runs already. */
@Timeout(120)
class TemplatesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final CallOptions PATIENT = CallOptions.defaults().timeout(Duration.ofMinutes(1));

  private final BlockingQueue<String> tokens = new LinkedBlockingQueue<>();
  private HttpServer model;

  record Token(int n) {}

  @BeforeEach
  void startModel() throws IOException {
    model = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    model.setExecutor(Executors.newCachedThreadPool());
    model.createContext("/v1/", this::complete);
    model.createContext(
        "/other",
        exchange -> {
          byte[] echo = exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(echo.length > 1000 ? 413 : 200, echo.length);
          exchange.getResponseBody().write(echo);
          exchange.close();
        });
    model.start();
  }

  @AfterEach
  void stopModel() {
    model.stop(0);
  }

  private void complete(HttpExchange exchange) throws IOException {
    JsonNode request = JSON.readTree(exchange.getRequestBody());
    boolean stream = request.path("stream").asBoolean();
    exchange
        .getResponseHeaders()
        .set("Content-Type", stream ? "text/event-stream" : "application/json");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      if (!stream) {
        out.write(
            ("{\"path\":\""
                    + exchange.getRequestURI()
                    + "\",\"model\":"
                    + request.path("model")
                    + "}")
                .getBytes(UTF_8));
        return;
      }
      out.flush();
      for (int i = 1; i <= 3; i++) {
        out.write(("data: {\"token\":\"" + tokens.take() + "\"}\n\n").getBytes(UTF_8));
        out.flush();
      }
      out.write("data: [DONE]\n\n".getBytes(UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private LocalOptions served() {
    URI url = URI.create("http://127.0.0.1:" + model.getAddress().getPort());
    return LocalOptions.defaults().template("llm", LocalTemplate.server(url));
  }

  private static LocalOptions scripted() {
    return LocalOptions.defaults()
        .template("scripted", program(ScriptedWorker.class).variable("SCRIPT_ANSWER", "bonjour"));
  }

  private static LocalTemplate program(Class<?> main) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return LocalTemplate.command(
        java, "-cp", System.getProperty("java.class.path"), main.getName());
  }

  private static long create(Vast vast, String name, String hash) {
    long id =
        vast.endpoints().create(EndpointConfig.of(name, Autoscaling.defaults().maxWorkers(1)));
    vast.workergroups().create(WorkergroupConfig.ofTemplate(id, hash));
    return id;
  }

  @Test
  void aProcessServesItsRoutesWithSignedRequests() {
    try (LocalVast local = LocalVast.start(scripted())) {
      Vast vast = local.client();
      long id = create(vast, "pyworker", "scripted");
      Endpoint endpoint = vast.endpoint("pyworker").with(PATIENT);

      Map<String, Object> answer = endpoint.request("/generate?best=1", Map.of("prompt", "x"));

      assertThat(answer)
          .isEqualTo(
              Map.of(
                  "route",
                  "/generate?best=1",
                  "said",
                  "bonjour",
                  "payload",
                  Map.of("prompt", "x")));
      try (Stream<Token> stream =
          endpoint.stream("/generate", Map.of("stream", true), Token.class)) {
        assertThat(stream).containsExactly(new Token(1), new Token(2), new Token(3));
      }
      assertThat(endpoint.workers()).extracting(WorkerInfo::status).containsExactly("idle");
      vast.endpoints().delete(id);
      assertThat(vast.endpoints().list()).isEmpty();
    }
  }

  @Test
  void aServerThatRunsAlreadyIsAWorkerToo() {
    try (LocalVast local = LocalVast.start(served())) {
      create(local.client(), "llm-endpoint", "llm");
      Endpoint endpoint = local.client().endpoint("llm-endpoint").with(PATIENT);

      assertThat(endpoint.request("/v1/completions?a=1", Map.of("model", "m")))
          .isEqualTo(Map.of("path", "/v1/completions?a=1", "model", "m"));
      assertThat(endpoint.request("/other", Map.of("k", 1))).isEqualTo(Map.of("k", 1));
      assertThat(
              catchThrowableOfType(
                      CallRefusedException.class,
                      () -> endpoint.request("/other", Map.of("k", "x".repeat(2000))))
                  .status())
          .isEqualTo(413);
      try (Stream<Map<String, Object>> stream =
          endpoint.stream(
              "/v1/completions", Map.of("stream", true), new TypeRef<Map<String, Object>>() {})) {
        Iterator<Map<String, Object>> each = stream.iterator();
        for (String token : new String[] {"a", "b", "c"}) {
          tokens.add(token);
          assertThat(each.next()).isEqualTo(Map.of("token", token));
        }
        assertThat(each.hasNext()).isFalse();
      }
    }
  }

  @Test
  void forgedRoutesToAServerAreRefused() throws Exception {
    try (LocalVast local = LocalVast.start(served())) {
      create(local.client(), "llm-endpoint", "llm");
      Endpoint endpoint = local.client().endpoint("llm-endpoint").with(PATIENT);
      endpoint.request("/other", Map.of());
      long worker = endpoint.workers().get(0).id();

      HttpURLConnection forged =
          post(
              local.url() + "/template/" + worker + "/other",
              "{\"auth_data\":{\"signature\":\"x\"},\"payload\":{}}",
              "any");

      assertThat(forged.getResponseCode()).isEqualTo(401);
    }
  }

  @Test
  void aPlainServerSaysThatItHasNoSessions() {
    try (LocalVast local = LocalVast.start(served())) {
      create(local.client(), "llm-endpoint", "llm");
      Endpoint endpoint = local.client().endpoint("llm-endpoint").with(PATIENT);

      assertThatThrownBy(() -> endpoint.openSession(Duration.ofMinutes(1)))
          .isInstanceOf(VastException.class)
          .hasMessageContaining("LocalTemplate.command");
    }
  }

  @Test
  void unknownTemplatesHaveNoWorkersAndTheLogSaysWhy() {
    try (LocalVast local = LocalVast.start()) {
      create(local.client(), "nobody", "a-hash-of-the-service");
      Endpoint endpoint = local.client().endpoint("nobody");

      assertThatThrownBy(
              () ->
                  endpoint
                      .with(CallOptions.defaults().timeout(Duration.ofSeconds(2)))
                      .request("/r", Map.of()))
          .isInstanceOf(CallTimeoutException.class);
      assertThat(endpoint.logs().level("info0")).contains("LocalOptions.template");
    }
  }

  /** Ends as a Python program whose import failed. */
  static final class Traceback {
    public static void main(String[] arguments) {
      System.err.println(
          """
          Traceback (most recent call last):
            File "serve.py", line 3, in <module>
              import model
            File "model.py", line 1, in <module>
              import torhc
          ModuleNotFoundError: No module named 'torhc'\
          """);
      System.exit(1);
    }
  }

  @Test
  void whatPythonRaisedComesFirst() {
    LocalOptions options = LocalOptions.defaults().template("broken", program(Traceback.class));
    try (LocalVast local = LocalVast.start(options)) {
      create(local.client(), "broken", "broken");
      Endpoint endpoint = local.client().endpoint("broken");

      Api.await(
          "the error",
          Duration.ofMinutes(1),
          () -> endpoint.workers().stream().anyMatch(worker -> worker.errorMsg() != null));

      assertThat(endpoint.workers().get(0).errorMsg())
          .startsWith("ended with exit code 1: ModuleNotFoundError: No module named 'torhc'\n")
          .contains("File \"model.py\", line 1");
    }
  }

  @Test
  void endpointsOfTemplatesOutliveTheEngine(@TempDir Path folder) {
    long group;
    try (LocalVast local = LocalVast.start(served().folder(folder))) {
      create(local.client(), "llm-endpoint", "llm");
      group = local.client().workergroups().list().get(0).id();
    }
    try (LocalVast local = LocalVast.start(served().folder(folder))) {
      Endpoint endpoint = local.client().endpoint("llm-endpoint").with(PATIENT);
      assertThat(endpoint.request("/other", Map.of("k", 1))).isEqualTo(Map.of("k", 1));

      local.client().workergroups().delete(group);

      assertThat(local.client().workergroups().list()).isEmpty();
    }
  }

  @Test
  void aServerThatStopsIsNoWorkerAnyMore() {
    try (LocalVast local = LocalVast.start(served())) {
      create(local.client(), "llm-endpoint", "llm");
      Endpoint endpoint = local.client().endpoint("llm-endpoint").with(PATIENT);
      endpoint.request("/other", Map.of());
      model.stop(0);

      assertThatThrownBy(
              () ->
                  endpoint
                      .with(CallOptions.defaults().timeout(Duration.ofSeconds(3)))
                      .request("/other", Map.of()))
          .isInstanceOfAny(CallTimeoutException.class, WorkerLostException.class);
    }
  }

  // ---- the proxy for OpenAI clients

  private static HttpURLConnection post(String url, String body, String key) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    connection.setRequestProperty("Authorization", "Bearer " + key);
    connection.setRequestProperty("Content-Type", "application/json");
    connection.getOutputStream().write(body.getBytes(UTF_8));
    return connection;
  }

  private static JsonNode json(HttpURLConnection answer) throws IOException {
    InputStream in =
        answer.getResponseCode() < 400 ? answer.getInputStream() : answer.getErrorStream();
    return JSON.readTree(in);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/chat/completions", "/chat/completions", "/v1/completions"})
  void theProxyRoutesSignsAndStreams(String path) throws Exception {
    try (LocalVast local = LocalVast.start(served())) {
      create(local.client(), "my llm", "llm");
      String base = local.client().endpoint("my llm").openAiUrl().toString();
      assertThat(base).isEqualTo(local.url() + "/openai/my%20llm/v1");
      String url = base.substring(0, base.length() - 3) + path;

      JsonNode answer = json(post(url, "{\"model\":\"any\"}", local.client().apiKey()));
      assertThat(answer.path("path").asText())
          .isEqualTo(path.startsWith("/v1") ? path : "/v1" + path);

      HttpURLConnection streamed = post(url, "{\"stream\":true}", local.apiKey());
      tokens.add("one");
      assertThat(streamed.getResponseCode()).isEqualTo(200);
      assertThat(streamed.getContentType()).isEqualTo("text/event-stream");
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(streamed.getInputStream(), UTF_8))) {
        assertThat(lines.readLine()).isEqualTo("data: {\"token\":\"one\"}");
        tokens.add("two");
        tokens.add("three");
        assertThat(lines.lines().filter(line -> !line.isEmpty()).toList())
            .containsExactly(
                "data: {\"token\":\"two\"}", "data: {\"token\":\"three\"}", "data: [DONE]");
      }
    }
  }

  @Test
  void theProxyRefusesInTheFormThatClientsRead() throws Exception {
    try (LocalVast local = LocalVast.start(served())) {
      create(local.client(), "llm-endpoint", "llm");
      String base = local.client().endpoint("llm-endpoint").openAiUrl().toString();
      String key = local.apiKey();

      HttpURLConnection unknownKey = post(base + "/chat/completions", "{}", "wrong");
      assertThat(unknownKey.getResponseCode()).isEqualTo(401);
      assertThat(json(unknownKey).path("error").path("message").asText()).contains("key");
      HttpURLConnection images = post(base + "/images/generations", "{}", key);
      assertThat(images.getResponseCode()).isEqualTo(404);
      assertThat(json(images).path("error").path("message").asText()).contains("Endpoint.request");
      HttpURLConnection nobody =
          post(local.url() + "/openai/nobody/v1/chat/completions", "{}", key);
      assertThat(nobody.getResponseCode()).isEqualTo(404);
      HttpURLConnection malformed = post(base + "/chat/completions", "{", key);
      assertThat(malformed.getResponseCode()).isEqualTo(400);
    }
  }

  @Test
  void templatesAreChecked() {
    assertThatThrownBy(LocalTemplate::command).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LocalTemplate.server(URI.create("ftp://x")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LocalTemplate.command("x").variable("", "v"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LocalOptions.defaults().template(" ", LocalTemplate.command("x")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(LocalTemplate.command("run").variable("TOKEN", "s3cret").toString())
        .isEqualTo("LocalTemplate[run]");
  }
}
