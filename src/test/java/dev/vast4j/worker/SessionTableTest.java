package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SessionTableTest {
  private RecordingEngine engine;
  private TestWorker worker;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    Sample.INTERRUPTED.drainPermits();
    Sample.STARTED.drainPermits();
    Sample.PERMITS.drainPermits();
    Sample.Kept.CLOSED.drainPermits();
    engine = new RecordingEngine();
    worker = TestWorker.start(engine, directory, TestWorker.manifest(Sample.class));
  }

  @AfterEach
  void stop() {
    worker.close();
    engine.close();
  }

  private record Created(String id, JsonNode auth, double expiration) {}

  private Created create(String payload) throws IOException {
    ObjectNode body = worker.body(payload);
    TestWorker.Answer answer = worker.post("/session/create", body.toString());
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return new Created(
        answer.json().get("session_id").asText(),
        body.get("auth_data"),
        answer.json().get("expiration").asDouble());
  }

  private String request(String id, JsonNode auth) {
    ObjectNode request = RecordingEngine.JSON.createObjectNode();
    request.put("session_id", id);
    request.set("session_auth", auth);
    return request.toString();
  }

  @Test
  void servesSessionUntilItsEnd() throws Exception {
    Created session = create("{\"lifetime\": 30}");
    assertThat(session.id()).matches("[A-Za-z0-9]{13}");
    JsonNode working =
        engine.awaitStatus(status -> status.get("num_requests_working").asInt() == 1);
    assertThat(working.get("cur_load").asDouble()).isEqualTo(100);

    String request = request(session.id(), session.auth());
    TestWorker.Answer call =
        worker.post(
            "/remote/square", worker.body("{\"kwargs\": {\"x\": 3}}", session.id()).toString());
    assertThat(call.body()).isEqualTo("{\"result\":{\"ok\":9}}");
    TestWorker.Answer got = worker.post("/session/get", request);
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.json().get("auth_data")).hasToString(session.auth().toString());
    assertThat(got.json().get("expiration").asDouble())
        .isCloseTo(session.expiration() + 30, within(1e-3));
    assertThat(worker.post("/session/health", request).body()).isEqualTo("{\"ok\":true}");

    assertThat(worker.post("/session/end", request).body())
        .isEqualTo("{\"ended\":true,\"removed_session\":\"" + session.id() + "\"}");
    assertThat(worker.post("/session/end", request).status()).isEqualTo(400);
    assertThat(worker.post("/session/get", request).status()).isEqualTo(400);
    assertThat(worker.post("/session/health", request).body()).isEqualTo("{\"ok\":false}");
    assertThat(
            worker
                .post(
                    "/remote/square",
                    worker.body("{\"kwargs\": {\"x\": 3}}", session.id()).toString())
                .status())
        .isEqualTo(410);
    JsonNode finished =
        engine.await(() -> engine.finished().stream().findFirst().orElse(null), "the session");
    assertThat(finished.get("request_idx").asLong())
        .isEqualTo(session.auth().get("request_idx").asLong());
    assertThat(finished.get("status").asText()).isEqualTo("Success");
    assertThat(engine.finished()).hasSize(1);
  }

  @Test
  void comparesAuthByValue() throws Exception {
    Created session = create("{\"lifetime\": 30}");
    ObjectNode shown = session.auth().deepCopy();
    shown.put("cost", 100.0);
    assertThat(worker.post("/session/health", request(session.id(), shown)).status())
        .isEqualTo(200);
    shown.put("cost", 101);
    assertThat(worker.post("/session/health", request(session.id(), shown)).status())
        .isEqualTo(401);
    assertThat(worker.post("/session/end", "{\"session_id\":\"" + session.id() + "\"}").status())
        .isEqualTo(401);
  }

  @Test
  void endsSessionOnTheCallbackPortAndPostsToItsRoute() throws Exception {
    Created session =
        create(
            "{\"lifetime\": 30, \"on_close_route\": \""
                + engine.url()
                + "/callback\", \"on_close_payload\": {\"a\": 1}}");
    TestWorker.Answer ended =
        worker.post(
            "http://127.0.0.1:" + worker.worker().httpPort() + "/session/end",
            request(session.id(), session.auth()));
    assertThat(ended.status()).isEqualTo(200);
    assertThat(engine.callbacks())
        .singleElement()
        .hasToString("{\"a\":1,\"session_id\":\"" + session.id() + "\"}");
    assertThat(
            worker
                .post(
                    "http://127.0.0.1:" + worker.worker().httpPort() + "/session/health",
                    request(session.id(), session.auth()))
                .status())
        .isEqualTo(404);
  }

  @Test
  void cancelsCallsWhenSessionEnds() throws Exception {
    Created session = create("{\"lifetime\": 30}");
    try (Socket socket =
        worker.send("/remote/never", worker.body("{\"kwargs\": {}}", session.id()).toString())) {
      assertThat(Sample.STARTED.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
      worker.post("/session/end", request(session.id(), session.auth()));
      assertThat(Sample.INTERRUPTED.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
      assertThat(TestWorker.readAnswer(socket)).startsWith("HTTP/1.1 410 ");
    }
  }

  @Test
  void keepsValuesPerSessionUntilItsEnd() throws Exception {
    Created one = create("{\"lifetime\": 30}");
    Created other = create("{\"lifetime\": 30}");

    assertThat(call("addToSession", "{\"n\": 2}", one.id())).isEqualTo("{\"result\":{\"ok\":2}}");
    assertThat(call("addToSession", "{\"n\": 3}", one.id())).isEqualTo("{\"result\":{\"ok\":5}}");
    assertThat(call("addToSession", "{\"n\": 4}", other.id())).isEqualTo("{\"result\":{\"ok\":4}}");
    assertThat(call("sessionIds", "{}", one.id())).contains(one.id());

    worker.post("/session/end", request(one.id(), one.auth()));
    assertThat(Sample.Kept.CLOSED.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    assertThat(call("addToSession", "{\"n\": 1}", other.id())).isEqualTo("{\"result\":{\"ok\":5}}");
    assertThat(Sample.Kept.CLOSED.availablePermits()).isZero();
  }

  @Test
  void closesValuesWhenTheLastCallReturns() throws Exception {
    Created session = create("{\"lifetime\": 30}");
    try (Socket socket =
        worker.send("/remote/holdOn", worker.body("{\"kwargs\": {}}", session.id()).toString())) {
      assertThat(Sample.STARTED.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
      worker.post("/session/end", request(session.id(), session.auth()));
      assertThat(TestWorker.readAnswer(socket)).startsWith("HTTP/1.1 410 ");
      assertThat(Sample.Kept.CLOSED.availablePermits()).isZero();
      Sample.PERMITS.release();
      assertThat(Sample.Kept.CLOSED.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void closesValuesWhenTheWorkerCloses() throws Exception {
    Created session = create("{\"lifetime\": 30}");
    call("addToSession", "{\"n\": 2}", session.id());
    worker.close();
    assertThat(Sample.Kept.CLOSED.availablePermits()).isOne();
  }

  @Test
  void keepsNoValuesOutsideSessions() throws Exception {
    assertThat(worker.call("addToSession", "{\"n\": 2}").body())
        .contains("IllegalStateException", "Session.remote");
  }

  private String call(String function, String kwargs, String session) throws IOException {
    return worker
        .post(
            "/remote/" + function, worker.body("{\"kwargs\": " + kwargs + "}", session).toString())
        .body();
  }

  @Test
  void endsExpiredSessions() throws Exception {
    create("{\"lifetime\": 0.2, \"on_close_route\": \"" + engine.url() + "/callback\"}");
    JsonNode callback =
        engine.await(() -> engine.callbacks().stream().findFirst().orElse(null), "the callback");
    assertThat(callback.get("session_id").asText()).hasSize(13);
  }

  @Test
  void refusesTheEleventhSession() throws Exception {
    for (int i = 0; i < 10; i++) {
      create("{\"lifetime\": 30}");
    }
    TestWorker.Answer refused =
        worker.post("/session/create", worker.body("{\"lifetime\": 30}").toString());
    assertThat(refused.status()).isEqualTo(429);
    JsonNode reported =
        engine.await(() -> engine.finished().stream().findFirst().orElse(null), "the refused");
    assertThat(reported.get("status").asText()).isEqualTo("Rejected");
  }

  @Test
  void refusesSessionWithoutTheEnginesSignature() throws Exception {
    ObjectNode body = worker.body("{\"lifetime\": 30}");
    ((ObjectNode) body.get("auth_data")).put("signature", RecordingEngine.sign("http://other"));
    assertThat(worker.post("/session/create", body.toString()).status()).isEqualTo(401);
  }

  @Test
  void explainsMalformedRequests() throws Exception {
    assertThat(worker.post("/session/create", "{}").status()).isEqualTo(422);
    assertThat(worker.post("/session/create", worker.body("{\"lifetime\": -1}").toString()).body())
        .contains("lifetime");
    assertThat(worker.post("/session/create", worker.body("{\"lifetime\": \"x\"}").toString()))
        .extracting(TestWorker.Answer::status)
        .isEqualTo(422);
    assertThat(worker.post("/session/end", "{\"session_id\": 5}").status()).isEqualTo(422);
    assertThat(worker.post("/session/end", "{").body()).isEqualTo("{\"error\":\"invalid JSON\"}");
    assertThat(worker.post("/session/get", "[]").status()).isEqualTo(422);
  }
}
