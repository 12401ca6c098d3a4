package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.docs.Proves;
import java.lang.ref.WeakReference;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WorkerTest {
  private RecordingEngine engine;
  private TestWorker worker;
  @TempDir Path directory;

  @BeforeEach
  void start() throws Exception {
    Sample.PERMITS.drainPermits();
    Sample.INTERRUPTED.drainPermits();
    Sample.STARTED.drainPermits();
    engine = new RecordingEngine();
    Map<String, String> environment = TestWorker.environment(engine);
    environment.put("VAST4J_GRACE_SECONDS", "10");
    environment.put("VAST4J_FORCE_UPDATE_FILE", directory.resolve("force_update").toString());
    worker = TestWorker.start(engine, directory, TestWorker.manifest(Sample.class), environment);
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

  /** An embedding program, such as a test run, may start many. */
  @Test
  void isForgottenOnceClosed() throws Exception {
    WeakReference<Worker> closed = startAndClose();

    for (int i = 0; closed.get() != null && i < 200; i++) {
      System.gc();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }

    assertThat(closed.get()).isNull();
  }

  private WeakReference<Worker> startAndClose() throws Exception {
    try (Worker other = Worker.start(TestWorker.environment(engine), directory)) {
      return new WeakReference<>(other);
    }
  }

  @Test
  void answersSignedCalls() throws Exception {
    TestWorker.Answer answer = worker.call("square", "{\"x\": 5}");
    assertThat(answer).isEqualTo(new TestWorker.Answer(200, "{\"result\":{\"ok\":25}}"));
  }

  @Test
  void streamsEvents() throws Exception {
    TestWorker.Answer answer = worker.call("count", "{\"to\": 3}");
    assertThat(answer.body())
        .isEqualTo("data: {\"ok\":0}\n\ndata: {\"ok\":1}\n\ndata: {\"ok\":2}\n\n");
    assertThat(
            worker
                .call("publish", "{\"words\": {\"type\":\"list\",\"contents\":[\"a\",\"b\"]}}")
                .body())
        .isEqualTo("data: {\"ok\":\"a\"}\n\ndata: {\"ok\":\"b\"}\n\n");
    assertThat(worker.call("breakAt", "{\"at\": 1}").body())
        .contains("data: {\"ok\":0}\n\ndata: {\"err\":")
        .contains("broken at 1");
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "fails between two elements, with `Connection: close`",
      of = "stream",
      outcome = "distinguished from the stream's end")
  void marksTheEndOfAStreamOnAConnectionThatCloses() throws Exception {
    byte[] body =
        worker.body("{\"kwargs\": {\"to\": 2}}").toString().getBytes(StandardCharsets.UTF_8);
    try (Socket socket = new Socket("127.0.0.1", worker.worker().port())) {
      socket.setSoTimeout(20_000);
      String head =
          "POST /remote/count HTTP/1.1\r\nHost: w\r\nConnection: close\r\nContent-Length: ";
      socket
          .getOutputStream()
          .write((head + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(body);
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer)
          .containsIgnoringCase("transfer-encoding: chunked")
          .contains("data: {\"ok\":1}")
          .endsWith("0\r\n\r\n");
    }
  }

  @Test
  void sendsTheHeadOfAStreamBeforeItsFirstElement() throws Exception {
    try (Socket socket = worker.send("/remote/later", worker.body("{\"kwargs\": {}}").toString())) {
      assertThat(TestWorker.readAnswer(socket))
          .startsWith("HTTP/1.1 200 ")
          .containsIgnoringCase("content-type: text/event-stream");
      Sample.PERMITS.release();
      assertThat(new String(socket.getInputStream().readNBytes(20), StandardCharsets.US_ASCII))
          .contains("data: {\"ok\":7}");
    }
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "disconnects",
      of = "running call",
      outcome = "interrupts the function")
  void interruptsFunctionWhenCallerDisconnects() throws Exception {
    hangUpDuring("waitForPermit", "{\"name\": \"a\"}");
    assertThat(Sample.INTERRUPTED.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    JsonNode cancelled =
        engine.await(() -> engine.finished().stream().findFirst().orElse(null), "the cancelled");
    assertThat(cancelled.get("status").asText()).isEqualTo("Cancelled");
    assertThat(cancelled.get("success").asBoolean()).isTrue();
    assertThat(cancelled.get("work_started_at").asDouble()).isPositive();
    assertThat(cancelled.get("work_completed_at").asDouble()).isZero();
    // The lane is free again.
    Sample.PERMITS.release();
    assertThat(worker.call("waitForPermit", "{\"name\": \"b\"}").body()).contains("\"ok\":\"b\"");
  }

  @Test
  void cancelsFutureWhenCallerDisconnects() throws Exception {
    hangUpDuring("never", "{}");
    assertThat(Sample.INTERRUPTED.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void closesStreamWhenCallerDisconnects() throws Exception {
    hangUpDuring("endless", "{}");
    assertThat(Sample.INTERRUPTED.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    JsonNode cancelled =
        engine.await(() -> engine.finished().stream().findFirst().orElse(null), "the cancelled");
    assertThat(cancelled.get("status").asText()).isEqualTo("Cancelled");
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "disconnects",
      of = "queued call",
      outcome = "does not run")
  void skipsWaitingCallWhenCallerDisconnects() throws Exception {
    try (Socket first = hold("first")) {
      Socket second =
          worker.send(
              "/remote/waitForPermit", worker.body("{\"kwargs\": {\"name\": \"2\"}}").toString());
      engine.awaitStatus(status -> status.get("num_requests_working").asInt() == 2);
      second.close();
      JsonNode cancelled =
          engine.await(() -> engine.finished().stream().findFirst().orElse(null), "the cancelled");
      assertThat(cancelled.get("status").asText()).isEqualTo("Cancelled");
      assertThat(cancelled.get("work_started_at").asDouble()).isZero();
      Sample.PERMITS.release();
      assertThat(read(first)).contains("\"ok\":\"first\"");
    }
    assertThat(Sample.STARTED.availablePermits()).isZero();
    assertThat(Sample.INTERRUPTED.availablePermits()).isZero();
  }

  @Test
  void refusesCallThatWouldWaitTooLong() throws Exception {
    try (Socket first = hold("first")) {
      TestWorker.Answer refused = worker.call("impatient", "{}");
      assertThat(refused.status()).isEqualTo(429);
      JsonNode reported =
          engine.await(() -> engine.finished().stream().findFirst().orElse(null), "the refused");
      assertThat(reported.get("status").asText()).isEqualTo("Rejected");
      assertThat(reported.get("success").asBoolean()).isFalse();
      engine.awaitStatus(status -> status.get("rej_load").asDouble() == 100);
      Sample.PERMITS.release();
      assertThat(read(first)).contains("\"ok\":\"first\"");
    }
    assertThat(worker.call("impatient", "{}").status()).isEqualTo(200);
  }

  @Test
  void countsCalculatedWorkloadOrHundred() throws Exception {
    worker.call("shout", "{\"text\": \"abcdefg\"}");
    engine.awaitStatus(status -> status.get("cur_perf").asDouble() == 7);
    worker.call("shout", "{\"text\": \"\"}");
    engine.awaitStatus(status -> status.get("cur_perf").asDouble() == 100);
    worker.call("shout", "{\"text\": \"x\"}");
    worker.call("shout", "{\"text\": \"yy\"}");
    engine.await(() -> served() == 7 + 100 + 100 + 2 ? true : null, "four calls' workload");
  }

  private double served() {
    return engine.statuses().stream().mapToDouble(s -> s.get("cur_perf").asDouble()).sum();
  }

  @Test
  void returnsExceptionAndCountsItAsServed() throws Exception {
    TestWorker.Answer answer = worker.call("fail", "{\"message\": \"no luck\"}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .startsWith("{\"result\":{\"err\":")
        .contains("no luck", "java.lang.IllegalStateException", "deeper");
    JsonNode reported =
        engine.await(() -> engine.finished().stream().findFirst().orElse(null), "the call");
    assertThat(reported.get("status").asText()).isEqualTo("Success");
  }

  @Test
  void reportsMalformedCallToEngine() throws Exception {
    assertThat(worker.call("square", "{\"x\": {\"type\": \"nope\"}}").status()).isEqualTo(422);
    JsonNode reported =
        engine.await(() -> engine.finished().stream().findFirst().orElse(null), "the call");
    assertThat(reported.get("status").asText()).isEqualTo("Error");
    assertThat(reported.get("success").asBoolean()).isFalse();
  }

  @Test
  void returnsNullForVoid() throws Exception {
    assertThat(worker.call("nothing", "{}").body()).isEqualTo("{\"result\":{\"ok\":null}}");
  }

  @Test
  void acceptsPositionalArguments() throws Exception {
    TestWorker.Answer answer =
        worker.post("/remote/square", worker.body("{\"args\": [4]}").toString());
    assertThat(answer.body()).isEqualTo("{\"result\":{\"ok\":16}}");
  }

  @Test
  void answersPipelinedRequestsInOrder() throws Exception {
    String one = worker.body("{\"kwargs\": {\"name\": \"one\"}}").toString();
    String two = worker.body("{\"kwargs\": {\"name\": \"two\"}}").toString();
    try (Socket socket = worker.send("/remote/waitForPermit", one)) {
      assertThat(Sample.STARTED.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
      TestWorker.write(socket, "/remote/waitForPermit", two);
      Sample.PERMITS.release(2);
      assertThat(read(socket)).contains("\"ok\":\"one\"");
      assertThat(read(socket)).contains("\"ok\":\"two\"");
    }
  }

  @Test
  void transfersLargeBytesBothWays() throws Exception {
    String base64 = Base64.getEncoder().encodeToString(new byte[8 << 20]);
    String argument = "{\"type\":\"bytes\",\"contents\":\"" + base64 + "\"}";
    TestWorker.Answer answer = worker.call("echo", "{\"bytes\": " + argument + "}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().at("/result/ok/contents").textValue()).hasSize(base64.length());
  }

  @Test
  void asksForAnUpdateOnlyWithTheEnginesTokenAndServesOn() throws Exception {
    assertThat(worker.authorized("/pyworker/update", "Bearer wrong").status()).isEqualTo(401);
    assertThat(worker.authorized("/pyworker/update", null).status()).isEqualTo(401);
    assertThat(directory.resolve("force_update")).doesNotExist();
    TestWorker.Answer answer = worker.authorized("/pyworker/update", "Bearer master-token");
    assertThat(answer).isEqualTo(new TestWorker.Answer(200, "{\"ok\":true}"));
    assertThat(directory.resolve("force_update")).exists();
    for (int i = 0; i < 3; i++) {
      assertThat(worker.authorized("/pyworker/update", "Bearer master-token").status())
          .isEqualTo(200);
      assertThat(worker.call("echo", "{\"bytes\": {\"type\":\"bytes\",\"contents\":\"AA==\"}}"))
          .extracting(TestWorker.Answer::status)
          .isEqualTo(200);
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "shuts down",
      of = "running call",
      outcome = "finishes first")
  void finishesRunningCallsBeforeItCloses() throws Exception {
    try (Socket socket = hold("last")) {
      Thread closing = new Thread(() -> worker.worker().close());
      closing.start();
      engine.await(() -> canConnect() ? null : true, "the end of listening");
      Sample.PERMITS.release();
      assertThat(read(socket)).contains("\"ok\":\"last\"");
      closing.join(10_000);
      assertThat(closing.isAlive()).isFalse();
    }
    JsonNode last = engine.finished().get(engine.finished().size() - 1);
    assertThat(last.get("status").asText()).isEqualTo("Success");
    JsonNode status = engine.statuses().get(engine.statuses().size() - 1);
    assertThat(status.get("num_requests_working").asInt()).isZero();
  }

  private boolean canConnect() {
    try (Socket socket = new Socket("127.0.0.1", worker.worker().port())) {
      return socket.isConnected();
    } catch (java.io.IOException e) {
      return false;
    }
  }

  /** A call that runs until a permit is released. */
  private Socket hold(String name) throws Exception {
    Socket socket =
        worker.send(
            "/remote/waitForPermit",
            worker.body("{\"kwargs\": {\"name\": \"" + name + "\"}}").toString());
    assertThat(Sample.STARTED.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    return socket;
  }

  private void hangUpDuring(String function, String kwargs) throws Exception {
    Socket socket =
        worker.send("/remote/" + function, worker.body("{\"kwargs\": " + kwargs + "}").toString());
    assertThat(Sample.STARTED.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    socket.close();
  }

  private static String read(Socket socket) throws Exception {
    return TestWorker.readAnswer(socket);
  }
}
