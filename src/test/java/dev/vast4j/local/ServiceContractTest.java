package dev.vast4j.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.errors.LocalEngineException;
import dev.vast4j.junit.VirtualClock;
import dev.vast4j.local.fleet.ServiceJson;
import dev.vast4j.local.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Web API, engine and object store over real sockets, without workers. */
@Timeout(30)
class ServiceContractTest {
  /** Scales to zero, so that no worker starts. */
  private static final Object[] NO_WORKERS = {"min_load", 0, "cold_workers", 0};

  private static final byte[] BUNDLE = "not a tarball".getBytes(StandardCharsets.UTF_8);

  private final VirtualClock clock = new VirtualClock();
  private LocalVast local = LocalVast.start(LocalOptions.defaults().clock(clock));
  private Api api = new Api(local);

  @AfterEach
  void close() {
    api.close();
    local.close();
  }

  private static ObjectNode config(String name) {
    return Api.config(name, BUNDLE, NO_WORKERS);
  }

  private JsonNode put(ObjectNode config) {
    return api.ok("PUT", "/api/v0/deployments/", config);
  }

  @Test
  void rejectsUnknownKey() {
    Api stranger = api.as("nobody");
    for (String path :
        new String[] {"/api/v0/deployments/", "/api/v0/endptjobs/", "/api/v0/workergroups/"}) {
      Api.Answer answer = stranger.call("GET", path, null);
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.json().path("success").asBoolean(true)).isFalse();
      assertThat(answer.json().path("error").asText()).isEqualTo("auth_error");
      assertThat(answer.json().path("msg").asText()).isNotEmpty();
    }
  }

  @Test
  void separatesAccountAndEndpointKeys() {
    JsonNode endpoint = api.endpoint(put(config("keys")));
    Api byEndpoint = api.as(endpoint.path("api_key").asText());
    assertThat(byEndpoint.call("GET", "/api/v0/deployments/", null).status()).isEqualTo(401);
    ObjectNode route = ServiceJson.object().put("endpoint", "keys").put("cost", 1);
    assertThat(api.call("POST", "/route/", route).status()).isEqualTo(401);
    assertThat(byEndpoint.call("POST", "/route/", route).status()).isEqualTo(200);
    assertThat(
            byEndpoint.call("POST", "/route/", route.deepCopy().put("endpoint", "other")).status())
        .isEqualTo(401);
  }

  @Test
  void acceptsKeyInBody() {
    JsonNode put = put(config("body"));
    Api.Answer answer =
        api.send(
            new Request.Builder()
                .url(local.url() + "/get_endpoint_workers/")
                .post(
                    okhttp3.RequestBody.create(
                        "{\"id\": "
                            + put.path("endpoint_id").asLong()
                            + ", \"api_key\": \""
                            + local.apiKey()
                            + "\"}",
                        okhttp3.MediaType.get("application/json")))
                .build());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().isArray()).isTrue();
  }

  @Test
  void rejectsInvalidConfigurations() {
    for (Object[] wrong :
        new Object[][] {
          {"name", ""},
          {"target_util", 0},
          {"ttl", -1},
          {"max_workers", 1.5},
          {"search_params", "gpu_ram ~ 3"},
          {"file_size", "many"},
          {"storage", "big"}
        }) {
      Api.Answer answer =
          api.call("PUT", "/api/v0/deployments/", Api.config("wrong", BUNDLE, wrong));
      assertThat(answer.status()).as(wrong[0].toString()).isEqualTo(400);
      assertThat(answer.json().path("error").asText()).isEqualTo("invalid_args");
    }
    assertThat(api.call("GET", "/api/v0/deployment/77/", null).status()).isEqualTo(404);
    assertThat(api.call("GET", "/api/v0/nothing/", null).status()).isEqualTo(404);
    assertThat(api.call("GET", "/api/v0/deployment/", null).status()).isEqualTo(404);
  }

  @Test
  void rejectsLargeBody() {
    ObjectNode large = config("large").put("env", "x".repeat(9 << 20));
    Api.Answer answer = api.call("PUT", "/api/v0/deployments/", large);
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.json().path("error").asText()).isEqualTo("too_large");
  }

  @Test
  void rejectsEmptyKeyForUnbootedWorker() {
    ObjectNode greedy = Api.config("greedy", BUNDLE, "search_params", "gpu_ram>=4096");
    JsonNode put = api.deploy(greedy, BUNDLE);
    assertThat(api.workers(put).path(0).path("status").asText()).isEqualTo("error");
    String path = "/api/v0/deployment/" + put.path("deployment_id").asLong() + "/download_url/";
    assertThat(get(local.url() + path + "?api_key=").status()).isEqualTo(401);
    ObjectNode report =
        ServiceJson.object()
            .put("id", api.workers(put).path(0).path("id").asLong())
            .put("mtoken", "");
    assertThat(api.call("POST", "/worker_status/", report).status()).isEqualTo(401);
  }

  @Test
  void decidesTierByChange() {
    JsonNode created = api.deploy(config("tiers"), BUNDLE);
    assertThat(created.path("action").asText()).isEqualTo("created");
    assertThat(put(config("tiers")).path("action").asText()).isEqualTo("exists");
    JsonNode scaled = put(config("tiers").put("max_workers", 3));
    assertThat(scaled.path("action").asText()).isEqualTo("autoscale_update");
    assertThat(scaled.has("upload_url")).isFalse();
    assertThat(api.endpoint(created).path("max_workers").asInt()).isEqualTo(3);
    JsonNode soft = put(config("tiers").put("file_hash", "other"));
    assertThat(soft.path("action").asText()).isEqualTo("soft_update");
    assertThat(soft.has("upload_url")).isTrue();
    JsonNode tagged = put(config("tiers").put("tag", "v2"));
    assertThat(tagged.path("action").asText()).isEqualTo("created");
    assertThat(tagged.path("endpoint_id")).isNotEqualTo(created.path("endpoint_id"));
    assertThat(api.ok("GET", "/api/v0/deployments/", null).path("deployments")).hasSize(2);
    api.ok("DELETE", "/api/v0/deployments/", ServiceJson.object().put("name", "tiers"));
    assertThat(api.ok("GET", "/api/v0/deployments/", null).path("deployments")).isEmpty();
  }

  @Test
  void evictsOldVersions() {
    JsonNode put = api.deploy(config("evicting"), BUNDLE);
    JsonNode last = put;
    for (int i = 0; i < 8; i++) {
      last = put(config("evicting").put("file_hash", "hash" + i));
      api.upload(last, BUNDLE);
    }
    assertThat(last.path("evicted_versions")).hasSize(1);
    String path = "/api/v0/deployment/" + put.path("deployment_id").asLong() + "/versions/";
    JsonNode versions = api.ok("GET", path, null).path("versions");
    assertThat(versions).hasSize(6);
    assertThat(versions.path(0).path("file_hash").asText()).isEqualTo("hash7");
    assertThat(versions.path(0).path("current").asBoolean()).isTrue();
  }

  @Test
  void checksUploads() {
    JsonNode put = put(config("uploads"));
    assertThat(refusal(changed(put, "x-amz-signature", "00"), BUNDLE))
        .contains("403", "SignatureDoesNotMatch");
    assertThat(refusal(changed(put, "key", "elsewhere"), BUNDLE)).contains("403", "$key");
    assertThat(refusal(changed(put, "acl", "public-read"), BUNDLE))
        .contains("403", "Extra input fields");
    assertThat(refusal(put, new byte[BUNDLE.length + 1])).contains("400", "EntityTooLarge");
    assertThat(refusal(put, new byte[0])).contains("400", "EntityTooSmall");
    clock.advance(Duration.ofMinutes(61));
    assertThat(refusal(put, BUNDLE)).contains("403", "Policy expired");

    JsonNode again = put(config("uploads"));
    assertThat(again.path("action").asText()).isEqualTo("exists");
    assertThat(api.upload(again, BUNDLE).status()).isEqualTo(204);
    assertThat(put(config("uploads")).has("upload_url")).isFalse();
  }

  private String refusal(JsonNode put, byte[] file) {
    Api.Answer answer = api.upload(put, file);
    assertThat(answer.text()).startsWith("<?xml");
    return answer.toString();
  }

  private static JsonNode changed(JsonNode put, String field, String value) {
    ObjectNode copy = put.deepCopy();
    ((ObjectNode) copy.path("upload_fields")).put(field, value);
    return copy;
  }

  @Test
  void downloadsExpire() {
    JsonNode put = api.deploy(config("downloads"), BUNDLE);
    String path = "/api/v0/deployment/" + put.path("deployment_id").asLong() + "/download_url/";
    String url = api.ok("GET", path, null).path("download_url").asText();
    assertThat(get(url)).isEqualTo(new Api.Answer(200, "not a tarball"));
    assertThat(get(url.replace("Expires=3600", "Expires=9999")).status()).isEqualTo(403);
    assertThat(get(url.replaceAll("\\?.*", "")).status()).isEqualTo(403);
    clock.advance(Duration.ofHours(2));
    assertThat(get(url).text()).contains("Request has expired");
    assertThat(api.as("a stranger").call("GET", path, null).status()).isEqualTo(401);
  }

  private Api.Answer get(String url) {
    return api.send(new Request.Builder().url(url).build());
  }

  @Test
  void deletesDeploymentWithoutHeartbeats() {
    JsonNode put = put(config("mortal").put("ttl", 60));
    String path = "/api/v0/deployment/" + put.path("deployment_id").asLong() + "/";
    clock.advance(Duration.ofSeconds(50));
    api.ok("POST", path + "heartbeat/", null);
    clock.advance(Duration.ofSeconds(50));
    assertThat(api.call("GET", path, null).status()).isEqualTo(200);
    clock.advance(Duration.ofSeconds(11));
    Api.await(
        "the tear-down", Duration.ofSeconds(10), () -> api.call("GET", path, null).status() == 404);
    assertThat(api.ok("GET", "/api/v0/endptjobs/", null).path("results")).isEmpty();
  }

  @Test
  void createsEndpointsAndWorkergroups() {
    long id =
        api.ok("POST", "/api/v0/endptjobs/", ServiceJson.object().put("endpoint_name", "mine"))
            .path("result")
            .asLong();
    api.ok("PUT", "/api/v0/endptjobs/" + id + "/", ServiceJson.object().put("min_load", 7));
    JsonNode endpoint = api.ok("GET", "/api/v0/endptjobs/" + id + "/", null).path("result");
    assertThat(endpoint.path("min_load").asDouble()).isEqualTo(7);
    assertThat(endpoint.path("endpoint_name").asText()).isEqualTo("mine");
    long group =
        api.ok(
                "POST",
                "/api/v0/workergroups/",
                ServiceJson.object().put("endpoint_id", id).put("template_hash", "abc"))
            .path("id")
            .asLong();
    JsonNode groups = api.ok("GET", "/api/v0/workergroups/", null).path("results");
    assertThat(groups.path(0).path("id").asLong()).isEqualTo(group);
    assertThat(groups.path(0).path("endpoint_id").asLong()).isEqualTo(id);
    api.ok(
        "PUT",
        "/api/v0/autojobs/" + group + "/",
        ServiceJson.object()
            .put("search_params", "gpu_ram>=16")
            .put("endpoint_id", 1)
            .putNull("template_hash"));
    JsonNode changed = api.ok("GET", "/api/v0/autojobs/", null).path("results").path(0);
    assertThat(changed.path("search_params").asText()).isEqualTo("gpu_ram>=16");
    assertThat(changed.path("template_hash").asText()).isEqualTo("abc");
    assertThat(changed.path("endpoint_id").asLong()).isEqualTo(id);
    api.ok("DELETE", "/api/v0/workergroups/" + group + "/", null);
    assertThat(api.call("DELETE", "/api/v0/workergroups/" + group + "/", null).status())
        .isEqualTo(404);
    api.ok("DELETE", "/api/v0/endptjobs/" + id + "/", null);
    assertThat(api.call("GET", "/api/v0/endptjobs/" + id + "/", null).status()).isEqualTo(404);
  }

  /** The reference client sends every field, null by default. */
  @Test
  void ignoresNullsInUpdates() {
    String path = "/api/v0/endptjobs/";
    ObjectNode config = ServiceJson.object().put("endpoint_name", "half").put("min_load", 5);
    path += api.ok("POST", path, config).path("result").asLong() + "/";

    api.ok("PUT", path, ServiceJson.object().put("max_workers", 4).putNull("min_load"));

    JsonNode endpoint = api.ok("GET", path, null).path("result");
    assertThat(endpoint.path("max_workers").asInt()).isEqualTo(4);
    assertThat(endpoint.path("min_load").asDouble()).isEqualTo(5);
  }

  @Test
  void changesEndpointStateButNotName() {
    JsonNode put = put(config("states"));
    String endpoint = "/api/v0/endptjobs/" + put.path("endpoint_id").asLong() + "/";
    api.ok("PUT", endpoint, ServiceJson.object().put("endpoint_state", "suspended"));
    assertThat(api.ok("GET", endpoint, null).path("result").path("endpoint_state").asText())
        .isEqualTo("stopped");
    api.ok(
        "PUT",
        endpoint,
        ServiceJson.object().put("endpoint_state", "active").put("endpoint_name", "states"));
    assertThat(api.ok("GET", endpoint, null).path("result").path("endpoint_state").asText())
        .isEqualTo("active");

    assertThat(
            api.call("PUT", endpoint, ServiceJson.object().put("endpoint_state", "asleep"))
                .status())
        .isEqualTo(400);
    assertThat(
            api.call("PUT", endpoint, ServiceJson.object().put("endpoint_name", "other")).status())
        .isEqualTo(400);
  }

  @Test
  void answersUpdatesAndDeletionsForReference() {
    JsonNode put = put(config("told"));
    JsonNode update =
        api.ok(
            "POST",
            "/update_workers/",
            ServiceJson.object().put("workergroup_id", put.path("workergroup_id").asLong()));
    assertThat(update.path("cancelled").asBoolean(true)).isFalse();
    assertThat(update.path("workers_to_update").asInt(-1)).isZero();

    JsonNode deleted =
        api.ok("DELETE", "/api/v0/deployments/", ServiceJson.object().put("name", "told"));
    assertThat(deleted.path("count").asInt()).isOne();
  }

  @Test
  void rejectsTrailingTokens() {
    Request request =
        new Request.Builder()
            .url(local.url() + "/api/v0/deployments/")
            .header("Authorization", "Bearer " + local.apiKey())
            .put(RequestBody.create((config("trailing") + " trailing").getBytes(UTF_8)))
            .build();
    assertThat(api.send(request).status()).isEqualTo(400);
  }

  @Test
  void deletesUnusedBundles(@TempDir Path folder) throws IOException {
    LocalOptions options = LocalOptions.defaults().folder(folder).clock(clock);
    local.close();
    local = LocalVast.start(options);
    api = new Api(local);
    JsonNode kept = put(config("kept"));
    JsonNode deleted = put(config("deleted"));
    assertThat(api.upload(kept, BUNDLE).status()).isEqualTo(204);
    api.ok("DELETE", "/api/v0/deployment/" + deleted.path("deployment_id").asLong() + "/", null);

    assertThat(api.upload(deleted, BUNDLE).status()).isEqualTo(204);
    assertThat(files(folder.resolve("store"))).hasSize(1);

    local.close();
    Files.writeString(folder.resolve("store/undertow1upload"), "of an engine that was killed");
    local = LocalVast.start(options);
    api = new Api(local);
    assertThat(files(folder.resolve("store"))).hasSize(1);
    assertThat(put(config("kept")).has("upload_url")).as("wanted again").isFalse();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void rejectsTruncatedForm() {
    Request request =
        new Request.Builder()
            .url(local.url() + "/" + ObjectStore.BUCKET)
            .post(
                RequestBody.create(
                    "--x\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nabc"
                        .getBytes(UTF_8),
                    MediaType.get("multipart/form-data; boundary=x")))
            .build();
    Api.Answer answer = api.send(request);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).startsWith("<?xml").contains("<Error>");
  }

  @Test
  void readsKeyFileWithNewline(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("api_key"), "my-key\n");
    try (LocalVast other = LocalVast.start(LocalOptions.defaults().folder(folder))) {
      assertThat(other.apiKey()).isEqualTo("my-key");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"kill=99999999999999999999s", "kill=9223372036854775807s", "kill=2000000s"})
  void rejectsChaosTimesBeyondADay(String rule) {
    assertThatThrownBy(() -> LocalOptions.defaults().chaos(rule))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(rule);
  }

  @Test
  void deploysChangeWorkergroup() {
    byte[] bundle = Api.bundle();
    JsonNode put = api.ok("PUT", "/api/v0/deployments/", Api.config("owner", bundle));
    Api.Answer answer =
        api.call(
            "PUT",
            "/api/v0/autojobs/" + put.path("workergroup_id").asLong() + "/",
            ServiceJson.object().put("search_params", "gpu_ram>=16"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("msg").asText()).contains("deploy it again");
  }

  @Test
  void returnsLogsByLevelAndLength() {
    byte[] bundle = Api.bundle();
    JsonNode put = api.ok("PUT", "/api/v0/deployments/", Api.config("told", bundle));
    api.ok("POST", "/api/v0/deployment/" + put.path("deployment_id").asLong() + "/stop/", null);
    JsonNode all =
        api.ok(
            "POST",
            "/get_endpoint_logs/",
            ServiceJson.object().put("id", put.path("endpoint_id").asLong()));
    JsonNode last =
        api.ok(
            "POST",
            "/get_autogroup_logs/",
            ServiceJson.object().put("id", put.path("workergroup_id").asLong()).put("tail", 1));

    assertThat(all.path("info0").asText()).contains("deployment created").contains("\n");
    assertThat(last.path("info0").asText()).endsWith("endpoint stopped").doesNotContain("\n");
    assertThat(List.of("info0", "info1", "trace", "debug")).allMatch(last::has);
  }

  @Test
  void rejectsReportsOfUnknownWorkers() {
    ObjectNode report = ServiceJson.object().put("id", 5).put("mtoken", "guess");
    assertThat(api.call("POST", "/worker_status/", report).status()).isEqualTo(401);
    assertThat(api.call("POST", "/delete_requests/", report.put("worker_id", 5)).status())
        .isEqualTo(401);
  }

  @Test
  void keepsIndexOfWaitingRequest() {
    JsonNode endpoint = api.endpoint(put(config("waiting")));
    JsonNode first = api.route(endpoint, 0, 100);
    assertThat(first.has("url")).isFalse();
    assertThat(first.path("status").asText()).isEqualTo("no workers");
    long idx = first.path("request_idx").asLong();
    assertThat(idx).isPositive();
    assertThat(api.route(endpoint, idx, 100).path("request_idx").asLong()).isEqualTo(idx);
  }

  @Test
  void rejectsForeignHostsAndOrigins() {
    Request.Builder page = new Request.Builder().url(local.url().toString() + "/");
    assertThat(api.send(page.build()).status()).isEqualTo(200);
    assertThat(api.send(page.header("Host", "evil.example").build()).status()).isEqualTo(403);
    Request.Builder foreign =
        new Request.Builder()
            .url(local.url() + "/api/v0/deployments/")
            .header("Authorization", "Bearer " + local.apiKey())
            .header("Origin", "https://evil.example");
    assertThat(api.send(foreign.build()).status()).isEqualTo(403);
    assertThat(api.send(foreign.header("Origin", local.url().toString()).build()).status())
        .isEqualTo(200);
    Request crossSite =
        new Request.Builder()
            .url(local.url() + "/worker-log?id=1")
            .header("Sec-Fetch-Site", "cross-site")
            .build();
    assertThat(api.send(crossSite).status()).isEqualTo(403);
  }

  @Test
  void servesCaCertificate() throws Exception {
    String pem = get(local.url() + "/static/jvastai_root.cer").text();
    var certificate =
        java.security.cert.CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new java.io.ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    assertThat(certificate.getType()).isEqualTo("X.509");
  }

  @Test
  void limitsRateWithPlainText429() {
    try (LocalVast limited =
            LocalVast.start(LocalOptions.defaults().rateLimit(Duration.ofSeconds(3)).clock(clock));
        Api limitedApi = new Api(limited)) {
      assertThat(limitedApi.call("GET", "/api/v0/deployments/", null).status()).isEqualTo(200);
      assertThat(limitedApi.call("GET", "/api/v0/deployments/", null))
          .isEqualTo(new Api.Answer(429, "API requests too frequent: endpoint threshold=3.0"));
      assertThat(limitedApi.call("GET", "/api/v0/endptjobs/", null).status()).isEqualTo(200);
      clock.advance(Duration.ofSeconds(3));
      assertThat(limitedApi.call("GET", "/api/v0/deployments/", null).status()).isEqualTo(200);
    }
  }

  @Test
  void keepsDeploymentsAcrossRestarts(@TempDir Path folder) {
    LocalOptions options = LocalOptions.defaults().folder(folder);
    JsonNode put;
    try (LocalVast first = LocalVast.start(options);
        Api firstApi = new Api(first)) {
      put = firstApi.deploy(config("kept"), BUNDLE);
      firstApi.deploy(config("kept").put("version_label", "named later"), BUNDLE);
      Assertions.assertThatThrownBy(() -> LocalVast.start(options))
          .isInstanceOf(LocalEngineException.class)
          .hasMessageContaining("another engine is using the folder");
    }
    try (LocalVast second = LocalVast.start(options);
        Api secondApi = new Api(second)) {
      String id = put.path("deployment_id").asText();
      JsonNode versions =
          secondApi.ok("GET", "/api/v0/deployment/" + id + "/versions/", null).path("versions");
      assertThat(versions.path(0).path("version_label").asText()).isEqualTo("named later");
      ObjectNode same = config("kept").put("version_label", "named later");
      JsonNode again = secondApi.ok("PUT", "/api/v0/deployments/", same);
      assertThat(again.path("action").asText()).isEqualTo("exists");
      assertThat(again.has("upload_url")).isFalse();
      assertThat(again.path("endpoint_id")).isEqualTo(put.path("endpoint_id"));
    }
  }

  @Test
  void deletesTemporaryFolder() {
    Path folder = local.apiKeyFile().getParent();
    assertThat(folder).exists();
    local.close();
    assertThat(Files.exists(folder)).isFalse();
  }

  @Test
  void reportsTakenPort(@TempDir Path folder) {
    LocalOptions taken = LocalOptions.defaults().port(local.url().getPort()).folder(folder);
    Assertions.assertThatThrownBy(() -> LocalVast.start(taken))
        .isInstanceOf(LocalEngineException.class)
        .hasMessageContaining("port " + local.url().getPort());
    LocalVast.start(LocalOptions.defaults().folder(folder)).close();
  }

  @Test
  void chaosFailsCalls() {
    try (LocalVast wild = LocalVast.start(LocalOptions.defaults().chaos("error=1"));
        Api wildApi = new Api(wild)) {
      Api.Answer answer = wildApi.call("GET", "/api/v0/deployments/", null);
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.json().path("error").asText()).isEqualTo("chaos");
    }
    Assertions.assertThatThrownBy(() -> LocalOptions.defaults().chaos("kill=soon"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kill=soon");
  }
}
