package dev.vast4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.vast4j.Autoscaling;
import dev.vast4j.docs.Proves;
import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.ServiceUnreachableException;
import dev.vast4j.errors.UnexpectedAnswerException;
import dev.vast4j.internal.http.Answers;
import dev.vast4j.internal.http.FakeTiming;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(30)
class WebApiTest {
  private static final String KEY = "secret-key-4711";

  @RegisterExtension static final WireMockExtension SERVICE = Answers.service();

  private final FakeTiming timing = new FakeTiming();
  private final Connection connection = connection(SERVICE.baseUrl());
  private final WebApi web = connection.web();
  private final EngineApi engine = connection.engine();

  private Connection connection(String url) {
    return Connection.builder(() -> KEY)
        .webUrl(URI.create(url + "/"))
        .engineUrl(URI.create(url))
        .timing(timing)
        .build();
  }

  @AfterEach
  void close() {
    connection.close();
  }

  private static void answers(ResponseDefinitionBuilder... inTurn) {
    Answers.inTurn(SERVICE, inTurn);
  }

  private static LoggedRequest only() {
    assertThat(requests()).hasSize(1);
    return requests().get(0);
  }

  private static List<LoggedRequest> requests() {
    return Answers.requests(SERVICE);
  }

  /** Method, path and body of each request. */
  private static List<String> asked() {
    return requests().stream()
        .map(r -> r.getMethod() + " " + r.getUrl() + " " + r.getBodyAsString())
        .toList();
  }

