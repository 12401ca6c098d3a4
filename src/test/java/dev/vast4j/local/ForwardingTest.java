package dev.vast4j.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.Autoscaling;
import dev.vast4j.CallOptions;
import dev.vast4j.Endpoint;
import dev.vast4j.api.EndpointConfig;
import dev.vast4j.api.WorkergroupConfig;
import dev.vast4j.errors.WorkerLostException;
import dev.vast4j.internal.http.ScriptedServer;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import dev.vast4j.internal.http.ScriptedServer.Request;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the engine passes on to a server that stands in for a template, and back. */
@Timeout(30)
class ForwardingTest {
  private static final String EVENT = "data: {\"n\": 1}\n\n";

  private static ScriptedServer server;
  private static LocalVast engine;
  private static Endpoint endpoint;

  record Token(int n) {}

  @BeforeAll
  static void start() {
    server = new ScriptedServer(ForwardingTest::reply);
    engine =
        LocalVast.start(
            LocalOptions.defaults().template("t", LocalTemplate.server(URI.create(server.url()))));
    long id =
        engine
            .client()
            .endpoints()
            .create(EndpointConfig.of("e", Autoscaling.defaults().maxWorkers(1)));
    engine.client().workergroups().create(WorkergroupConfig.ofTemplate(id, "t"));
    endpoint =
        engine.client().endpoint("e").with(CallOptions.defaults().timeout(Duration.ofSeconds(30)));
  }

  @AfterAll
  static void stop() {
    engine.close();
    server.close();
  }

  private static Reply reply(Request request) {
    if (request.path().equals("/silent") || request.text().contains("silent")) {
      return Reply.silence();
    }
    if (request.path().equals("/quick")) {
      return Reply.json("{}");
    }
    return connection -> {
      connection.head(200, "Content-Type: text/event-stream", "Transfer-Encoding: chunked");
      connection.chunk(EVENT);
      if (request.path().equals("/stalls")) {
        connection.awaitGone();
      }
      return false;
    };
  }

  private static void awaitRequest(String path) {
    Api.await(path, Duration.ofSeconds(20), () -> !server.requests(path).isEmpty());
  }

  @Test
  void aStreamThatBreaksOffFails() {
    try (Stream<Token> stream = endpoint.stream("/breaks", Map.of(), Token.class)) {
      Iterator<Token> each = stream.iterator();
      assertThat(each.next()).isEqualTo(new Token(1));
      assertThatThrownBy(each::hasNext).isInstanceOf(WorkerLostException.class);
    }
  }

  @Test
  void aCancelledRequestEndsOnTheServer() throws Exception {
    CompletableFuture<Map<String, Object>> request = endpoint.requestAsync("/silent", Map.of());
    awaitRequest("/silent");

    request.cancel(true);

    assertThat(server.awaitGone(20)).isTrue();
  }

  @Test
  void aClosedStreamEndsOnTheServerThoughItIsSilent() throws Exception {
    try (Stream<Token> stream = endpoint.stream("/stalls", Map.of(), Token.class)) {
      assertThat(stream.iterator().next()).isEqualTo(new Token(1));
    }

    assertThat(server.awaitGone(20)).isTrue();
  }

  @Test
  void anOpenAiClientThatLeavesEndsItsRequestOnce() throws Exception {
    byte[] body = "{\"model\": \"silent\"}".getBytes(UTF_8);
    URI url = URI.create(endpoint.openAiUrl() + "/chat/completions");
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      String head =
          "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n"
              .formatted(url.getPath(), engine.apiKey(), body.length);
      socket.getOutputStream().write(head.getBytes(UTF_8));
      socket.getOutputStream().write(body);
      awaitRequest("/v1/chat/completions");
    }

    assertThat(server.awaitGone(20)).isTrue();
    endpoint.request("/quick", Map.of());
    assertThat(server.requests("/v1/chat/completions")).hasSize(1);
  }

  @Test
  void anOpenAiClientSeesThatItsStreamBrokeOff() throws Exception {
    URI url = URI.create(endpoint.openAiUrl() + "/completions");
    var connection = url.toURL().openConnection();
    connection.setDoOutput(true);
    connection.setRequestProperty("Authorization", "Bearer " + engine.apiKey());
    connection.getOutputStream().write("{\"stream\": true}".getBytes(UTF_8));

    try (InputStream in = connection.getInputStream()) {
      assertThat(new String(in.readNBytes(EVENT.length()), UTF_8)).isEqualTo(EVENT);
      assertThatThrownBy(in::read).isInstanceOf(java.io.IOException.class);
    }
  }
}
