package dev.vast4j.internal.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vast4j.Autoscaling;
import dev.vast4j.CallOptions;
import dev.vast4j.Endpoint;
import dev.vast4j.Session;
import dev.vast4j.Vast;
import dev.vast4j.api.EndpointConfig;
import dev.vast4j.api.WorkergroupConfig;
import dev.vast4j.api.WorkergroupInfo;
import dev.vast4j.errors.EndpointNotFoundException;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.internal.http.ScriptedServer;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import dev.vast4j.internal.http.ScriptedServer.Request;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An account's endpoints, found by their names. */
@Timeout(30)
class EndpointTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Request> seen = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch silent = new CountDownLatch(1);
  private final String key = "key-of-vllm";
  private final ScriptedServer service = new ScriptedServer(this::serve);
  private final Vast vast =
      Vast.builder()
          .apiKey("account-key")
          .webUrl(service.url())
          .engineUrl(service.url())
          .cacheFolder(Path.of("target", "test-cache"))
          .build();

  @AfterEach
  void close() {
    vast.close();
    service.close();
  }

  /** One server as web API, engine and worker. */
  private Reply serve(Request request) throws java.io.IOException {
    seen.add(request);
    String path = request.path();
    if (path.startsWith("/api/v0/endptjobs/") && request.method().equals("GET")) {
      return Reply.json(
          "{\"results\":[{\"id\":6,\"endpoint_name\":\"other\",\"api_key\":\"k\"},"
              + "{\"id\":7,\"endpoint_name\":\"vllm qwen\",\"api_key\":\""
              + key
              + "\",\"max_workers\":3,\"endpoint_state\":\"active\"}]}");
    }
    return switch (path) {
      case "/route/" ->
          request.header("authorization").equals("Bearer " + key)
              ? Reply.json("{\"url\":\"" + service.url() + "\",\"request_idx\":1}")
              : Reply.json(401, "{\"error\":\"auth_error\",\"msg\":\"Invalid user key\"}");
      case "/silent" -> {
        silent.countDown();
        yield Reply.silence();
      }
      case "/session/create" ->
          Reply.json(201, "{\"session_id\":\"abcDEF0123456\",\"expiration\":4102444800}");
      case "/session/health" -> Reply.json("{\"ok\":true}");
      case "/session/get" -> Reply.json("{\"lifetime\":60,\"expiration\":4102444800}");
      case "/get_endpoint_workers/" -> Reply.json("[{\"id\":1,\"status\":\"idle\"}]");
      case "/get_endpoint_logs/" -> Reply.json("{\"info0\":\"started\"}");
      case "/api/v0/workergroups/" ->
          request.method().equals("GET")
              ? Reply.json(
                  "{\"results\":[{\"id\":4,\"endpoint_id\":6},{\"id\":5,\"endpoint_id\":7}]}")
              : Reply.json("{\"id\":5}");
      case "/api/v0/endptjobs/" -> Reply.json("{\"result\":7}");
      default -> Reply.json("{\"path\":\"" + path + "\"}");
    };
  }

  private List<String> paths(String prefix) {
    return seen.stream()
        .map(request -> request.method() + " " + request.path())
        .filter(line -> line.contains(prefix))
        .toList();
  }

  private JsonNode body(String path) throws java.io.IOException {
    Request last =
        seen.stream().filter(request -> request.path().equals(path)).reduce((a, b) -> b).get();
    return JSON.readTree(last.text());
  }

  @Test
  void findsTheEndpointOnceAndCallsItsWorkersWithItsKey() throws Exception {
    Endpoint endpoint = vast.endpoint("vllm qwen");
    assertThat(seen).as("nothing is sent before the first request").isEmpty();
    assertThat(vast.endpoint("vllm qwen")).isSameAs(endpoint);

    for (int i = 0; i < 3; i++) {
      assertThat(endpoint.request("/generate", Map.of("inputs", "x")))
          .isEqualTo(Map.of("path", "/generate"));
    }

    assertThat(paths("endptjobs")).containsExactly("GET /api/v0/endptjobs/?client_id=me");
    assertThat(body("/route/").path("endpoint").textValue()).isEqualTo("vllm qwen");
    assertThat(seen.get(seen.size() - 1).header("authorization")).isEqualTo("Bearer " + key);
    assertThat(endpoint).hasToString("Endpoint[vllm qwen]");
  }

  @Test
  void anUnknownNameFailsWithTheNamesThatExist() {
    EndpointNotFoundException missing =
        catchThrowableOfType(
            EndpointNotFoundException.class,
            () -> vast.endpoint("vllm").request("/generate", Map.of()));

    assertThat(missing.endpoint()).isEqualTo("vllm");
    assertThat(missing.existing()).containsExactly("other", "vllm qwen");
    assertThat(missing).hasMessageContaining("other, vllm qwen");
    assertThatThrownBy(() -> vast.endpoint(" ")).isInstanceOf(InvalidDeploymentException.class);
    assertThatThrownBy(() -> vast.endpoint("nobody").info())
        .isInstanceOf(EndpointNotFoundException.class);
  }

  @Test
  void tellsAboutItself() {
    Endpoint endpoint = vast.endpoint("vllm qwen");

    assertThat(endpoint.name()).isEqualTo("vllm qwen");
    assertThat(endpoint.info().id()).isEqualTo(7);
    assertThat(endpoint.info().scaling().maxWorkers()).isEqualTo(3);
    assertThat(endpoint.workers()).hasSize(1);
    assertThat(endpoint.logs().level("info0")).isEqualTo("started");
    assertThat(vast.endpoints().logs(7, 20).level("info0")).isEqualTo("started");
    assertThat(vast.endpoints().find("other")).map(e -> e.id()).contains(6L);
    assertThat(vast.endpoints().find("none")).isEmpty();
    assertThat(vast.apiKey()).isEqualTo("account-key");
  }

  @Test
  void hasAnAddressForOpenAiClients() {
    assertThat(vast.endpoint("vllm qwen").openAiUrl())
        .isEqualTo(URI.create(service.url() + "/openai/vllm%20qwen/v1"));
    try (Vast real = Vast.builder().apiKey("k").webUrl("https://console.vast.ai").build()) {
      assertThat(real.endpoint("vllm-qwen").openAiUrl())
          .isEqualTo(URI.create("https://openai.vast.ai/vllm-qwen/v1"));
      assertThat(real.endpoint("größe/+1").openAiUrl().toString())
          .isEqualTo("https://openai.vast.ai/gr%C3%B6%C3%9Fe%2F%2B1/v1");
    }
  }

  @Test
  void viewsHaveTheirOwnOptionsAndObserver() throws Exception {
    List<String> observed = new ArrayList<>();
    Endpoint view =
        vast.endpoint("vllm qwen")
            .observe(
                call -> {
                  observed.add(call.function());
                  return dev.vast4j.observe.CallObserver.Observation.NONE;
                })
            .with(CallOptions.defaults().cost(42));

    view.request("/generate", Map.of());

    assertThat(body("/route/").path("cost").asInt()).isEqualTo(42);
    try (Session session = view.openSession(Duration.ofSeconds(60))) {
      session.request("/in-session", Map.of());
      Session again = Session.resume(view, session.id(), session.auth());
      assertThat(again.request("/resumed", Map.of())).isNotEmpty();
      assertThatThrownBy(() -> session.remote(Runnable.class))
          .isInstanceOf(InvalidDeploymentException.class)
          .hasMessageContaining("has no remote interfaces");
      again.detach();
    }
    assertThat(observed).containsExactly("/generate", "session/create", "/in-session", "/resumed");
  }

  @Test
  void closingTheConnectionEndsRequestsAndSessions() throws Exception {
    Endpoint endpoint = vast.endpoint("vllm qwen");
    endpoint.openSession(Duration.ofSeconds(60));
    CompletableFuture<Map<String, Object>> waiting = endpoint.requestAsync("/silent", Map.of());
    assertThat(silent.await(10, TimeUnit.SECONDS)).isTrue();

    vast.close();

    assertThatThrownBy(waiting::join).isInstanceOf(CancellationException.class);
    assertThat(paths("/session/end")).hasSize(1);
    assertThatThrownBy(() -> endpoint.request("/generate", Map.of()))
        .isInstanceOf(CancellationException.class);
  }

  @Test
  void endpointsAndWorkergroupsAreCreatedChangedAndDeleted() throws Exception {
    EndpointConfig config = EndpointConfig.of("new", Autoscaling.defaults().maxWorkers(2));
    assertThat(vast.endpoints().create(config)).isEqualTo(7);
    assertThat(body("/api/v0/endptjobs/").toString())
        .isEqualTo("{\"endpoint_name\":\"new\",\"max_workers\":2}");
    vast.endpoints().change(7, config);
    vast.endpoints().delete(7);
    WorkergroupConfig group = WorkergroupConfig.ofTemplate(7, "hash");
    assertThat(vast.workergroups().create(group)).isEqualTo(5);
    assertThat(vast.workergroups().ofEndpoint(7))
        .extracting(WorkergroupInfo::id)
        .containsExactly(5L);
    vast.workergroups().change(5, group);
    assertThat(body("/api/v0/workergroups/5/").toString())
        .isEqualTo("{\"endpoint_id\":7,\"search_params\":\"\",\"template_hash\":\"hash\"}");
    vast.workergroups().delete(5);

    assertThat(paths("/api/v0/"))
        .containsExactly(
            "POST /api/v0/endptjobs/",
            "PUT /api/v0/endptjobs/7/",
            "DELETE /api/v0/endptjobs/7/",
            "POST /api/v0/workergroups/",
            "GET /api/v0/workergroups/",
            "PUT /api/v0/workergroups/5/",
            "DELETE /api/v0/workergroups/5/");
  }
}
