package dev.vast4j.internal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.Remote;
import dev.vast4j.Session;
import dev.vast4j.SessionOptions;
import dev.vast4j.docs.Proves;
import dev.vast4j.errors.CallRefusedException;
import dev.vast4j.internal.http.ScriptedServer;
import dev.vast4j.internal.http.ScriptedServer.Handler;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import dev.vast4j.internal.http.ScriptedServer.Request;
import dev.vast4j.internal.wire.Dialect;
import dev.vast4j.internal.wire.WireVersion;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Arguments have arrays as bytes for workers that read them, and lists for all others. */
@Timeout(60)
public class WorkerDialectsTest {
  private static final String BYTES =
      "{\"type\":\"bytes\",\"contents\":\"AACAPwAAIEA=\",\"elements\":\"float\"}";
  private static final String LIST = "{\"type\":\"list\",\"contents\":[1.0,2.5]}";
  private static final String OK = "{\"result\":{\"ok\":1}}";
  private static final float[] NUMBERS = {1, 2.5f};

  /** Takes arrays. */
  public interface Numbers {
    @Remote
    int sum(float[] numbers);

    @Remote
    int any(Map<String, Object> numbers);

    @Remote(idempotent = false)
    int charge(float[] numbers);

    @Remote
    float[] fetch(int count);
  }

  /** A worker of this version. */
  private static Reply announced(int status, String json) {
    byte[] body = json.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return connection -> {
      connection.head(
          status,
          "Content-Type: application/json",
          WireVersion.HEADER + ": " + WireVersion.CURRENT,
          "Content-Length: " + body.length);
      connection.send(body);
      return true;
    };
  }

  /** A worker that reads lists only. */
  private static Reply older(Request request) {
    return request.text().contains("\"bytes\"")
        ? Reply.json(422, "{\"error\":\"numbers: a list was expected\"}")
        : Reply.json(OK);
  }

  private static String numbers(Request call) {
    String text = call.text();
    int at = text.indexOf("\"numbers\":") + "\"numbers\":".length();
    return text.substring(at, text.length() - 3);
  }

  private static List<String> sent(FakeVast vast) {
    return vast.calls().stream().map(WorkerDialectsTest::numbers).toList();
  }

  @Test
  void areListsUntilAWorkerAnnounces() {
    try (FakeVast vast = new FakeVast(request -> announced(200, OK))) {
      Numbers numbers = vast.remote(Numbers.class);
      assertThat(numbers.sum(NUMBERS)).isOne();
      assertThat(numbers.sum(NUMBERS)).isOne();
      assertThat(sent(vast)).containsExactly(LIST, BYTES);
      assertThat(vast.calls().get(0).header("User-Agent")).matches("vast4j/\\S+ wire/2");
    }
  }

  @Test
  void areBytesAtOnceIfTheDeploymentAnnounces() {
    try (FakeVast vast = new FakeVast(request -> announced(200, OK), Dialect.JAVA_ARRAYS)) {
      Numbers numbers = vast.remote(Numbers.class);
      numbers.sum(NUMBERS);
      numbers.any(Map.of("x", NUMBERS));
      assertThat(sent(vast).get(0)).isEqualTo(BYTES);
      assertThat(sent(vast).get(1)).contains(LIST);
    }
  }

  @Test
  void areListsOnceAProxyDropsTheHeader() {
    try (FakeVast vast = new FakeVast(request -> Reply.json(OK), Dialect.JAVA_ARRAYS)) {
      Numbers numbers = vast.remote(Numbers.class);
      numbers.sum(NUMBERS);
      numbers.sum(NUMBERS);
      assertThat(sent(vast)).containsExactly(BYTES, LIST);
    }
  }

  @Test
  void areListsForPythonWhateverItSays() {
    try (FakeVast vast = new FakeVast(request -> announced(200, OK), Dialect.PYTHON)) {
      Numbers numbers = vast.remote(Numbers.class);
      numbers.sum(NUMBERS);
      numbers.sum(NUMBERS);
      assertThat(sent(vast)).containsExactly(LIST, LIST);
    }
  }

