package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WorkerTest {
  private RecordingEngine engine;
  private TestWorker worker;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    Sample.PERMITS.drainPermits();
    Sample.INTERRUPTED.drainPermits();
    Sample.STARTED.drainPermits();
    engine = new RecordingEngine();
    worker = TestWorker.start(engine, directory, TestWorker.manifest(Sample.class));
  }

  @AfterEach
  void stop() {
    Sample.PERMITS.release(100);
    worker.close();
    engine.close();
  }

  @Test
  void reportsReadyWithScoreAndLoadTime() throws Exception {
    JsonNode status = engine.awaitStatus(s -> s.get("loadtime").asDouble() > 0);
    assertThat(status.get("max_perf").asDouble()).isPositive();
    assertThat(status.get("id").asInt()).isEqualTo(7);
    assertThat(status.get("mtoken").asText()).isEqualTo("master-token");
    assertThat(status.get("url").asText()).isEqualTo(worker.url());
    assertThat(status.get("error_msg").asText()).isEmpty();
  }

  @Test
  void answersSignedCalls() throws Exception {
    TestWorker.Answer answer = worker.call("square", "{\"x\": 5}");
    assertThat(answer).isEqualTo(new TestWorker.Answer(200, "{\"result\":{\"ok\":25}}"));
  }

  @Test
  void streamsEvents() throws Exception {
    TestWorker.Answer answer = worker.call("count", "{\"to\": 3}");
    assertThat(answer.body().replace(":\n\n", ""))
        .isEqualTo("data: {\"ok\":0}\n\ndata: {\"ok\":1}\n\ndata: {\"ok\":2}\n\n");
    assertThat(
            worker
                .call("publish", "{\"words\": {\"type\":\"list\",\"contents\":[\"a\",\"b\"]}}")
                .body())
        .endsWith("data: {\"ok\":\"a\"}\n\ndata: {\"ok\":\"b\"}\n\n");
    assertThat(worker.call("breakAt", "{\"at\": 1}").body())
        .contains("data: {\"ok\":0}\n\ndata: {\"err\":")
        .contains("broken at 1");
  }

  @Test
  void interruptsTheFunctionOfACallerWhoGoesAway() throws Exception {
    try (Socket socket =
        worker.send(
            "/remote/waitForPermit", worker.body("{\"kwargs\": {\"name\": \"a\"}}").toString())) {
      assertThat(Sample.STARTED.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(Sample.INTERRUPTED.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    JsonNode cancelled =
        engine.await(() -> engine.finished().stream().findFirst().orElse(null), "the cancelled");
    assertThat(cancelled.get("status").asText()).isEqualTo("Cancelled");
    assertThat(cancelled.get("success").asBoolean()).isTrue();
    // The lane is free again, and the connection handling is none the worse.
    Sample.PERMITS.release();
    assertThat(worker.call("waitForPermit", "{\"name\": \"b\"}").body()).contains("\"ok\":\"b\"");
  }
}
