package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.docs.Proves;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class StuckFunctionTest {
  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "a cancelled function ignores its interrupt and holds up the queue for 60 s",
      outcome = "queued calls go to another worker; the worker names the function and is replaced")
  void replacesAWorkerWhoseQueueIsHeldUp(@TempDir Path directory) throws Exception {
    Sample.STARTED.drainPermits();
    Sample.PERMITS.drainPermits();
    try (RecordingEngine engine = new RecordingEngine()) {
      Map<String, String> environment = TestWorker.environment(engine);
      environment.put("VAST4J_STUCK_SECONDS", "1");
      try (TestWorker worker =
          TestWorker.start(engine, directory, TestWorker.manifest(Sample.class), environment)) {
        // The caller leaves once it runs.
        try (Socket leaves =
            worker.send("/remote/ignore", worker.body("{\"kwargs\": {}}").toString())) {
          assertThat(Sample.STARTED.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        }
        try (Socket behind =
            worker.send(
                "/remote/waitForPermit",
                worker.body("{\"kwargs\": {\"name\": \"x\"}}").toString())) {
          behind.setSoTimeout(40_000);
          assertThat(TestWorker.readAnswer(behind)).startsWith("HTTP/1.1 429 ");
        }
        assertThat(
                engine
                    .awaitStatus(status -> !status.get("error_msg").asText().isEmpty())
                    .get("error_msg")
                    .asText())
            .contains("function 'ignore' ignores its interrupt");
        worker.worker().awaitClosed();
        assertThat(worker.worker().exitStatus()).isEqualTo(1);
      } finally {
        Sample.PERMITS.release(10);
      }
    }
    Sample.PERMITS.drainPermits();
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "a stranger names numbers: an infinite or negative cost, a wrong signature",
      outcome = "422 or 401; no load figure changes")
  void countsNothingOfRefusedRequests(@TempDir Path directory) throws Exception {
    try (RecordingEngine engine = new RecordingEngine();
        TestWorker worker =
            TestWorker.start(engine, directory, TestWorker.manifest(Sample.class))) {
      for (String cost : new String[] {"1e999", "-1", "\"NaN\"", "\"Infinity\"", "\"-1e9\""}) {
        for (String path : new String[] {"/session/create", "/remote/square"}) {
          String body =
              worker
                  .body("{\"lifetime\": 30, \"kwargs\": {\"x\": 3}}")
                  .toString()
                  .replace("\"cost\":100", "\"cost\":" + cost);
          assertThat(worker.post(path, body).status()).as(path + " " + cost).isEqualTo(422);
        }
      }
      var unsigned = worker.body("{\"lifetime\": 30, \"kwargs\": {\"x\": 3}}");
      ((com.fasterxml.jackson.databind.node.ObjectNode) unsigned.get("auth_data"))
          .put("signature", RecordingEngine.sign("http://other"));
      assertThat(worker.post("/session/create", unsigned.toString()).status()).isEqualTo(401);
      assertThat(worker.post("/remote/square", unsigned.toString()).status()).isEqualTo(401);
      assertThat(worker.call("square", "{\"x\": \"no\"}").status()).isEqualTo(422);
      assertThat(worker.call("nothing", "{}").status()).isEqualTo(200);
      var status = engine.awaitStatus(each -> each.get("cur_perf").asDouble() == 100);
      double load = engine.statuses().stream().mapToDouble(s -> s.get("new_load").asDouble()).sum();
      assertThat(load).isEqualTo(100);
      assertThat(status.get("rej_load").asDouble()).isZero();
      assertThat(status.get("cur_load").asDouble()).isZero();
    }
  }
}
