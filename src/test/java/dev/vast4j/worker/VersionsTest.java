package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a worker says about its version, and how it refuses calls that it does not know. */
@Timeout(60)
public class VersionsTest {
  private static final String HASH = "0123456789abcdef".repeat(4);
  private static final String IDENTITY = "0123456789ab-5e7a11ce";

  @TempDir Path directory;
  private final OkHttpClient client = new OkHttpClient();
  private RecordingEngine engine;
  private TestWorker worker;

  /** A remote interface. */
  public interface Functions {
    @Remote
    @Benchmark(dataset = "{\"x\": 2}", runs = 1)
    default int square(int x) {
      return x * x;
    }

    @Remote
    default Stream<Integer> count(int to) {
      return Stream.iterate(1, i -> i + 1).limit(to);
    }
  }

  @BeforeEach
  void start() throws Exception {
    engine = new RecordingEngine().announced();
    Files.createDirectories(directory.resolve("vast4j"));
    Files.writeString(directory.resolve("vast4j/version"), HASH);
    Map<String, String> environment = TestWorker.environment(engine);
    environment.put("VAST4J_ENV", "0011223344aa.5e7a11ce");
    worker = TestWorker.start(engine, directory, TestWorker.manifest(Functions.class), environment);
  }

  @AfterEach
  void stop() {
    worker.close();
    engine.close();
    client.connectionPool().evictAll();
    client.dispatcher().executorService().shutdown();
  }

  /** An answer with the version that it names. */
  private record Told(int status, @Nullable String version) {}

  private Told post(String path, String json, String... headers) throws IOException {
    Request.Builder request =
        new Request.Builder()
            .url(worker.url() + path)
            .post(RequestBody.create(json, MediaType.get("application/json")));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    Call call = client.newCall(request.build());
    try (Response response = call.execute()) {
      return new Told(response.code(), response.header("Vast4j-Version"));
    }
  }

  private String body(String kwargs) throws IOException {
    return worker.body("{\"kwargs\": " + kwargs + "}").toString();
  }

  @Test
  void eachAnswerNamesTheVersion() throws Exception {
    assertThat(post("/remote/square", body("{\"x\": 3}"))).isEqualTo(new Told(200, IDENTITY));
    assertThat(post("/remote/count", body("{\"to\": 3}"))).isEqualTo(new Told(200, IDENTITY));
    assertThat(post("/remote/added", body("{}"))).isEqualTo(new Told(404, IDENTITY));
    assertThat(post("/remote/square", body("{\"y\": 3}"))).isEqualTo(new Told(422, IDENTITY));
    assertThat(post("/session/health", "{}")).isEqualTo(new Told(422, IDENTITY));
    assertThat(post("/nowhere", "{}")).isEqualTo(new Told(404, IDENTITY));
  }

  @Test
  void anAnnouncedEngineHearsTheVersion() throws Exception {
    JsonNode status = engine.awaitStatus(report -> report.path("max_perf").asDouble() > 0);
    assertThat(status.path("vast4j").path("version").asText()).isEqualTo(IDENTITY);
  }

  @Test
  void anUnknownFunctionIsReportedAsRejected() throws Exception {
    ObjectNode body = worker.body("{\"kwargs\": {\"x\": {\"deep\": [1, 2, 3]}}}");
    assertThat(post("/remote/added", body.toString()).status()).isEqualTo(404);
    rejected(body);
  }

  @Test
  void aStreamForACallerThatTakesNoneIsReportedAsRejected() throws Exception {
    ObjectNode body = worker.body("{\"kwargs\": {\"to\": 3}}");
    assertThat(post("/remote/count", body.toString(), "Accept", "application/json").status())
        .isEqualTo(406);
    rejected(body);
  }

  @Test
  void anotherVersionOnlyIsRefusedBeforeAnythingRuns() throws Exception {
    ObjectNode body = worker.body("{\"kwargs\": {\"x\": 3}}");
    assertThat(post("/remote/square", body.toString(), "Vast4j-Only-Version", "fedcba987654-01"))
        .isEqualTo(new Told(412, IDENTITY));
    rejected(body);
    assertThat(post("/remote/square", body("{\"x\": 3}"), "Vast4j-Only-Version", IDENTITY).status())
        .isEqualTo(200);
  }

  @Test
  void aStrangersCallIsNeitherToldNorReported() throws Exception {
    ObjectNode body = worker.body("{\"kwargs\": {}}");
    ((ObjectNode) body.path("auth_data")).put("signature", "AAAA");
    assertThat(post("/remote/added", body.toString()).status()).isEqualTo(401);
    ObjectNode next = worker.body("{\"kwargs\": {}}");
    assertThat(post("/remote/added", next.toString()).status()).isEqualTo(404);
    rejected(next);
    assertThat(engine.finished()).hasSize(1);
  }

  @Test
  void aCallInASessionLeavesTheSessionsRequestInWork() throws Exception {
    ObjectNode opening = worker.body("{\"lifetime\": 60}");
    JsonNode session = worker.post("/session/create", opening.toString()).json();
    ObjectNode body = worker.body("{\"kwargs\": {\"y\": 1}}", session.path("session_id").asText());
    body.set("auth_data", opening.get("auth_data"));
    assertThat(post("/remote/added", body.toString()).status()).isEqualTo(404);
    assertThat(post("/remote/square", body.toString()).status()).isEqualTo(422);
    ObjectNode other = worker.body("{\"kwargs\": {}}");
    post("/remote/added", other.toString());
    rejected(other);
    assertThat(engine.finished())
        .noneMatch(
            request ->
                request.path("request_idx").asLong()
                    == opening.path("auth_data").path("request_idx").asLong());
  }

  @Test
  void aWorkerWithoutAVersionSaysNone() throws Exception {
    try (RecordingEngine another = new RecordingEngine()) {
      Path folder = Files.createDirectory(directory.resolve("without"));
      try (TestWorker plain =
          TestWorker.start(another, folder, TestWorker.manifest(Functions.class))) {
        Request request =
            new Request.Builder()
                .url(plain.url() + "/remote/added")
                .post(RequestBody.create("{}", MediaType.get("application/json")))
                .build();
        try (Response response = client.newCall(request).execute()) {
          assertThat(response.code()).isEqualTo(404);
          assertThat(response.header("Vast4j-Version")).isNull();
        }
      }
    }
  }

  private void rejected(ObjectNode body) throws InterruptedException {
    long index = body.path("auth_data").path("request_idx").asLong();
    JsonNode finished =
        engine.await(
            () ->
                engine.finished().stream()
                    .filter(request -> request.path("request_idx").asLong() == index)
                    .findFirst()
                    .orElse(null),
            "the rejected request");
    assertThat(finished.path("status").asText()).isEqualTo("Rejected");
    assertThat(finished.path("success").asBoolean()).isFalse();
    assertThat(engine.statuses())
        .noneMatch(
            status ->
                Stream.of(status.path("working_request_idxs"))
                    .anyMatch(indices -> indices.toString().contains(String.valueOf(index))));
  }
}
