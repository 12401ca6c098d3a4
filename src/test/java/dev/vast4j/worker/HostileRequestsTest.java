package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.docs.Proves;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HostileRequestsTest {
  private static final int MAX_BODY = 4 << 20;

  private static RecordingEngine engine;
  private static TestWorker worker;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    engine = new RecordingEngine();
    Map<String, String> environment = TestWorker.environment(engine);
    environment.put("VAST4J_MAX_BODY_BYTES", String.valueOf(MAX_BODY));
    environment.put("VAST4J_BODY_SECONDS", "1");
    worker = TestWorker.start(engine, directory, TestWorker.manifest(Sample.class), environment);
  }

  @AfterAll
  static void stop() {
    worker.close();
    engine.close();
  }

  @AfterEach
  void stillServes() throws Exception {
    assertThat(worker.call("square", "{\"x\": 5}").body()).isEqualTo("{\"result\":{\"ok\":25}}");
  }

  private static void refused(TestWorker.Answer answer, int status) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).doesNotContain("\tat ", "Exception", ".java:");
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "sends a malformed body",
      outcome = "422 with the reason; the worker goes on serving")
  void explainsMalformedBodies() throws Exception {
    String good = worker.body("{\"kwargs\": {\"x\": 5}}").toString();
    for (String body :
        List.of(
            "",
            "{",
            "null",
            "5",
            "[]",
            "\"text\"",
            "{}",
            "{\"payload\": {}}",
            "{\"auth_data\": {}, \"payload\": {\"kwargs\": {\"x\": 5}}}",
            "{\"auth_data\": [], \"payload\": {\"kwargs\": {\"x\": 5}}}",
            good.substring(0, good.length() - 1),
            good + "x",
            good.replace("\"x\":5", "\"y\":5"),
            good.replace("\"x\":5", "\"x\":\"five\""),
            good.replace("\"x\":5", "\"x\":{\"type\":\"bytes\",\"contents\":\"!\"}"),
            good.replace("\"x\":5", "\"x\":{\"type\":\"nope\"}"),
            good.replace("\"x\":5", "\"x\":99999999999999999999"),
            good.replace("\"x\":5", "\"x\":" + "[".repeat(100_000)),
            good.replace("\"kwargs\":{\"x\":5}", "\"kwargs\":[5]"),
            good.replace("\"kwargs\":{\"x\":5}", "\"args\":[5,6]"),
            good.replaceAll("\"reqnum\":[0-9]+", "\"reqnum\":\"one\""),
            good.replaceAll("\"request_idx\":[0-9]+,?", ""),
            good.replace("\"session_id\":null", "\"session_id\":{}"))) {
      refused(worker.post("/remote/square", body), 422);
    }
    for (String base64 : List.of("%%%%", "AA=A", "A")) {
      refused(
          worker.call("echo", "{\"bytes\":{\"type\":\"bytes\",\"contents\":\"" + base64 + "\"}}"),
          422);
    }
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "lacks the engine's signature",
      outcome = "401; no function runs")
  void refusesWrongSignatures() throws Exception {
    for (String signature :
        List.of(
            "",
            "=",
            "not base64 at all!",
            "AAAA",
            RecordingEngine.sign("http://127.0.0.1:1"),
            "A".repeat(344),
            "A".repeat(1_000_000))) {
      ObjectNode body = worker.body("{\"kwargs\": {\"x\": 5}}");
      ((ObjectNode) body.get("auth_data")).put("signature", signature);
      refused(worker.post("/remote/square", body.toString()), 401);
    }
    ObjectNode body = worker.body("{\"kwargs\": {\"x\": 5}}");
    ((ObjectNode) body.get("auth_data")).put("url", worker.url() + "/");
    refused(worker.post("/remote/square", body.toString()), 401);
  }

  /** The first bytes announce UTF-32, but the rest is not. */
  @Test
  void refusesBodiesInNoEncoding() throws Exception {
    for (String path : List.of("/remote/square", "/session/create")) {
      TestWorker.Answer answer = worker.post(path, "{\0\0\0abcd");
      refused(answer, 422);
      assertThat(answer.body()).contains("invalid JSON");
    }
  }

  @Test
  void refusesOtherWorkersSignaturesIfConfigured(@TempDir Path other) throws Exception {
    ObjectNode body = worker.body("{\"kwargs\": {\"x\": 5}}");
    body.set("auth_data", engine.route("https://10.0.0.9:3000"));
    assertThat(worker.post("/remote/square", body.toString()).status()).isEqualTo(200);

    Map<String, String> environment = TestWorker.environment(engine);
    environment.put("VAST4J_OWN_URL_ONLY", "true");
    try (TestWorker strict =
        TestWorker.start(engine, other, TestWorker.manifest(Sample.class), environment)) {
      refused(strict.post("/remote/square", body.toString()), 401);
      assertThat(strict.call("square", "{\"x\": 5}").status()).isEqualTo(200);
    }
  }

  @Test
  void refusesUnknownPathsAndSessions() throws Exception {
    refused(worker.post("/remote/nope", "{}"), 404);
    refused(worker.post("/remote/", "{}"), 404);
    refused(worker.post("/remote/../square", "{}"), 404);
    refused(worker.post("/", "{}"), 404);
    refused(
        worker.post("/remote/square", worker.body("{\"kwargs\": {\"x\": 5}}", "none").toString()),
        410);
    assertThat(raw("GET /remote/square HTTP/1.1\r\nHost: w\r\n\r\n")).startsWith("HTTP/1.1 405 ");
  }

  @Test
  void refusesLongBodiesByTheirAnnouncedLength() throws Exception {
    assertThat(
            raw(
                "POST /remote/square HTTP/1.1\r\nHost: w\r\nContent-Length: 300000000\r\n\r\n"
                    + "{".repeat(100)))
        .startsWith("HTTP/1.1 413 ");
    assertThat(raw("POST /session/create HTTP/1.1\r\nHost: w\r\nContent-Length: 2000000\r\n\r\n{"))
        .startsWith("HTTP/1.1 413 ");
  }

  @Test
  void refusesLongBodiesOfUnknownLength() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", worker.worker().port())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              "POST /remote/shout HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] chunk =
          ("10000\r\n" + " ".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      int sent = 0;
      try {
        while (sent < 64 << 20) {
          socket.getOutputStream().write(chunk);
          sent += 0x10000;
        }
      } catch (SocketException e) {
        assertThat(sent).isGreaterThan(MAX_BODY);
        return;
      }
      assertThat(TestWorker.readAnswer(socket)).startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "sends its body too slowly",
      outcome = "408; the worker goes on serving")
  void refusesSlowBodies() throws Exception {
    assertThat(
            raw("POST /remote/square HTTP/1.1\r\nHost: w\r\nContent-Length: 5000\r\n\r\n{\"auth"))
        .startsWith("HTTP/1.1 408 ");
    // Long enough to be passed on while it arrives.
    assertThat(
            raw(
                "POST /remote/square HTTP/1.1\r\n"
                    + "Host: w\r\n"
                    + "Content-Length: 3000000\r\n\r\n"
                    + "{\"auth_data\""
                    + " ".repeat(300_000)))
        .startsWith("HTTP/1.1 408 ");
  }

  @Test
  void boundsLargeBodiesTogetherAndAcceptsSmallOnes() throws Exception {
    String most =
        "POST /remote/shout HTTP/1.1\r\nHost: w\r\nContent-Length: 3000000\r\n\r\n{"
            + " ".repeat(2_500_000);
    try (Socket first = new Socket("127.0.0.1", worker.worker().port())) {
      first.setSoTimeout(20_000);
      first.getOutputStream().write(most.getBytes(StandardCharsets.US_ASCII));
      String second = raw(most);
      stillServes();
      // The bodies are read in turns, so either one or both of them exceed the budget.
      assertThat(List.of(second.substring(9, 12), TestWorker.readAnswer(first).substring(9, 12)))
          .contains("429")
          .isSubsetOf("429", "408");
    }
  }

  /** The worker refuses the body's beginning while the rest still arrives. */
  @Test
  void freesTheMemoryOfRefusedBodies() throws Exception {
    for (int i = 0; i < 10; i++) {
      try (Socket socket = worker.send("/remote/shout", "}" + " ".repeat(2_999_999))) {
        assertThat(TestWorker.readAnswer(socket)).startsWith("HTTP/1.1 422 ");
      }
    }

    assertThat(worker.call("shout", "{\"text\": \"" + "a".repeat(4_000_000) + "\"}").status())
        .isEqualTo(200);
  }

  @Test
  void survivesHalfRequests() throws Exception {
    for (int i = 0; i < 50; i++) {
      Socket socket = new Socket("127.0.0.1", worker.worker().port());
      socket
          .getOutputStream()
          .write(
              "POST /remote/square HTTP/1.1\r\nHost: w\r\nContent-Length: 5000\r\n\r\n{\"auth"
                  .getBytes(StandardCharsets.US_ASCII));
      socket.close();
    }
  }

  @Test
  void survivesNoise() throws Exception {
    Random random = new Random(7);
    List<Integer> statuses = new ArrayList<>();
    byte[] good =
        worker.body("{\"kwargs\": {\"x\": 5}}").toString().getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 100; i++) {
      byte[] noisy = good.clone();
      for (int j = 0; j <= i % 5; j++) {
        noisy[random.nextInt(noisy.length)] = (byte) random.nextInt(256);
      }
      try (Socket socket = new Socket("127.0.0.1", worker.worker().port())) {
        socket.setSoTimeout(20_000);
        socket
            .getOutputStream()
            .write(
                ("POST /remote/square HTTP/1.1\r\nHost: w\r\nContent-Length: "
                        + noisy.length
                        + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(noisy);
        String answer = TestWorker.readAnswer(socket);
        statuses.add(Integer.parseInt(answer.substring(9, 12)));
        assertThat(answer).doesNotContain("\tat ", ".java:");
      }
    }
    assertThat(statuses).isSubsetOf(200, 401, 410, 422);
  }

  private static String raw(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", worker.worker().port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return TestWorker.readAnswer(socket);
    }
  }
}
