package dev.vast4j.internal.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vast4j.CallOptions;
import dev.vast4j.Requests;
import dev.vast4j.ServerSentEvent;
import dev.vast4j.Session;
import dev.vast4j.SessionOptions;
import dev.vast4j.TypeRef;
import dev.vast4j.docs.Proves;
import dev.vast4j.errors.CallRefusedException;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.errors.DecodingException;
import dev.vast4j.errors.EncodingException;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.SessionClosedException;
import dev.vast4j.errors.WorkerLostException;
import dev.vast4j.internal.http.ScriptedServer.Handler;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import dev.vast4j.internal.http.ScriptedServer.Request;
import dev.vast4j.observe.CallObserver;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any route of a worker, called with plain JSON. */
@Timeout(30)
class RequestsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ID = "abcDEF0123456";

  record Prompt(String text, int maxTokens, Optional<String> suffix, List<Double> weights) {}

  record Answer(String text, int count) {}

  record Token(int n) {}

  private static Requests requests(FakeVast vast) {
    return requests(vast, CallOptions.defaults());
  }

  private static Requests requests(FakeVast vast, CallOptions options) {
    return vast.path.requests(options);
  }

  private static JsonNode sent(FakeVast vast, int call) throws IOException {
    return JSON.readTree(vast.calls().get(call).text());
  }

  // ---- what is sent, what comes back

  @Test
  void payloadTravelsAsPlainJsonBesideTheRoute() throws Exception {
    try (FakeVast vast = new FakeVast(request -> Reply.json("{\"text\":\"é\",\"count\":3}"))) {
      Map<String, Object> payload = new LinkedHashMap<>();
      payload.put("prompt", "hi");
      payload.put("nothing", null);
      payload.put("when", Instant.EPOCH);
      payload.put("record", new Prompt("a", 7, Optional.empty(), List.of(0.5)));

      Map<String, Object> answer = requests(vast).request("/v1/completions?stream=no", payload);

      assertThat(answer).containsExactlyInAnyOrderEntriesOf(Map.of("text", "é", "count", 3));
      Request call = vast.calls().get(0);
      assertThat(call.path()).isEqualTo("/v1/completions?stream=no");
      assertThat(call.method()).isEqualTo("POST");
      assertThat(call.header("authorization")).isEqualTo("Bearer " + FakeVast.ENDPOINT_KEY);
      JsonNode body = sent(vast, 0);
      assertThat(body.path("payload").toString())
          .isEqualTo(
              "{\"prompt\":\"hi\",\"nothing\":null,\"when\":\"1970-01-01T00:00:00Z\","
                  + "\"record\":{\"text\":\"a\",\"maxTokens\":7,\"suffix\":null,\"weights\":[0.5]}}");
      assertThat(body.path("session_id").isNull()).isTrue();
      assertThat(body.path("auth_data").path("signature").textValue()).isEqualTo("c2ln");
    }
  }

  @Test
  void answersAreReadAsTheTypeAsked() {
    String body = "{\"text\":\"a\",\"count\":1,\"unknown\":[1,2.5,null,true,{\"k\":\"v\"}]}";
    try (FakeVast vast = new FakeVast(request -> Reply.json(body))) {
      Requests requests = requests(vast);

      assertThat(requests.request("/r", Map.of(), Answer.class)).isEqualTo(new Answer("a", 1));
      assertThat(requests.request("/r", Map.of(), String.class)).isEqualTo(body);
      assertThat(requests.request("/r", Map.of(), byte[].class)).isEqualTo(body.getBytes(UTF_8));
      assertThat(requests.request("/r", Map.of(), Void.class)).isNull();
      List<Object> unknown = new ArrayList<>(List.of(1, 2.5));
      unknown.add(null);
      unknown.addAll(List.of(true, Map.of("k", "v")));
      assertThat(requests.request("/r", Map.of())).containsEntry("unknown", unknown);
      assertThat(requests.request("/r", Map.of(), Object.class)).isInstanceOf(Map.class);
    }
  }

  @Test
  void answersOfAnyJsonAreRead() {
    AtomicInteger call = new AtomicInteger();
    List<Reply> replies =
        List.of(
            Reply.json("[{\"n\":1},{\"n\":2}]"),
            Reply.json("\"a \\\"text\\\"\""),
            Reply.text(200, "plain"),
            Reply.json("12345678901234567890"),
            Reply.json("NaN"),
            Reply.json(201, " true "));
    try (FakeVast vast = new FakeVast(request -> replies.get(call.getAndIncrement()))) {
      Requests requests = requests(vast);

      assertThat(requests.request("/r", 1, new TypeRef<List<Token>>() {}))
          .containsExactly(new Token(1), new Token(2));
      assertThat(requests.request("/r", "x", String.class)).isEqualTo("a \"text\"");
      assertThat(requests.request("/r", List.of(), String.class)).isEqualTo("plain");
      assertThat(requests.request("/r", Map.of(), Object.class))
          .isEqualTo(new BigInteger("12345678901234567890"));
      assertThat(requests.request("/r", Double.NaN, Double.class)).isNaN();
      assertThat(requests.request("/r", Map.of(), Boolean.class)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "\"text\"", "null", "<html>", "{} {}", "{\"a\":x}", ""})
  void answersOfAnotherFormFailOnce(String body) {
    try (FakeVast vast = new FakeVast(request -> Reply.json(body))) {
      assertThatThrownBy(() -> requests(vast).request("/form", Map.of()))
          .isInstanceOf(DecodingException.class)
          .hasMessageContaining("answer of '/form'");
      assertThat(vast.calls()).as("asking again would not help").hasSize(1);
    }
  }

  @Test
  void payloadsWithoutJsonFormFailBeforeAnythingIsSent() {
    try (FakeVast vast = new FakeVast(request -> Reply.json("{}"))) {
      assertThatThrownBy(() -> requests(vast).request("/r", Map.of("it", new Object())))
          .isInstanceOf(EncodingException.class)
          .hasMessageContaining("payload of '/r'");
      assertThat(vast.calls()).isEmpty();
      assertThat(vast.routes).hasValue(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "v1/completions", "http://elsewhere/", "/a b", "/a#b", "/%zz"})
  void routesThatAreNoPathAreRefused(String route) {
    try (FakeVast vast = new FakeVast(request -> Reply.json("{}"))) {
      assertThatThrownBy(() -> requests(vast).request(route, Map.of()))
          .isInstanceOf(InvalidDeploymentException.class)
          .hasMessageContaining("begins with a slash");
    }
  }

  @Test
  void largePayloadsAreWrittenForEachAttempt() throws Exception {
    AtomicInteger call = new AtomicInteger();
    Handler second =
        request -> call.getAndIncrement() == 0 ? Reply.json(503, "{}") : Reply.json("{\"n\":1}");
    try (FakeVast vast = new FakeVast(second)) {
      String large = "x".repeat(3 << 20);

      assertThat(requests(vast).request("/r", Map.of("image", large), Token.class).n())
          .isEqualTo(1);

      assertThat(sent(vast, 0).path("payload").path("image").textValue()).isEqualTo(large);
      assertThat(sent(vast, 1).path("payload").path("image").textValue()).isEqualTo(large);
    }
  }

  // ---- the call path

  @Test
  void costGoesToTheEngine() throws Exception {
    List<Double> costs = Collections.synchronizedList(new ArrayList<>());
    try (FakeVast vast = new FakeVast(request -> Reply.json("{}"))) {
      vast.router =
          request -> {
            costs.add(JSON.readTree(request.text()).path("cost").asDouble());
            return vast.ready();
          };

      requests(vast).request("/r", Map.of());
      requests(vast).with(CallOptions.defaults().cost(256)).request("/r", Map.of());

      assertThat(costs).containsExactly(100.0, 256.0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  @Proves(
      at = Proves.At.WORKER,
      fault = "answers 408, 429 or 5xx",
      of = "request",
      outcome = "retried, at most five attempts")
  void temporaryFailuresAreRetriedButNotForever(int status) {
    try (FakeVast vast = new FakeVast(request -> Reply.text(status, "later"))) {
      assertThat(catchThrowable(() -> requests(vast).request("/r", Map.of()))).isNotNull();

      assertThat(vast.calls()).hasSize(5);
    }
  }

  @Test
  void requestsThatMustNotRunTwiceAreSentOnce() {
    try (FakeVast vast = new FakeVast(request -> Reply.json(500, "{\"error\":\"broken\"}"))) {
      Requests once = requests(vast).with(CallOptions.defaults().idempotent(false));

      WorkerLostException lost =
          catchThrowableOfType(WorkerLostException.class, () -> once.request("/images", Map.of()));

      assertThat(lost.maybeExecuted()).isTrue();
      assertThat(lost).hasMessageContaining("/images");
      assertThat(vast.calls()).hasSize(1);
    }
  }

  @Test
  void refusalsAreNotRetriedAndSayWhy() {
    try (FakeVast vast =
        new FakeVast(request -> Reply.json(422, "{\"detail\":\"prompt: field required\"}"))) {
      CallRefusedException refused =
          catchThrowableOfType(
              CallRefusedException.class, () -> requests(vast).request("/r", Map.of()));

      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused).hasMessageContaining("prompt: field required");
      assertThat(vast.calls()).hasSize(1);
    }
  }

  @Test
  void droppedConnectionsAreRoutedAgain() {
    AtomicInteger call = new AtomicInteger();
    Handler flaky = request -> call.getAndIncrement() < 2 ? Reply.reset() : Reply.json("{\"n\":3}");
    try (FakeVast vast = new FakeVast(flaky)) {
      assertThat(requests(vast).request("/r", Map.of(), Token.class)).isEqualTo(new Token(3));
      assertThat(vast.routes).hasValue(3);
    }
  }

  @Test
  void answersThatEndEarlyAreRetried() {
    AtomicInteger call = new AtomicInteger();
    Handler cutOff =
        request ->
            call.getAndIncrement() == 0 ? Reply.truncated("{\"n\":") : Reply.json("{\"n\":3}");
    try (FakeVast vast = new FakeVast(cutOff)) {
      assertThat(requests(vast).request("/r", Map.of(), Token.class)).isEqualTo(new Token(3));
    }
  }

  @Test
  void deadlinesHoldWhileNoWorkerIsReady() {
    try (FakeVast vast = new FakeVast(request -> Reply.json("{}"))) {
      vast.router = request -> FakeVast.waiting();

      assertThatThrownBy(
              () ->
                  requests(vast)
                      .with(CallOptions.defaults().timeout(Duration.ofMinutes(2)))
                      .request("/r", Map.of()))
          .isInstanceOf(CallTimeoutException.class)
          .hasMessageContaining("2 loading");
    }
  }

  @Test
  void cancellingARequestClosesItsConnection() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    CountDownLatch arrived = new CountDownLatch(1);
    Reply silent =
        connection -> {
          arrived.countDown();
          connection.awaitGone();
          gone.countDown();
          return false;
        };
    try (FakeVast vast = new FakeVast(request -> silent)) {
      CompletableFuture<Map<String, Object>> answer = requests(vast).requestAsync("/r", Map.of());
      assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();

      answer.cancel(true);

      assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void interruptedCallersAreCancelled() {
    try (FakeVast vast = new FakeVast(request -> Reply.silence())) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> requests(vast).request("/r", Map.of()))
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void asynchronousRequestsGiveAnswersAndFailures() throws Exception {
    Handler worker =
        request -> request.path().equals("/bad") ? Reply.json(400, "{}") : Reply.json("{\"n\":1}");
    try (FakeVast vast = new FakeVast(worker)) {
      Requests requests = requests(vast);

      assertThat(requests.requestAsync("/r", Map.of()).get(10, TimeUnit.SECONDS))
          .isEqualTo(Map.of("n", 1));
      assertThat(requests.requestAsync("/r", Map.of(), Token.class).get(10, TimeUnit.SECONDS))
          .isEqualTo(new Token(1));
      assertThat(
              requests
                  .requestAsync("/r", Map.of(), new TypeRef<Map<String, Integer>>() {})
                  .get(10, TimeUnit.SECONDS))
          .isEqualTo(Map.of("n", 1));
      assertThatThrownBy(() -> requests.requestAsync("/bad", Map.of()).get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(CallRefusedException.class);
    }
  }

  @Test
  void observersSeeRequestsByTheirRoute() {
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    CallObserver observer =
        info -> {
          seen.add(info.function() + " " + info.cost() + " " + info.streamed());
          return new CallObserver.Observation() {
            @Override
            public Map<String, String> headers() {
              return Map.of("traceparent", "00-1");
            }

            @Override
            public void ended(
                CallObserver.Outcome outcome, int attempts, Duration elapsed, Throwable failure) {
              seen.add(outcome + " " + attempts);
            }
          };
        };
    try (FakeVast vast = new FakeVast(request -> Reply.json("{}"))) {
      vast.path.observedBy(observer).requests(CallOptions.defaults()).request("/r", Map.of());
      requests(vast).request("/r", Map.of());

      assertThat(seen).containsExactly("/r 100.0 false", "OK 1");
      assertThat(vast.calls().get(0).header("traceparent")).isEqualTo("00-1");
    }
  }

  // ---- streams

  private static Reply stream(String type, String... chunks) {
    return connection -> {
      connection.head(200, "Content-Type: " + type, "Transfer-Encoding: chunked");
      for (String chunk : chunks) {
        connection.chunk(chunk);
      }
      connection.lastChunk();
      return true;
    };
  }

  private static <T> List<T> all(FakeVast vast, Class<T> type) {
    try (Stream<T> elements = requests(vast).stream("/v1/stream", Map.of("stream", true), type)) {
      return elements.toList();
    }
  }

  @Test
  void eventsAreReadWhole() {
    Reply events =
        stream(
            "text/event-stream",
            "\ufeff: welcome\n\nretry: 1500\nid: 7\nevent: token\ndata: {\"n\":\ndata: 1}\n\n",
            "data:{\"n\":2}\r\n\r\nid\ndata: {\"n\"",
            ": 3}\r\rdata\n\nevent: ping\n\nretry: soon\nunknown: field\ndata: {\"n\":4}\n\n",
            "data: [DONE]\n\ndata: {\"n\":5}\n\n");
    try (FakeVast vast = new FakeVast(request -> events)) {
      assertThat(all(vast, Token.class))
          .containsExactly(new Token(1), new Token(2), new Token(3), new Token(4));
      Duration retry = Duration.ofMillis(1500);
      assertThat(all(vast, ServerSentEvent.class))
          .containsExactly(
              new ServerSentEvent("token", "{\"n\":\n1}", "7", retry),
              new ServerSentEvent("message", "{\"n\":2}", "7", retry),
              new ServerSentEvent("message", "{\"n\": 3}", "", retry),
              new ServerSentEvent("message", "", "", retry),
              new ServerSentEvent("message", "{\"n\":4}", "", retry));
      assertThat(all(vast, String.class))
          .containsExactly("{\"n\":\n1}", "{\"n\":2}", "{\"n\": 3}", "", "{\"n\":4}");
      assertThat(all(vast, Object.class)).contains(Map.of("n", 1)).hasSize(4);
    }
  }

  @Test
  void anEventWithoutItsBlankLineCountsToo() {
    try (FakeVast vast =
        new FakeVast(
            request -> stream("text/event-stream", "data: {\"n\":1}\n\ndata: {\"n\":2}"))) {
      assertThat(all(vast, Token.class)).containsExactly(new Token(1), new Token(2));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/x-ndjson",
        "application/jsonl",
        "application/json-seq",
        "application/json",
        "text/plain",
        "application/octet-stream"
      })
  void jsonLinesAreElements(String type) {
    String separator = type.endsWith("seq") ? "\u001e" : "";
    try (FakeVast vast =
        new FakeVast(
            request ->
                stream(
                    type,
                    separator + "{\"n\":1}\n",
                    separator + "{\"n\"",
                    ":2}\r\n\r\n",
                    separator + "{\"n\":3}"))) {
      assertThat(all(vast, Token.class)).containsExactly(new Token(1), new Token(2), new Token(3));
    }
  }

  @Test
  void eventsWithoutTheirContentTypeAreReadAsTheReferenceDoes() {
    try (FakeVast vast =
        new FakeVast(
            request ->
                stream("text/plain", ": hi\nevent: x\ndata: {\"n\":1}\n\ndata: [DONE]\nrest"))) {
      assertThat(all(vast, Token.class)).containsExactly(new Token(1));
    }
  }

  @Test
  void prettyPrintedJsonIsOneElement() {
    try (FakeVast vast =
        new FakeVast(request -> stream("application/json", "{\n  \"n\"", ": 1\n}\n"))) {
      assertThat(all(vast, Token.class)).containsExactly(new Token(1));
    }
  }

  @Test
  void textAndBytesComeInChunks() throws Exception {
    byte[] euro = "€".getBytes(UTF_8);
    BlockingQueue<Boolean> allowed = new LinkedBlockingQueue<>();
    Reply stepwise =
        connection -> {
          connection.head(200, "Content-Type: text/plain", "Transfer-Encoding: chunked");
          connection.chunk("ein ");
          allowed.take();
          for (byte part : euro) {
            connection.send("1\r\n".getBytes(UTF_8));
            connection.send(new byte[] {part});
            connection.send("\r\n".getBytes(UTF_8));
          }
          connection.lastChunk();
          return true;
        };
    try (FakeVast vast = new FakeVast(request -> stepwise)) {
      try (Stream<String> chunks = requests(vast).stream("/r", Map.of(), String.class)) {
        Iterator<String> each = chunks.iterator();
        assertThat(each.next()).isEqualTo("ein ");
        allowed.add(true);
        assertThat(each.next()).isEqualTo("€");
        assertThat(each.hasNext()).isFalse();
      }
      allowed.add(true);
      try (Stream<byte[]> chunks = requests(vast).stream("/r", Map.of(), byte[].class)) {
        assertThat(chunks.mapToInt(chunk -> chunk.length).sum()).isEqualTo(7);
      }
    }
  }

  @Test
  void elementsArriveOneByOne() {
    BlockingQueue<Integer> allowed = new LinkedBlockingQueue<>();
    Reply stepwise =
        connection -> {
          connection.head(200, "Content-Type: text/event-stream", "Transfer-Encoding: chunked");
          for (int i = 1; i <= 3; i++) {
            connection.chunk("data: {\"n\": " + allowed.take() + "}\n\n");
          }
          connection.chunk("data: [DONE]\n\n");
          connection.lastChunk();
          return true;
        };
    try (FakeVast vast = new FakeVast(request -> stepwise);
        Stream<Token> tokens = requests(vast).stream("/r", Map.of(), Token.class)) {
      Iterator<Token> each = tokens.iterator();
      for (int i = 1; i <= 3; i++) {
        allowed.add(i);
        assertThat(each.next()).isEqualTo(new Token(i));
      }
      assertThat(each.hasNext()).isFalse();
    }
  }

  @Test
  void malformedElementsFailWithTheirPlace() {
    try (FakeVast vast =
        new FakeVast(request -> stream("text/event-stream", "data: {\"n\":1}\n\ndata: oops\n\n"))) {
      assertThatThrownBy(() -> all(vast, Token.class))
          .isInstanceOf(DecodingException.class)
          .hasMessageContaining("element of the answer of '/v1/stream'");
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "dies while it streams",
      of = "request",
      outcome = "elements so far, then WorkerLostException")
  void brokenStreamsGiveWhatCameThenFail() {
    Reply broken =
        connection -> {
          connection.head(200, "Content-Type: text/event-stream", "Transfer-Encoding: chunked");
          connection.chunk("data: {\"n\":1}\n\n");
          return false;
        };
    try (FakeVast vast = new FakeVast(request -> broken);
        Stream<Token> tokens = requests(vast).stream("/r", Map.of(), Token.class)) {
      Iterator<Token> each = tokens.iterator();
      assertThat(each.next()).isEqualTo(new Token(1));
      assertThatThrownBy(each::hasNext).isInstanceOf(WorkerLostException.class);
    }
  }

  @Test
  void closingAStreamEarlyClosesItsConnection() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    Reply endless =
        connection -> {
          connection.head(200, "Content-Type: text/event-stream", "Transfer-Encoding: chunked");
          connection.chunk("data: {\"n\":1}\n\n");
          connection.awaitGone();
          gone.countDown();
          return false;
        };
    try (FakeVast vast = new FakeVast(request -> endless)) {
      try (Stream<Token> tokens = requests(vast).stream("/r", Map.of(), Token.class)) {
        assertThat(tokens.iterator().next()).isEqualTo(new Token(1));
      }
      assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void publishersRequestForEachSubscriber() throws Exception {
    try (FakeVast vast =
        new FakeVast(
            request -> stream("text/event-stream", "data: {\"n\":1}\n\ndata: {\"n\":2}\n\n"))) {
      Flow.Publisher<Token> tokens = requests(vast).publisher("/r", Map.of(), Token.class);
      assertThat(vast.calls()).isEmpty();

      assertThat(collect(tokens)).containsExactly(new Token(1), new Token(2));
      assertThat(collect(tokens)).containsExactly(new Token(1), new Token(2));
      assertThat(vast.calls()).hasSize(2);
      assertThat(collect(requests(vast).publisher("/r", Map.of(), new TypeRef<Token>() {})))
          .hasSize(2);
    }
  }

  private static <T> List<T> collect(Flow.Publisher<T> publisher) throws Exception {
    CompletableFuture<List<T>> all = new CompletableFuture<>();
    List<T> seen = new ArrayList<>();
    publisher.subscribe(
        new Flow.Subscriber<>() {
          @Override
          public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
          }

          @Override
          public void onNext(T item) {
            seen.add(item);
          }

          @Override
          public void onError(Throwable failure) {
            all.completeExceptionally(failure);
          }

          @Override
          public void onComplete() {
            all.complete(seen);
          }
        });
    return all.get(10, TimeUnit.SECONDS);
  }

  @Test
  void streamsThatDoNotBeginAreRetried() {
    AtomicInteger call = new AtomicInteger();
    Handler second =
        request ->
            call.getAndIncrement() == 0
                ? Reply.json(503, "{}")
                : stream("text/event-stream", "data: {\"n\":1}\n\n");
    try (FakeVast vast = new FakeVast(second)) {
      assertThat(all(vast, Token.class)).containsExactly(new Token(1));
    }
  }

  // ---- sessions

  private static Handler sessions(AtomicInteger ended, Handler others) {
    return request ->
        switch (request.path()) {
          case "/session/create" ->
              Reply.json(201, "{\"session_id\":\"" + ID + "\",\"expiration\":4102444800.5}");
          case "/session/health" -> Reply.json("{\"ok\":" + (ended.get() == 0) + "}");
          case "/session/get" ->
              Reply.json("{\"lifetime\":90.0,\"expiration\":4102444800.5,\"auth_data\":{}}");
          case "/session/end" -> {
            ended.incrementAndGet();
            yield Reply.json("{\"ended\":true}");
          }
          default -> others.handle(request);
        };
  }

  @Test
  void sessionsPinRequestsToTheirWorker() throws Exception {
    AtomicInteger ended = new AtomicInteger();
    try (FakeVast vast = new FakeVast(sessions(ended, request -> Reply.json("{\"n\":1}")))) {
      try (Session session =
          vast.path.openSession(
              SessionOptions.lasting(Duration.ofSeconds(30)), CallOptions.defaults().cost(7))) {
        assertThat(session.request("/r", Map.of())).isEqualTo(Map.of("n", 1));
        assertThat(session.requestAsync("/r", Map.of(), Token.class).get(10, TimeUnit.SECONDS))
            .isEqualTo(new Token(1));
        assertThat(session.expiration()).isEqualTo(Instant.ofEpochSecond(4102444860L, 500_000_000));
        assertThat(session.isAlive()).isTrue();
      }
      assertThat(vast.routes).hasValue(1);
      assertThat(sent(vast, 1).path("session_id").textValue()).isEqualTo(ID);
      assertThat(ended).hasValue(1);
    }
  }

  @Test
  void sessionsAreResumedByIdAndAuth() throws Exception {
    AtomicInteger ended = new AtomicInteger();
    try (FakeVast vast = new FakeVast(sessions(ended, request -> Reply.json("{\"n\":1}")))) {
      Session opened = vast.path.openSession(SessionOptions.lasting(Duration.ofSeconds(30)));
      String auth = opened.auth();
      opened.detach();
      assertThat(opened.isOpen()).isFalse();
      opened.close();
      assertThat(ended).as("left on the worker").hasValue(0);

      Session resumed = vast.path.resumeSession(ID, auth);

      assertThat(resumed.id()).isEqualTo(ID);
      assertThat(resumed.auth()).isEqualTo(auth);
      assertThat(resumed.expiration()).isEqualTo(Instant.ofEpochSecond(4102444800L, 500_000_000));
      assertThat(resumed.request("/r", Map.of(), Token.class)).isEqualTo(new Token(1));
      JsonNode health = sent(vast, 1);
      assertThat(vast.calls().get(1).path()).isEqualTo("/session/health");
      assertThat(health.path("session_id").textValue()).isEqualTo(ID);
      assertThat(health.path("session_auth")).isEqualTo(JSON.readTree(auth));
      resumed.close();
      assertThat(ended).hasValue(1);
      assertThat(resumed.isAlive()).isFalse();
      assertThatThrownBy(() -> vast.path.resumeSession(ID, auth))
          .isInstanceOf(SessionClosedException.class);
    }
  }

  @Test
  void resumingRefusesWhatIsNoSession() {
    try (FakeVast vast = new FakeVast(request -> Reply.json(401, "{\"error\":\"no\"}"))) {
      String auth = "{\"url\":\"" + vast.worker.url() + "\"}";
      assertThat(
              catchThrowableOfType(
                      CallRefusedException.class, () -> vast.path.resumeSession(ID, auth))
                  .status())
          .isEqualTo(401);
      for (String bad : List.of("", "{}", "[]", "{\"url\":\"no url\"}")) {
        assertThatThrownBy(() -> vast.path.resumeSession(ID, bad))
            .isInstanceOf(InvalidDeploymentException.class);
      }
      assertThatThrownBy(() -> vast.path.resumeSession("no id!", auth))
          .isInstanceOf(InvalidDeploymentException.class);
    }
  }

  @Test
  void resumingFindsTheWorkerGone() throws Exception {
    try (FakeVast vast = new FakeVast(request -> Reply.reset())) {
      String auth = "{\"url\":\"" + vast.worker.url() + "\"}";
      assertThatThrownBy(() -> vast.path.resumeSession(ID, auth))
          .isInstanceOf(SessionClosedException.class);
    }
  }
}