  /** During a rolling update from an older version, whose workers still serve. */
  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault =
          "an older version that does not read arrays as bytes, although the deployment says so",
      outcome = "the call sends them as lists at once, without counting an attempt")
  void areSentAgainAsListsToAnOlderWorker() {
    try (FakeVast vast = new FakeVast(WorkerDialectsTest::older, Dialect.JAVA_ARRAYS)) {
      // Neither a repeatable call nor one that may be tried again: nothing ran.
      Numbers numbers = vast.remote(Numbers.class, FakeVast.attempts(1));
      assertThat(numbers.charge(NUMBERS)).isOne();
      assertThat(sent(vast)).containsExactly(BYTES, LIST);
      assertThat(numbers.charge(NUMBERS)).isOne();
      assertThat(sent(vast)).hasSize(3);
    }
  }

  @Test
  void tooLargeToKeepAreSentAgainAsLists() {
    try (FakeVast vast = new FakeVast(WorkerDialectsTest::older, Dialect.JAVA_ARRAYS)) {
      float[] large = new float[Payload.MOST_KEPT];
      assertThat(vast.remote(Numbers.class).sum(large)).isOne();
      assertThat(sent(vast).get(0)).startsWith("{\"type\":\"bytes\"");
      assertThat(sent(vast).get(1)).startsWith("{\"type\":\"list\"");
      assertThat(vast.calls()).hasSize(2);
    }
  }

  @Test
  void areRefusedWhenListsAreToo() {
    Handler worker = request -> announced(422, "{\"error\":\"numbers: no such parameter\"}");
    try (FakeVast vast = new FakeVast(worker, Dialect.JAVA_ARRAYS)) {
      Numbers numbers = vast.remote(Numbers.class);
      assertThatThrownBy(() -> numbers.sum(NUMBERS))
          .isInstanceOf(CallRefusedException.class)
          .hasMessageContaining("no such parameter");
      assertThat(sent(vast)).containsExactly(BYTES, LIST);
      assertThatThrownBy(() -> numbers.any(Map.of())).isInstanceOf(CallRefusedException.class);
      assertThat(vast.calls()).hasSize(3);
    }
  }

  /** Each worker counts for itself: the fleet may be half updated. */
  @Test
  void areInTheFormOfTheWorkerThatIsRetried() {
    AtomicInteger calls = new AtomicInteger();
    Handler flaky =
        request -> calls.incrementAndGet() == 2 ? announced(503, "{}") : announced(200, OK);
    try (FakeVast vast = new FakeVast(flaky);
        ScriptedServer old = new ScriptedServer(request -> Reply.json(OK))) {
      Numbers numbers = vast.remote(Numbers.class);
      numbers.sum(NUMBERS);
      vast.router = request -> vast.routes.get() == 2 ? vast.ready() : FakeVast.routeTo(old.url());
      numbers.sum(NUMBERS);
      assertThat(sent(vast)).containsExactly(LIST, BYTES);
      assertThat(old.requests()).extracting(WorkerDialectsTest::numbers).containsExactly(LIST);
      vast.router = request -> vast.ready();
      numbers.sum(NUMBERS);
      assertThat(sent(vast)).last().isEqualTo(BYTES);
    }
  }

  /** A proxy's error page tells nothing about the worker behind it. */
  @Test
  void staysAnnouncedWhenSomethingElseAnswers() {
    AtomicInteger calls = new AtomicInteger();
    Handler worker =
        request ->
            calls.incrementAndGet() == 2 ? Reply.text(502, "bad gateway") : announced(200, OK);
    try (FakeVast vast = new FakeVast(worker)) {
      Numbers numbers = vast.remote(Numbers.class);
      numbers.sum(NUMBERS);
      numbers.sum(NUMBERS);
      assertThat(sent(vast)).containsExactly(LIST, BYTES, BYTES);
    }
  }

  @Test
  void isAnnouncedWithTheSession() throws Exception {
    Handler worker =
        request ->
            request.path().equals("/session/create")
                ? announced(201, "{\"session_id\":\"abcdefghijklm\",\"expiration\":4e9}")
                : announced(200, request.path().startsWith("/remote") ? OK : "{\"ok\":true}");
    try (FakeVast vast = new FakeVast(worker);
        Session session = vast.open(SessionOptions.lasting(Duration.ofMinutes(1))).get()) {
      session.remote(Numbers.class).sum(NUMBERS);
      Request call =
          vast.calls().stream()
              .filter(request -> request.path().startsWith("/remote"))
              .findFirst()
              .orElseThrow();
      assertThat(numbers(call)).isEqualTo(BYTES);
    }
  }

  @Test
  void ofResultsAreReadInEitherForm() {
    AtomicInteger calls = new AtomicInteger();
    Handler worker =
        request ->
            Reply.json(
                "{\"result\":{\"ok\":" + (calls.getAndIncrement() == 0 ? LIST : BYTES) + "}}");
    try (FakeVast vast = new FakeVast(worker)) {
      Numbers numbers = vast.remote(Numbers.class);
      assertThat(numbers.fetch(2)).isEqualTo(NUMBERS);
      assertThat(numbers.fetch(2)).isEqualTo(NUMBERS);
    }
  }
}
