package dev.vast4j.internal.call;

import static dev.vast4j.internal.call.FakeVast.timeouts;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vast4j.CallOptions;
import dev.vast4j.SessionOptions;
import dev.vast4j.docs.Proves;
import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.errors.DecodingException;
import dev.vast4j.errors.WorkerBusyException;
import dev.vast4j.errors.WorkerLostException;
import dev.vast4j.internal.http.ScriptedServer;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import dev.vast4j.internal.wire.WireCodec;
import dev.vast4j.observe.CallObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RemoteCallTest {
  private static final Reply OK = Reply.json("{\"result\":{\"ok\":25}}");

  /** Makes a call whose caller cancels just before the result arrives. */
  private static <T> void leaveBeforeTheResult(FakeVast vast, AnswerReader<T> reader) {
    AtomicReference<RemoteCall<T>> call = new AtomicReference<>();
    call.set(
        RemoteCall.begin(
            vast.context(),
            FakeVast.square(),
            new AnswerReader<T>() {
              @Override
              public T read(Answer answer) throws java.io.IOException, RemoteFailure {
                T result = reader.read(answer);
                call.get().result().cancel(false);
                return result;
              }

              @Override
              public boolean keepsReading() {
                return reader.keepsReading();
              }

              @Override
              public void discard(T result) {
                reader.discard(result);
              }
            }));
    call.get().start();
    assertThatThrownBy(() -> call.get().result().get(10, TimeUnit.SECONDS))
        .isInstanceOf(CancellationException.class);
  }

  @Test
  void closesAStreamWhoseCallerHasGone() throws Exception {
    Reply silent =
        connection -> {
          connection.head(200, "Content-Type: text/event-stream", "Transfer-Encoding: chunked");
          connection.awaitGone();
          return false;
        };
    try (FakeVast vast = new FakeVast(request -> silent)) {
      leaveBeforeTheResult(
          vast,
          new StreamReader(
              vast.context(),
              FakeVast.square(),
              true,
              CallSite.here(),
              (answer, reporter, elementNanos) ->
                  EventStream.ofFunction(
                      vast.context().transport(),
                      answer,
                      in -> WireCodec.standard().readEvent(in, int.class, "stream"),
                      reporter,
                      elementNanos,
                      "count",
                      vast.context().inFlight())));
      assertThat(vast.worker.awaitGone(5)).isTrue();
    }
  }

  @Test
  void endsASessionWhoseCallerHasGone() throws Exception {
    try (FakeVast vast =
        new FakeVast(
            request ->
                request.path().equals("/session/end")
                    ? OK
                    : Reply.json(201, "{\"session_id\":\"abc\",\"expiration\":4102444800.5}"))) {
      leaveBeforeTheResult(
          vast,
          new SessionHandle.Opening(
              vast.context(),
              vast.path.functions(),
              SessionOptions.lasting(Duration.ofSeconds(60))));
      eventually(() -> vast.worker.requests("/session/end").size() == 1);
    }
  }

  @Test
  void timeoutKeepsTheLastAttemptsFailure() {
    CallOptions policy = timeouts(Duration.ofSeconds(10), Duration.ofMinutes(5)).maxAttempts(1000);
    try (FakeVast vast = new FakeVast(request -> Reply.json(503, "{\"msg\":\"too hot\"}"))) {
      CallTimeoutException late =
          catchThrowableOfType(
              CallTimeoutException.class, () -> vast.remote(Sums.class, policy).squareNow(5));
      assertThat(late).cause().isInstanceOf(ApiException.class).hasMessageContaining("too hot");
      assertThat(late.attempts()).isPositive();
      assertThat(late.elapsed()).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(30));
    }
  }

  @Test
  void endedCallCancelsItsTimers() throws Exception {
    try (FakeVast vast = new FakeVast(request -> OK)) {
      vast.router = request -> FakeVast.waiting();
      vast.timing.hold();
      Thread caller =
          new Thread(
              () ->
                  assertThatThrownBy(() -> vast.remote(Sums.class).squareNow(5))
                      .isInstanceOf(CancellationException.class));
      caller.start();
      eventually(() -> vast.timing.held() == 1);
      caller.interrupt();
      caller.join(10_000);
      assertThat(vast.timing.held()).isZero();
    }
  }

  @Test
  void observersGetTheTimeOfEachPart() {
    List<CallObserver.Attempt> attempts = new CopyOnWriteArrayList<>();
    CallObserver observer =
        call ->
            new CallObserver.Observation() {
              @Override
              public void attempted(CallObserver.Attempt attempt) {
                attempts.add(attempt);
              }
            };
    AtomicReference<FakeVast> self = new AtomicReference<>();
    AtomicInteger calls = new AtomicInteger();
    try (FakeVast vast =
        new FakeVast(
            request -> {
              self.get().timing.advance(Duration.ofSeconds(30));
              return calls.getAndIncrement() == 0 ? Reply.json(503, "{}") : OK;
            },
            observer,
            null)) {
      self.set(vast);
      AtomicInteger asked = new AtomicInteger();
      vast.router = request -> asked.getAndIncrement() == 0 ? FakeVast.waiting() : vast.ready();
      assertThat(vast.remote(Sums.class).squareNow(5)).isEqualTo(25);
      assertThat(attempts)
          .hasSize(2)
          .allSatisfy(
              attempt -> {
                assertThat(attempt.worker()).isEqualTo(vast.worker.url());
                assertThat(attempt.exchange())
                    .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(45));
              });
      for (int i = 0; i < 2; i++) {
        assertThat(attempts.get(i).requestBytes()).isEqualTo(vast.calls().get(i).body().length);
      }
      assertThat(attempts.get(1).responseBytes()).isEqualTo("{\"result\":{\"ok\":25}}".length());
      assertThat(attempts.get(0).routing())
          .as("the second before the second poll")
          .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(15));
      assertThat(attempts.get(1).routing())
          .as("the back-off, not what was before")
          .isBetween(Duration.ofMillis(1), Duration.ofSeconds(15));
    }
  }

  @Test
  void endedCallIsGarbageCollected() throws Exception {
    try (FakeVast vast = new FakeVast(request -> OK)) {
      RemoteCall<String> call =
          RemoteCall.begin(vast.context(), FakeVast.square(), answer -> "value");
      java.lang.ref.WeakReference<Object> kept = new java.lang.ref.WeakReference<>(call);
      CompletableFuture<String> result = call.result();
      call.start();
      assertThat(result.get(10, TimeUnit.SECONDS)).isEqualTo("value");
      call = null;
      result = null;
      eventually(
          () -> {
            System.gc();
            return kept.get() == null;
          });
    }
  }

  @Test
  void encodingFailureWhileSendingIsNotRetried() {
    try (FakeVast vast = new FakeVast(request -> OK)) {
      byte[] block = new byte[Payload.MOST_KEPT];
      java.util.Arrays.fill(block, (byte) ' ');
      Payload failing =
          Payload.encode(
              out -> {
                out.write(block);
                out.write(block);
                throw new IllegalStateException("a getter threw");
              });
      CallSpec square = FakeVast.square();
      RemoteCall<String> call =
          RemoteCall.begin(
              vast.context(),
              new CallSpec(
                  square.function(),
                  square.path(),
                  null,
                  failing,
                  square.cost(),
                  true,
                  square.options(),
                  null,
                  false),
              answer -> "value");
      call.start();
      assertThatThrownBy(() -> call.result().get(10, TimeUnit.SECONDS))
          .hasRootCauseInstanceOf(IllegalStateException.class)
          .hasMessageContaining("a getter threw");
      assertThat(vast.routes).as("it would fail again").hasValue(1);
      assertThat(vast.calls()).isEmpty();
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "429, queue full or not ready, until the deadline",
      outcome = "no attempt is counted; `WorkerBusyException` at the deadline")
  void busyWorkersAreAskedUntilTheDeadline() {
    CallOptions policy = timeouts(Duration.ofMinutes(5), Duration.ofMinutes(5)).maxAttempts(2);
    for (String body :
        List.of(
            "{\"error\":\"in other words\",\"code\":\"queue_full\"}",
            "{\"code\":\"not_ready\"}",
            "{\"error\":\"the worker is not ready\"}",
            "{\"error\":\"the calls before this one are expected to take too long\"}")) {
      try (FakeVast vast = new FakeVast(request -> Reply.json(429, body))) {
        WorkerBusyException busy =
            catchThrowableOfType(
                WorkerBusyException.class,
                () -> vast.remote(Sums.class, policy.idempotent(false)).squareNow(5));
        assertThat(busy.elapsed()).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(6));
        assertThat(busy.attempts()).isGreaterThan(20);
        assertThatThrownBy(() -> vast.remote(Sums.class, policy.maxAttempts(1)).squareNow(5))
            .isInstanceOf(WorkerBusyException.class);
      }
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "429 for another reason: memory, large bodies, sessions, a template's own",
      outcome = "counts as an attempt; `WorkerBusyException` with its text after the last")
  void otherRefusalsCountAsAttempts() {
    for (Reply reply :
        List.of(
            Reply.json(429, "{\"error\":\"too many large bodies at once\"}"),
            Reply.json(429, "{\"error\":{\"message\":\"slow down\",\"code\":\"rate_limit\"}}"),
            Reply.text(429, ""))) {
      try (FakeVast vast = new FakeVast(request -> reply)) {
        assertThatThrownBy(
                () -> vast.remote(Sums.class, FakeVast.OPTIONS.maxAttempts(3)).squareNow(5))
            .isInstanceOf(WorkerBusyException.class);
        assertThat(vast.calls()).hasSize(3);
      }
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "answers JSON that does not fit the result's type, such as `Infinity` for an int",
      outcome = "`DecodingException` at once, not a lost worker")
  void unfitAnswerIsNotALostWorker() {
    for (String answer :
        List.of(
            "{\"result\":{\"ok\":1e30}}",
            "{\"result\":{\"ok\":99999999999}}",
            "{\"result\":{\"ok\":Infinity}}",
            "{\"result\":{\"ok\":{\"type\":\"bytes\",\"contents\":\"!!!!\"}}}",
            "{\"result\":{\"ok\":[1]}}",
            "{\"result\":{}}",
            "{\"other\":1}")) {
      try (FakeVast vast = new FakeVast(request -> Reply.json(answer))) {
        assertThatThrownBy(() -> vast.remote(Sums.class).squareNow(5))
            .as(answer)
            .isInstanceOf(DecodingException.class);
        assertThat(vast.calls()).hasSize(1);
      }
    }
  }

  private static Reply spoilt(int status, String header) {
    return connection -> {
      connection.head(status, "Content-Type: application/json", header);
      connection.send("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      connection.awaitGone();
      return false;
    };
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "sends headers that violate HTTP: a negative `Content-Length`, a huge `Retry-After`",
      outcome = "a lost worker: retried, then `WorkerLostException`; the connection is closed")
  void headersThatViolateHttpAreALostWorker() throws Exception {
    for (Reply reply :
        List.of(
            spoilt(200, "Content-Length: -5"),
            spoilt(500, "Content-Length: -5"),
            spoilt(503, "Retry-After: 99999999999\r\nContent-Length: 2"))) {
      try (FakeVast vast = new FakeVast(request -> reply)) {
        assertThatThrownBy(
                () -> vast.remote(Sums.class, FakeVast.OPTIONS.maxAttempts(2)).squareNow(5))
            .isInstanceOf(WorkerLostException.class);
        assertThat(vast.calls()).hasSize(2);
        assertThat(vast.worker.awaitGone(5)).isTrue();
        assertThatThrownBy(() -> vast.remote(Sums.class).count(5).toList())
            .isInstanceOf(WorkerLostException.class);
      }
    }
  }

  /** Its server, not the worker, answers so when an error occurs while it reads the request. */
  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "answers 400 without a word, as its server does without memory",
      outcome = "the function did not run: retried, counted as an attempt")
  void wordlessBadRequestIsRetried() throws Exception {
    Reply wordless = Reply.of(400, "text/plain", new byte[0]);
    AtomicInteger asked = new AtomicInteger();
    try (FakeVast vast = new FakeVast(request -> asked.getAndIncrement() == 0 ? wordless : OK)) {
      assertThat(vast.remote(Sums.class, FakeVast.OPTIONS.maxAttempts(2)).squareNow(5))
          .isEqualTo(25);
    }
    try (FakeVast vast = new FakeVast(request -> wordless)) {
      assertThatThrownBy(
              () -> vast.remote(Sums.class, FakeVast.OPTIONS.maxAttempts(2)).squareNow(5))
          .isInstanceOfSatisfying(
              WorkerLostException.class, e -> assertThat(e.maybeExecuted()).isFalse())
          .hasMessageContaining("400");
    }
  }

  @Test
  @Proves(
      at = Proves.At.ENGINE,
      fault = "sends headers that violate HTTP",
      outcome = "asked again, as after a broken connection")
  void headersThatViolateHttpAreABrokenPoll() {
    for (Reply reply :
        List.of(
            spoilt(200, "Content-Length: -5"),
            spoilt(503, "Retry-After: 99999999999\r\nContent-Length: 2"))) {
      try (FakeVast vast = new FakeVast(request -> OK)) {
        AtomicInteger asked = new AtomicInteger();
        vast.router = request -> asked.getAndIncrement() == 0 ? reply : vast.ready();
        assertThat(vast.remote(Sums.class).squareNow(5)).isEqualTo(25);
        assertThat(asked).hasValue(2);
      }
      try (FakeVast vast = new FakeVast(request -> OK)) {
        AtomicInteger asked = new AtomicInteger();
        vast.endpoints = request -> asked.getAndIncrement() == 0 ? reply : vast.endpoint();
        assertThat(vast.remote(Sums.class).squareNow(5)).isEqualTo(25);
      }
    }
  }

  @Test
  void workerTimeoutEndsASlowAnswer() {
    CallOptions policy = timeouts(Duration.ofMinutes(5), Duration.ofMillis(300));
    try (FakeVast vast = new FakeVast(request -> RemoteCallTest::half)) {
      assertThatThrownBy(() -> vast.remote(Sums.class, policy.idempotent(false)).squareNow(5))
          .isInstanceOf(CallTimeoutException.class)
          .hasMessageContaining("the answer of a worker")
          .hasMessageContaining("workerTimeout is 300 ms");
      assertThat(vast.calls()).hasSize(1);
    }
  }

  /** Sends half of an answer. */
  private static boolean half(ScriptedServer.Connection connection)
      throws IOException, InterruptedException {
    connection.head(200, "Content-Type: application/json", "Content-Length: 100");
    connection.send("{\"result\":".getBytes(UTF_8));
    connection.awaitGone();
    return false;
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "deadline passes while it connects, sends, waits for the answer or reads it",
      outcome = "`CallTimeoutException` that says which, with the last real failure")
  void timeoutSaysWhatTheAttemptDid() {
    CallOptions policy = timeouts(Duration.ofSeconds(1), Duration.ofMinutes(5));
    Reply unwell = Reply.json(503, "{\"msg\":\"too hot\"}");
    AtomicInteger asked = new AtomicInteger();
    try (FakeVast vast = new FakeVast(request -> Reply.silence())) {
      assertLate(vast, policy, "http://127.0.0.1:\\d+ has not answered for \\d+ ms").hasNoCause();
    }
    try (FakeVast vast = new FakeVast(request -> RemoteCallTest::half)) {
      assertLate(vast, policy, "reading the answer of http://127.0.0.1:\\d+ for \\d+ ms")
          .hasNoCause();
    }
    try (FakeVast vast =
        new FakeVast(request -> asked.getAndIncrement() == 0 ? unwell : Reply.silence())) {
      assertLate(
              vast,
              policy,
              "http://127.0.0.1:\\d+ has not answered for \\d+ ms; before: .*503, too hot")
          .hasCauseInstanceOf(ApiException.class);
    }
    try (FakeVast vast = new FakeVast(request -> Reply.silence())) {
      vast.router = request -> Reply.silence();
      assertThatThrownBy(() -> vast.remote(Sums.class, policy).squareNow(5))
          .isInstanceOf(CallTimeoutException.class)
          .hasMessageContaining("waiting for a ready worker")
          .hasMessageNotContainingAny("Socket", "Cancel", "closed");
    }
  }

  @Test
  void timeoutSaysThatItConnects() throws IOException {
    CallOptions policy = timeouts(Duration.ofMillis(600), Duration.ofMinutes(5));
    // A full backlog: the system ignores who wants to connect.
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket one = new Socket(full.getInetAddress(), full.getLocalPort());
        Socket two = new Socket(full.getInetAddress(), full.getLocalPort());
        FakeVast vast = new FakeVast(request -> OK)) {
      assertThat(one.isConnected() && two.isConnected()).isTrue();
      vast.router = request -> FakeVast.routeTo("http://127.0.0.1:" + full.getLocalPort());
      assertLate(vast, policy, "connecting to http://127.0.0.1:\\d+ for \\d+ ms").hasNoCause();
    }
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertLate(
      FakeVast vast, CallOptions policy, String doing) {
    return assertThatThrownBy(() -> vast.remote(Sums.class, policy).squareNow(5))
        .isInstanceOf(CallTimeoutException.class)
        .hasMessageMatching(
            "timed out waiting for the answer of a worker: " + doing + "; timeout is .*");
  }

  private interface Condition {
    boolean holds();
  }

  private static void eventually(Condition condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      LockSupport.parkNanos(2_000_000);
    }
  }
}