  private static String printed(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void putsDeploymentWithSetValuesOnly() {
    answers(
        Answers.json(
            "{\"success\":true,\"action\":\"created\",\"deployment_id\":5,\"endpoint_id\":6,"
                + "\"workergroup_id\":7,\"upload_url\":\"http://s3/b\",\"upload_fields\":"
                + "{\"z\":\"1\",\"a\":2,\"policy\":\"p\"},\"evicted_versions\":[3,{\"id\":4}],"
                + "\"news\":{}}"));
    PutResponse put =
        web.putDeployment(
            DeploymentConfig.builder("square", "image:1", "ab12", 1234)
                .env("-p 3000:3000/tcp")
                .storage(16.0)
                .ttl(Duration.ofSeconds(90))
                .dockerLogin(new DockerLogin("me", "pass-word", "ghcr.io"))
                .scaling(
                    new Autoscaling(
                        1, 20, 1000.0, null, 0.9, null, Duration.ofMillis(2500), null, null))
                .build());
    LoggedRequest request = only();
    assertThat(request.getMethod().value()).isEqualTo("PUT");
    assertThat(request.getUrl()).isEqualTo("/api/v0/deployments/");
    assertThat(request.getHeader("Authorization")).isEqualTo("Bearer " + KEY);
    assertThat(request.getHeader("User-Agent")).startsWith("vast4j/");
    assertThat(request.getBodyAsString())
        .isEqualTo(
            "{\"name\":\"square\",\"image\":\"image:1\",\"file_hash\":\"ab12\",\"file_size\":1234,"
                + "\"env\":\"-p 3000:3000/tcp\",\"storage\":16,\"ttl\":90,"
                + "\"docker_login_user\":\"me\",\"docker_login_pass\":\"pass-word\","
                + "\"docker_login_repo\":\"ghcr.io\",\"cold_workers\":1,\"max_workers\":20,"
                + "\"min_load\":1000,\"target_util\":0.9,\"max_queue_time\":2.5}");
    assertThat(put.action()).isEqualTo("created");
    assertThat(put.deploymentId()).isEqualTo(5);
    assertThat(put.endpointId()).isEqualTo(6);
    assertThat(put.workergroupId()).isEqualTo(7);
    assertThat(put.needsUpload()).isTrue();
    assertThat(put.uploadFields())
        .containsExactly(Map.entry("z", "1"), Map.entry("a", "2"), Map.entry("policy", "p"));
    assertThat(put.evictedVersions()).containsExactly("3", "{\"id\":4}");
    assertThat(put.toString()).doesNotContain("policy");
  }

  @Test
  void toleratesMissingOptionalFields() {
    answers(
        Answers.json("{\"action\":\"exists\",\"deployment_id\":5,\"endpoint_id\":\"6\"}"),
        Answers.json("{\"success\":true,\"deployments\":[{\"id\":1,\"name\":\"a\"}]}"),
        Answers.json(
            "{\"deployment\":{\"id\":1,\"name\":\"a\",\"tag\":\"t\",\"created_at\":1700000000.25,"
                + "\"ttl\":60,\"last_client_heartbeat\":null,\"storage\":50}}"),
        Answers.json("{\"versions\":[{\"id\":3,\"file_hash\":\"ab\"}]}"),
        Answers.json("{\"results\":[{\"id\":9,\"endpoint_id\":6},{\"id\":10}]}"),
        Answers.json("{\"results\":[{\"id\":9,\"endpoint_id\":6}]}"));
    PutResponse put = web.putDeployment(DeploymentConfig.builder("a", "i", "h", 1).build());
    assertThat(put.needsUpload()).isFalse();
    assertThat(put.endpointId()).isEqualTo(6);
    assertThat(put.workergroupId()).isNull();
    DeploymentInfo sparse = web.deployments().get(0);
    assertThat(sparse.tag()).isEqualTo("default");
    assertThat(sparse.image()).isNull();
    DeploymentInfo full = web.deployment(1);
    assertThat(full.createdAt()).isEqualTo(Instant.ofEpochSecond(1700000000, 250_000_000));
    assertThat(full.ttl()).isEqualTo(Duration.ofMinutes(1));
    assertThat(full.lastHeartbeat()).isNull();
    assertThat(web.versions(1).get(0).fileHash()).isEqualTo("ab");
    assertThat(web.workergroupOf(6)).hasValue(9);
    assertThat(web.workergroupOf(8)).isEmpty();
  }

  @Test
  void rejectsAnswersWithoutRequiredFields() {
    answers(Answers.json("{\"action\":\"exists\"}"));
    assertThatThrownBy(() -> web.putDeployment(DeploymentConfig.builder("a", "i", "h", 1).build()))
        .isInstanceOf(UnexpectedAnswerException.class)
        .hasMessage("PUT /api/v0/deployments/: unexpected answer, no number 'deployment_id'");
  }

  @Test
  void sendsEveryOtherWebRequest() {
    answers(
        Answers.json("{\"success\":true}"),
        Answers.json("{\"success\":true}"),
        Answers.json("{\"success\":true}"),
        Answers.json("{\"success\":true,\"endpoint_state\":\"active\"}"),
        Answers.json("{\"success\":true,\"endpoint_state\":\"stopped\"}"),
        Answers.text(204, ""),
        Answers.json("{\"results\":[{\"id\":1,\"endpoint_name\":\"e\",\"api_key\":\"EPK\"}]}"),
        Answers.json("{\"result\":11}"),
        Answers.json("{}"),
        Answers.json("{}"),
        Answers.json("{\"id\":12}"),
        Answers.json("{}"),
        Answers.text(200, "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n"));
    web.deleteDeployment(4);
    web.deleteDeployments("square", null);
    web.deleteDeployments("square", "blue");
    assertThat(web.startDeployment(4)).isEqualTo("active");
    assertThat(web.stopDeployment(4)).isEqualTo("stopped");
    web.heartbeat(4);
    EndpointInfo endpoint = web.endpoints().get(0);
    assertThat(endpoint.apiKey()).isEqualTo("EPK");
    assertThat(endpoint.toString()).doesNotContain("EPK");
    EndpointConfig config = new EndpointConfig("e", Autoscaling.defaults(), "stopped", null);
    assertThat(web.createEndpoint(config)).isEqualTo(11);
    web.updateEndpoint(1, config);
    web.deleteEndpoint(1);
    assertThat(
            web.createWorkergroup(
                new WorkergroupConfig(
                    1, "", "hash", null, Autoscaling.defaults(), 24.0, 3, null, null)))
        .isEqualTo(12);
    web.deleteWorkergroup(12);
    assertThat(web.certificate()).contains("BEGIN CERTIFICATE");
    assertThat(asked())
        .containsExactly(
            "DELETE /api/v0/deployment/4/ ",
            "DELETE /api/v0/deployments/ {\"name\":\"square\"}",
            "DELETE /api/v0/deployments/ {\"name\":\"square\",\"tag\":\"blue\"}",
            "POST /api/v0/deployment/4/start/ ",
            "POST /api/v0/deployment/4/stop/ ",
            "POST /api/v0/deployment/4/heartbeat/ ",
            "GET /api/v0/endptjobs/?client_id=me ",
            "POST /api/v0/endptjobs/ {\"endpoint_name\":\"e\",\"endpoint_state\":\"stopped\"}",
            "PUT /api/v0/endptjobs/1/ {\"endpoint_name\":\"e\",\"endpoint_state\":\"stopped\"}",
            "DELETE /api/v0/endptjobs/1/ ",
            "POST /api/v0/workergroups/ {\"endpoint_id\":1,\"search_params\":\"\","
                + "\"template_hash\":\"hash\",\"gpu_ram\":24,\"test_workers\":3}",
            "DELETE /api/v0/workergroups/12/ ",
            "GET /static/jvastai_root.cer ");
    assertThat(requests().get(12).containsHeader("Authorization")).isFalse();
  }

  @Test
  void readsEveryShapeOfWorkersAndLogs() {
    String text = "authenticate_endpoint_apikey: invalid api_key or endpoint 6 not found";
    answers(
        Answers.json(
            "{\"workers\":[{\"id\":1,\"status\":\"error\",\"url\":\"u\",\"created_at\":1.5,"
                + "\"error_msg\":\"no CUDA device\"}]}"),
        Answers.json('"' + text + '"'),
        Answers.text(200, '"' + text + '"'),
        Answers.text(200, text),
        Answers.json("{\"error_msg\":\"not known yet\"}"),
        Answers.json("{\"logs\":\"a\\nb\"}"),
        Answers.json("{\"info0\":[\"a\",\"b\"]}"),
        Answers.json('"' + text + '"'),
        Answers.text(200, text));
    assertThat(engine.workers(6).get(0).errorMsg()).isEqualTo("no CUDA device");
    for (int i = 0; i < 3; i++) {
      assertThat(engine.workerList(6)).isEqualTo(new WorkerList(List.of(), text));
    }
    assertThat(engine.workerList(6).error()).isEqualTo("not known yet");
    assertThat(engine.endpointLogs(6, null).level("logs")).isEqualTo("a\nb");
    assertThat(engine.endpointLogs(6, null).level("info0")).isEqualTo("a\nb");
    assertThat(engine.endpointLogs(6, null).level("error_msg")).isEqualTo(text);
    assertThat(engine.workergroupLogs(6, null).level("error_msg")).isEqualTo(text);
  }

  @Test
  void sendsEveryEngineRequest() {
    answers(
        Answers.json(
            "[{\"id\":1,\"status\":\"idle\",\"cur_load\":1.5,\"reqs_working\":2,\"new\":{}},"
                + "{\"id\":2,\"status\":\"dreaming\"},{\"id\":3}]"),
        Answers.json("{\"error_msg\":\"no endpoint for " + KEY + "\"}"),
        Answers.json("{\"info0\":\"a\\nb\",\"debug\":\"c\",\"n\":1}"),
        Answers.json("{}"),
        Answers.json("{}"),
        Answers.json("{}"),
        Answers.text(200, "-----BEGIN PUBLIC KEY-----\n"));
    List<WorkerInfo> workers = engine.workers(6);
    assertThat(workers.get(0).state()).isEqualTo(WorkerState.IDLE);
    assertThat(workers.get(0).ready()).isTrue();
    assertThat(workers.get(0).curLoad()).isEqualTo(1.5);
    assertThat(workers.get(1).state()).isEqualTo(WorkerState.UNKNOWN);
    assertThat(workers.get(1).status()).isEqualTo("dreaming");
    assertThat(workers.get(2).status()).isEqualTo("unknown");
    assertThat(engine.workers(6)).isEmpty();
    assertThat(engine.endpointLogs(6, 10).level("info0")).isEqualTo("a\nb");
    assertThat(engine.workergroupLogs(7, null).byLevel()).isEmpty();
    engine.updateWorkers(7);
    engine.cancelUpdate(7);
    assertThat(engine.publicKey()).contains("BEGIN");
    String key = ",\"api_key\":\"" + KEY + "\"";
    assertThat(asked())
        .containsExactly(
            "POST /get_endpoint_workers/ {\"id\":6" + key + "}",
            "POST /get_endpoint_workers/ {\"id\":6" + key + "}",
            "POST /get_endpoint_logs/ {\"id\":6" + key + ",\"tail\":10}",
            "POST /get_autogroup_logs/ {\"id\":7" + key + "}",
            "POST /update_workers/ {\"workergroup_id\":7" + key + "}",
            "POST /update_workers/ {\"workergroup_id\":7" + key + ",\"cancel_update\":true}",
            "GET /pubkey/ ");
  }

  @Test
  void errorsKeepTheServicesMessage() {
    answers(
        Answers.json(400, "{\"success\":false,\"error\":\"bad_tag\",\"msg\":\"tag " + KEY + "\"}"),
        Answers.json(404, "{\"message\":\"gone\"}"),
        Answers.json(400, "{\"error\":\"all the words in one field\"}"),
        Answers.of(403, "text/html", "<html><head><title>No\n way</title></head>x</html>"),
        Answers.json(200, "{\"success\":false,\"error\":\"no_money\",\"msg\":\"pay\"}"),
        Answers.text(400, "x".repeat(10_000)),
        Answers.text(301, "").withHeader("Location", "https://elsewhere/"));
    ApiException bad = refusal();
    assertThat(bad.status()).isEqualTo(400);
    assertThat(bad.code()).isEqualTo("bad_tag");
    assertThat(bad.detail()).isEqualTo("tag ***");
    assertThat(bad.operation()).isEqualTo("GET /api/v0/deployment/1/");
    assertThat(refusal().detail()).isEqualTo("gone");
    ApiException words = refusal();
    assertThat(words.code()).isNull();
    assertThat(words.detail()).isEqualTo("all the words in one field");
    assertThat(refusal().detail()).isEqualTo("No way");
    ApiException inside = refusal();
    assertThat(inside.status()).isEqualTo(200);
    assertThat(inside.code()).isEqualTo("no_money");
    assertThat(refusal().detail()).hasSize(500).endsWith("…");
    assertThat(refusal().status()).isEqualTo(301);
    assertThat(timing.waits()).isEmpty();
  }

  private ApiException refusal() {
    Throwable failure = catchThrowable(() -> web.deployment(1));
    assertThat(failure).isInstanceOf(ApiException.class);
    assertThat(printed(failure)).doesNotContain(KEY);
    return (ApiException) failure;
  }

  @Test
  @Proves(
      at = Proves.At.WEB_API,
      fault = "answers 429 or 5xx, or resets the connection",
      of = "any request that may be retried",
      outcome = "retried with growing pauses")
  void retriesTemporaryFailures() {
    answers(
        Answers.text(429, "API requests too frequent: endpoint threshold=3.0"),
        Answers.json(503, "{}"),
        Answers.reset(),
        Answers.text(429, "").withHeader("Retry-After", "7"),
        Answers.cutOff(),
        Answers.json("{\"deployment\":{\"id\":1,\"name\":\"a\"}}"));
    timing.random(() -> 1.0);
    assertThat(web.deployment(1).name()).isEqualTo("a");
    assertThat(timing.waits())
        .containsExactly(
            Duration.ofSeconds(1 + 3),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            Duration.ofSeconds(8 + 7),
            Duration.ofSeconds(10));
  }

  @Test
  @Proves(
      at = Proves.At.WEB_API,
      fault = "always 429 or 5xx",
      of = "any request",
      outcome = "a typed error after a bounded number of attempts")
  void retriesForABoundedTime() {
    answers(Answers.json(503, "{\"msg\":\"down\"}"));
    timing.random(() -> 1.0);
    assertThatThrownBy(() -> web.deployment(1))
        .isInstanceOf(ApiException.class)
        .hasMessage("GET /api/v0/deployment/1/: HTTP 503, down");
    Duration waited = timing.waits().stream().reduce(Duration.ZERO, Duration::plus);
    assertThat(waited).isLessThan(Duration.ofSeconds(60));
    assertThat(requests()).hasSize(8);
  }

  @Test
  @Proves(
      at = Proves.At.WEB_API,
      fault = "fails after it received the request",
      of = "creation of an endpoint or workergroup",
      outcome = "not retried")
  void doesNotRetryReceivedCreations() {
    EndpointConfig config = new EndpointConfig("e", Autoscaling.defaults(), null, null);
    answers(Answers.reset(), Answers.json("{\"result\":1}"));
    assertThatThrownBy(() -> web.createEndpoint(config))
        .isInstanceOf(ServiceUnreachableException.class);
    answers(Answers.json(500, ""), Answers.json("{\"result\":1}"));
    assertThatThrownBy(() -> web.createEndpoint(config)).isInstanceOf(ApiException.class);
    answers(Answers.text(429, "later"), Answers.json("{\"result\":1}"));
    assertThat(web.createEndpoint(config)).isEqualTo(1);
  }

  @Test
  void deleteSucceedsIfAnEarlierTryDeleted() {
    answers(Answers.reset(), Answers.json(404, "{\"msg\":\"no such deployment\"}"));
    web.deleteDeployment(1);
    answers(Answers.json(404, "{\"msg\":\"no such deployment\"}"));
    assertThatThrownBy(() -> web.deleteDeployment(1)).isInstanceOf(ApiException.class);
  }

  @Test
  void doesNotRetryHeartbeats() {
    answers(Answers.json(503, "{}"), Answers.json("{}"));
    assertThatThrownBy(() -> web.heartbeat(1)).isInstanceOf(ApiException.class);
    assertThat(requests()).hasSize(1);
  }

  @Test
  @Proves(
      at = Proves.At.WEB_API,
      fault = "answers with something other than JSON",
      of = "any request",
      outcome = "`UnexpectedAnswerException`")
  void doesNotQuoteAnswersThatAreNotJson() {
    answers(Answers.text(200, "my key is EPK"));
    assertThatThrownBy(() -> web.deployment(1))
        .isInstanceOf(UnexpectedAnswerException.class)
        .satisfies(e -> assertThat(printed(e)).doesNotContain("EPK"));
    answers(Answers.text(200, "<html></html>"));
    assertThatThrownBy(() -> web.deployment(1)).hasMessageContaining("a page of markup");
  }

  @Test
  @Proves(
      at = Proves.At.WEB_API,
      fault = "refuses the first connection, on this machine",
      of = "any request",
      outcome = "`ServiceUnreachableException` at once: is the local engine running?")
  void failsAtOnceWithoutALocalEngine() {
    try (Connection nowhere = connection("http://127.0.0.1:" + Answers.closedPort())) {
      assertThatThrownBy(() -> nowhere.web().deployment(1))
          .isInstanceOf(ServiceUnreachableException.class)
          .hasMessageContaining("is the local engine running?")
          .satisfies(
              e -> {
                assertThat(((ServiceUnreachableException) e).attempts()).isEqualTo(1);
                assertThat(printed(e)).doesNotContain(KEY);
              });
    }
  }

  @Test
  @Proves(
      at = Proves.At.WEB_API,
      fault = "does not answer",
      of = "any request",
      outcome = "times out after 30 s; retried if that is safe")
  void silentServiceTimesOut() {
    answers(
        Answers.json("{}").withFixedDelay(5_000),
        Answers.json("{\"deployment\":{\"id\":1,\"name\":\"a\"}}"));
    try (Connection hasty =
        Connection.builder(() -> KEY)
            .webUrl(URI.create(SERVICE.baseUrl()))
            .exchangeTimeout(Duration.ofMillis(500))
            .timing(timing)
            .build()) {
      assertThat(hasty.web().deployment(1).name()).isEqualTo("a");
    }
    assertThat(timing.waits()).hasSize(1);
    assertThatThrownBy(() -> Connection.builder(() -> KEY).exchangeTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void doesNotShowAnInvalidKey() {
    try (Connection wrong = Connection.builder(() -> "key\nwith-newline").build()) {
      assertThatThrownBy(() -> wrong.web().deployments())
          .isInstanceOf(InvalidDeploymentException.class)
          .satisfies(e -> assertThat(printed(e)).doesNotContain("with-newline"));
      assertThat(wrong.toString()).doesNotContain("newline");
    }
  }

  @Test
  void checksUrls() {
    for (String wrong :
        List.of("ftp://x", "console.vast.ai", "http://user:pass@host", "https://h?api_key=k")) {
      assertThatThrownBy(() -> Connection.builder(() -> KEY).webUrl(URI.create(wrong)))
          .isInstanceOf(IllegalArgumentException.class)
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("pass").doesNotContain("=k"));
    }
    assertThat(connection.webUrl().toString()).isEqualTo(SERVICE.baseUrl());
  }

  @Test
  void hidesThePassword() {
    DockerLogin login = new DockerLogin("me", "pass-word", null);
    assertThat(login.toString()).doesNotContain("pass-word");
    assertThat(DeploymentConfig.builder("a", "i", "h", 1).dockerLogin(login).build().toString())
        .doesNotContain("pass-word");
  }
}
