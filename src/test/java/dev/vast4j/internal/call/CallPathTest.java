package dev.vast4j.internal.call;

import static dev.vast4j.internal.call.FakeVast.attempts;
import static dev.vast4j.internal.call.FakeVast.once;
import static dev.vast4j.internal.call.FakeVast.timeouts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.vast4j.CallOptions;
import dev.vast4j.docs.Proves;
import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.CallRefusedException;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.errors.DecodingException;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.RemoteExecutionException;
import dev.vast4j.errors.ServiceUnreachableException;
import dev.vast4j.errors.UnexpectedAnswerException;
import dev.vast4j.errors.WorkerBusyException;
import dev.vast4j.errors.WorkerLostException;
import dev.vast4j.internal.http.ScriptedServer;
import dev.vast4j.internal.http.ScriptedServer.Handler;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import dev.vast4j.internal.http.ScriptedServer.Request;
import dev.vast4j.internal.http.Timing;
import dev.vast4j.observe.CallObserver;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.spi.MDCAdapter;

@Timeout(30)
class CallPathTest {
  private static final Reply OK = Reply.json("{\"result\":{\"ok\":25}}");

  private static ScriptedServer.Handler replies(Reply... inTurn) {
    AtomicInteger next = new AtomicInteger();
    return request -> inTurn[Math.min(next.getAndIncrement(), inTurn.length - 1)];
  }

  private static Throwable failureOf(CompletableFuture<?> future) {
    Throwable failure = catchThrowable(() -> future.get(20, TimeUnit.SECONDS));
    return failure instanceof ExecutionException ? failure.getCause() : failure;
  }

  private static String printed(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void bodyContainsAuthDataAndPayload() throws Exception {
    try (FakeVast vast = new FakeVast(replies(OK))) {
      assertThat(vast.remote(Sums.class).square(5).get()).isEqualTo(25);

      Request route = vast.service.requests("/route/").get(0);
      assertThat(route.text())
          .isEqualTo(
              "{\"endpoint\":\"square\",\"api_key\":\"endpoint-key-0815\",\"cost\":100,"
                  + "\"request_idx\":0,\"replay_timeout\":60}");
      assertThat(route.header("Authorization")).isEqualTo("Bearer endpoint-key-0815");
      assertThat(route.header("User-Agent")).startsWith("vast4j/");

      Request call = vast.calls().get(0);
      assertThat(call.method()).isEqualTo("POST");
      assertThat(call.path()).isEqualTo("/remote/square");
      assertThat(call.header("Authorization")).isEqualTo("Bearer endpoint-key-0815");
      assertThat(call.header("Content-Type")).isEqualTo("application/json");
      assertThat(call.header("Content-Length")).isEqualTo(String.valueOf(call.body().length));
      assertThat(call.text())
          .isEqualTo(
              "{\"auth_data\":{ \"url\": \""
                  + vast.worker.url()
                  + "\", \"reqnum\": 12, \"request_idx\": 34, \"cost\":100.0,"
                  + "\"endpoint\":\"square\",\"signature\":\"c2ln\","
                  + " \"__request_id\" : \"\\u00e9\"}\n"
                  + ",\"session_id\":null,\"payload\":{\"kwargs\":{\"x\":5}}}");
    }
  }

  @Test
  void blockingCallRunsOnTheCallersThread() {
    try (FakeVast vast = new FakeVast(replies(OK))) {
      Sums sums = vast.remote(Sums.class);
      assertThat(sums.squareNow(5)).isEqualTo(25);
      assertThat(sums.local(5)).isEqualTo(26);
      assertThat(vast.calls().get(0).path()).isEqualTo("/remote/square_now");
    }
  }

  @Test
  void returnsNull() {
    try (FakeVast vast = new FakeVast(replies(Reply.json("{\"result\":{\"ok\":null}}")))) {
      vast.remote(Sums.class).nothing();
      assertThat(vast.calls().get(0).text()).endsWith("\"payload\":{\"kwargs\":{}}}");
    }
  }

  @Test
  void objectMethodsAndDefaultMethodsRunHere() {
    try (FakeVast vast = new FakeVast(replies(OK))) {
      Sums sums = vast.remote(Sums.class);
      Sums other = vast.remote(Sums.class);
      assertThat(sums).isEqualTo(sums).isNotEqualTo(other).isNotEqualTo("sums");
      assertThat(sums.hashCode()).isEqualTo(sums.hashCode());
      assertThat(sums).hasToString(Sums.class.getName() + " of deployment 'square' (default)");
      assertThatThrownBy(sums::unannotated)
          .isInstanceOf(InvalidDeploymentException.class)
          .hasMessageContaining("Sums.unannotated()")
          .hasMessageContaining("@Remote");
      assertThat(vast.calls()).isEmpty();
    }
  }

  @Test
  void readsTheEndpointOnceForAllCalls() throws Exception {
    try (FakeVast vast = new FakeVast(replies(OK))) {
      Sums sums = vast.remote(Sums.class);
      List<CompletableFuture<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        calls.add(sums.square(i));
      }
      for (CompletableFuture<Integer> call : calls) {
        assertThat(call.get()).isEqualTo(25);
      }
      assertThat(vast.service.requests("/api/v0/endptjobs/7/")).hasSize(1);
      assertThat(vast.service.requests("/api/v0/endptjobs/7/").get(0).header("Authorization"))
          .isEqualTo("Bearer account-key-4711");
    }
  }

  @Test
  void doesNotReadAnEndpointThatAnotherCallHasRead() throws Exception {
    try (FakeVast vast = new FakeVast(replies(OK))) {
      EndpointKeys keys = vast.context().keys();
      assertThat(keys.current()).isNull();
      EndpointKey ofAnother = keys.load().get();
      assertThat(keys.load().get()).isSameAs(ofAnother);
      assertThat(vast.service.requests("/api/v0/endptjobs/7/")).hasSize(1);
    }
  }

  @Test
  void refreshesTheEndpointAsItAges() throws Exception {
    try (FakeVast vast = new FakeVast(replies(OK))) {
      Sums sums = vast.remote(Sums.class);
      assertThat(sums.square(1).get()).isEqualTo(25);
      vast.timing.advance(Duration.ofDays(2));
      assertThat(sums.square(1).get()).isEqualTo(25);
      assertThat(vast.service.requests("/api/v0/endptjobs/7/")).hasSize(1);

      vast.endpointKey = "second-key";
      vast.timing.advance(Duration.ofDays(2));
      assertThat(sums.square(1).get()).as("does not wait for the refresh").isEqualTo(25);
      assertThat(vast.calls().get(2).header("Authorization")).isEqualTo("Bearer endpoint-key-0815");
      eventually(() -> vast.service.requests("/api/v0/endptjobs/7/").size() == 2);
      eventually(
          () -> {
            sums.square(1).join();
            return vast.calls()
                .get(vast.calls().size() - 1)
                .header("Authorization")
                .equals("Bearer second-key");
          });

      vast.endpointKey = "third-key";
      vast.timing.advance(Duration.ofDays(7));
      assertThat(sums.square(1).get()).isEqualTo(25);
      assertThat(vast.calls().get(vast.calls().size() - 1).header("Authorization"))
          .isEqualTo("Bearer third-key");
    }
  }

  @Test
  @Proves(
      at = Proves.At.ENGINE,
      fault = "refuses the endpoint's key",
      outcome = "reads the key again, once")
  void readsARefusedKeyAgainAtOnce() throws Exception {
    try (FakeVast vast = new FakeVast(replies(OK))) {
      Sums sums = vast.remote(Sums.class);
      assertThat(sums.square(1).get()).isEqualTo(25);
      vast.timing.advance(Duration.ofMinutes(1));
      vast.endpointKey = "rotated-key";
      vast.router =
          request ->
              request.header("Authorization").equals("Bearer rotated-key")
                  ? vast.ready()
                  : Reply.json(401, "{\"error\":\"auth\",\"msg\":\"endpoint-key-0815 is no key\"}");
      assertThat(sums.square(1).get()).isEqualTo(25);

      vast.router = request -> Reply.json(403, "{\"msg\":\"rotated-key is no key\"}");
      vast.timing.advance(Duration.ofMinutes(1));
      Throwable failure = failureOf(sums.square(1));
      assertThat(failure).isInstanceOf(CallRefusedException.class);
      assertThat(((CallRefusedException) failure).status()).isEqualTo(403);
      assertThat(printed(failure)).doesNotContain("rotated-key").contains("*** is no key");
    }
  }

  @Test
  @Proves(
      at = Proves.At.ENGINE,
      fault = "no worker is ready",
      outcome = "polls with growing pauses until one is ready")
  void pollsAsDocumentedUntilAWorkerIsReady() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    List<Double> chances = List.of(0.0, 0.0, 1.0, 1.0, 0.5, 1.0, 0.0, 0.0, 1.0, 1.0);
    AtomicInteger chance = new AtomicInteger();
    try (FakeVast vast = new FakeVast(replies(OK))) {
      vast.timing.random(() -> chances.get(chance.getAndIncrement()));
      vast.router = request -> asked.getAndIncrement() < 6 ? FakeVast.waiting() : vast.ready();
      assertThat(vast.remote(Sums.class).square(5).get()).isEqualTo(25);

      assertThat(vast.timing.waits().stream().map(wait -> wait.toMillis() / 1000.0))
          // First one second; then from 0.1 to min(2^attempt + rand, 5).
          .containsExactly(1.0, 0.1, 5.0, 5.0, 0.1, 5.0);
      List<Request> routes = vast.service.requests("/route/");
      assertThat(routes.get(0).text()).contains("\"request_idx\":0,");
      assertThat(routes.subList(1, 7))
          .allSatisfy(route -> assertThat(route.text()).contains("\"request_idx\":34,"));
    }
  }

  @Test
  void logsOnceThatCallsWaitForAWorker() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    try (FakeVast vast = new FakeVast(replies(OK))) {
      vast.router = request -> asked.getAndIncrement() < 4 ? FakeVast.waiting() : vast.ready();
      System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
      vast.remote(Sums.class).square(5).get();
      vast.remote(Sums.class).square(5).get();
    } finally {
      System.setErr(before);
    }
    assertThat(log.toString(StandardCharsets.UTF_8))
        .containsOnlyOnce("'square' waits for a ready worker (2 loading)");
  }

  @Test
  @Proves(
      at = Proves.At.ENGINE,
      fault = "one request fails while a call waits for a worker",
      outcome = "the call keeps waiting and keeps its place in the queue")
  void queuedCallSurvivesAFailedPoll() throws Exception {
    try (FakeVast vast = new FakeVast(replies(OK))) {
      vast.router =
          replies(
              FakeVast.waiting(),
              Reply.reset(),
              Reply.json(500, "{}"),
              Reply.json(503, "{}"),
              Reply.text(429, "API requests too frequent: endpoint threshold=3.0"),
              Reply.text(200, "<html>not json</html>"),
              Reply.close(),
              Reply.truncated("{\"endpoint\":"),
              vast.ready());
      assertThat(vast.remote(Sums.class).square(5).get()).isEqualTo(25);
    }
  }

  @Test
  @Proves(
      at = Proves.At.ENGINE,
      fault = "permanently down",
      outcome = "`ServiceUnreachableException` after at most a minute, or at the deadline")
  void reportsAnUnreachableEngine() {
    try (FakeVast vast = new FakeVast(replies(OK))) {
      vast.router = request -> Reply.reset();
      vast.timing.random(() -> 1.0);
      Throwable failure = failureOf(vast.remote(Sums.class).square(5));
      assertThat(failure).isInstanceOf(ServiceUnreachableException.class);
      Duration waited = vast.timing.waits().stream().reduce(Duration.ZERO, Duration::plus);
      assertThat(waited).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
    }
  }

  @Test
  @Proves(
      at = Proves.At.ENGINE,
      fault = "always answers 5xx or an invalid route",
      of = "any call",
      outcome = "`ApiException` or `UnexpectedAnswerException` after at most a minute")
  void reportsAnEngineWithInvalidAnswers() {
    Map<Reply, Class<?>> wrong =
        Map.of(
            Reply.json(500, "{\"msg\":\"broken\"}"), ApiException.class,
            Reply.text(503, "later"), ApiException.class,
            Reply.text(200, "<html>proxy</html>"), UnexpectedAnswerException.class,
            Reply.json("[]"), UnexpectedAnswerException.class);
    wrong.forEach(
        (reply, expected) -> {
          try (FakeVast vast = new FakeVast(replies(OK))) {
            vast.router = request -> reply;
            vast.timing.random(() -> 1.0);
            assertThat(failureOf(vast.remote(Sums.class).square(5))).isInstanceOf(expected);
            Duration waited = vast.timing.waits().stream().reduce(Duration.ZERO, Duration::plus);
            assertThat(waited).isLessThanOrEqualTo(Duration.ofMinutes(1));
            assertThat(vast.calls()).isEmpty();
          }
        });
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "refuses the connection",
      of = "any call, idempotent or not",
      outcome = "asks for another worker, with the same request index")
  void routesAgainWithTheSameIndexAfterARefusedConnection() throws Exception {
    ScriptedServer gone = new ScriptedServer(request -> OK);
    gone.close();
    try (FakeVast vast = new FakeVast(replies(OK))) {
      AtomicInteger asked = new AtomicInteger();
      vast.router =
          request -> asked.getAndIncrement() < 8 ? FakeVast.routeTo(gone.url()) : vast.ready();
      // Even a non-idempotent call, and more often than its attempts allow.
      assertThat(vast.remote(Sums.class, attempts(2)).charge(5).get()).isEqualTo(25);
      assertThat(vast.service.requests("/route/")).hasSize(9);
      assertThat(vast.service.requests("/route/").get(8).text()).contains("\"request_idx\":34,");
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "no worker can be reached",
      outcome = "`WorkerLostException` after a minute, with `maybeExecuted` false")
  void failsAfterAMinuteOfUnreachableWorkers() {
    ScriptedServer gone = new ScriptedServer(request -> OK);
    gone.close();
    try (FakeVast vast = new FakeVast(replies(OK))) {
      vast.router = request -> FakeVast.routeTo(gone.url());
      Throwable failure = failureOf(vast.remote(Sums.class).square(5));
      assertThat(failure).isInstanceOf(WorkerLostException.class);
      WorkerLostException lost = (WorkerLostException) failure;
      assertThat(lost.maybeExecuted()).isFalse();
      assertThat(lost.attempts()).isGreaterThan(10);
      assertThat(lost.worker()).isEqualTo(gone.url());
      assertThat(lost.elapsed()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(90));
      assertThat(lost.getCause()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void reportsThatAnEarlierAttemptMayHaveRun() {
    ScriptedServer gone = new ScriptedServer(request -> OK);
    gone.close();
    AtomicInteger routes = new AtomicInteger();
    try (FakeVast vast = new FakeVast(replies(Reply.reset()))) {
      String first = vast.worker.url();
      vast.router = request -> FakeVast.routeTo(routes.getAndIncrement() == 0 ? first : gone.url());
      Throwable failure = failureOf(vast.remote(Sums.class).square(5));
      assertThat(failure).isInstanceOf(WorkerLostException.class);
      assertThat(((WorkerLostException) failure).maybeExecuted()).isTrue();
      assertThat(vast.calls()).hasSize(1);
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "resets, closes, sends half an answer, 408, 5xx or no JSON",
      of = "idempotent call",
      outcome = "retried on another worker")
  @Proves(
      at = Proves.At.WORKER,
      fault = "resets, closes, sends half an answer, 408, 5xx or no JSON",
      of = "non-idempotent call",
      outcome = "`WorkerLostException` with `maybeExecuted` true; sent once")
  void retriesALostCallOnlyIfIdempotent() throws Exception {
    for (Reply lost :
        List.of(
            Reply.reset(),
            Reply.close(),
            Reply.truncated("{\"result\":{\"ok\":2"),
            Reply.json(500, "{\"error\":\"boom\"}"),
            Reply.text(502, "<html><title>Bad gateway</title></html>"),
            Reply.json(503, "{}"),
            Reply.json(408, "{}"),
            Reply.text(200, "<html>proxy</html>"),
            Reply.json("{\"result\":{\"ok\":2"))) {
      try (FakeVast vast = new FakeVast(replies(lost, OK))) {
        assertThat(vast.remote(Sums.class).square(5).get()).isEqualTo(25);
        assertThat(vast.calls()).hasSize(2);
      }
      try (FakeVast vast = new FakeVast(replies(lost, OK))) {
        Throwable failure = failureOf(vast.remote(Sums.class, once()).square(5));
        assertThat(failure).isInstanceOf(WorkerLostException.class);
        assertThat(((WorkerLostException) failure).maybeExecuted()).isTrue();
        assertThat(((WorkerLostException) failure).attempts()).isEqualTo(1);
        assertThat(vast.calls()).hasSize(1);
      }
    }
  }

  @Test
  void httpClientDoesNotRetryOnItsOwn() throws Exception {
    Reply retryNow =
        connection -> {
          connection.head(503, "Retry-After: 0", "Content-Length: 0");
          return true;
        };
    try (FakeVast vast = new FakeVast(replies(retryNow, OK))) {
      assertThat(failureOf(vast.remote(Sums.class).charge(5)))
          .isInstanceOf(WorkerLostException.class);
      assertThat(vast.calls()).hasSize(1);
    }
  }

  @Test
  void nonIdempotentCallsUseNewConnections() throws Exception {
    try (FakeVast vast = new FakeVast(replies(OK))) {
      Sums sums = vast.remote(Sums.class);
      sums.square(1).get();
      sums.square(1).get();
      assertThat(vast.worker.connections()).isEqualTo(1);
      sums.charge(1).get();
      sums.charge(1).get();
      assertThat(vast.worker.connections()).isEqualTo(3);
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "has closed an idle connection",
      outcome = "a new connection; costs no attempt")
  void replacesAStaleConnectionAtOnce() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    try (FakeVast vast =
        new FakeVast(request -> calls.getAndIncrement() == 1 ? Reply.close() : OK)) {
      Sums sums = vast.remote(Sums.class, attempts(2));
      assertThat(sums.square(1).get()).isEqualTo(25);
      assertThat(sums.square(1).get()).isEqualTo(25);
      assertThat(vast.calls()).hasSize(3);
      assertThat(vast.timing.waits()).containsExactly(Duration.ZERO);
      assertThat(vast.worker.connections()).isEqualTo(2);
    }
  }

  @Test
  void idempotentCallsSurviveStaleConnections() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Reply okThenClosed =
        connection -> {
          OK.on(connection);
          return false;
        };
    try (FakeVast vast = new FakeVast(request -> okThenClosed)) {
      Sums sums = vast.remote(Sums.class);
      for (int i = 0; i < 20; i++) {
        assertThat(sums.square(i).get()).isEqualTo(25);
        assertThat(sums.charge(i).get()).isEqualTo(25);
        calls.incrementAndGet();
      }
    }
    assertThat(calls).hasValue(20);
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "disappears while the request is sent",
      of = "non-idempotent call",
      outcome = "retried, because it has not run")
  void retriesARequestThatWasCutOff() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    try (FakeVast vast = new FakeVast(replies(OK))) {
      vast.worker.greet(
          number ->
              connections.getAndIncrement() < 2
                  ? connection -> {
                    connection.reset();
                    return false;
                  }
                  : null);
      byte[] large = new byte[8 << 20];
      assertThat(vast.remote(Sums.class, once()).size(large).get()).isEqualTo(25);
      assertThat(connections.get()).isGreaterThanOrEqualTo(3);
      assertThat(vast.calls()).hasSize(1);
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "answers 429 because its queue is too long",
      outcome = "routed again after a pause; `WorkerBusyException` if all attempts fail so")
  void backsOffFromBusyWorkers() throws Exception {
    try (FakeVast vast = new FakeVast(replies(Reply.text(429, "busy"), Reply.text(429, ""), OK))) {
      assertThat(vast.remote(Sums.class).charge(5).get()).isEqualTo(25);
      assertThat(vast.timing.waits())
          .containsExactly(Duration.ofMillis(250), Duration.ofMillis(500));
    }
    try (FakeVast vast = new FakeVast(replies(Reply.text(429, "busy")))) {
      Throwable failure = failureOf(vast.remote(Sums.class, attempts(3)).square(5));
      assertThat(failure).isInstanceOf(WorkerBusyException.class);
      assertThat(((WorkerBusyException) failure).attempts()).isEqualTo(3);
      assertThat(vast.calls()).hasSize(3);
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "answers 401 or 422",
      outcome = "`CallRefusedException` at once")
  void refusedCallFailsAtOnce() {
    for (int status : new int[] {400, 401, 403, 404, 410, 413, 422}) {
      try (FakeVast vast =
          new FakeVast(
              replies(
                  Reply.json(
                      status,
                      "{\"error\":\"nope\",\"msg\":\"no " + FakeVast.ENDPOINT_KEY + "\"}")))) {
        Throwable failure = failureOf(vast.remote(Sums.class).square(5));
        assertThat(failure).isInstanceOf(CallRefusedException.class);
        CallRefusedException refused = (CallRefusedException) failure;
        assertThat(refused.status()).isEqualTo(status);
        assertThat(refused.function()).isEqualTo("square");
        assertThat(refused.attempts()).isEqualTo(1);
        assertThat(refused.worker()).isEqualTo(vast.worker.url());
        assertThat(refused.detail()).isEqualTo("no ***");
        assertThat(printed(refused)).doesNotContain(FakeVast.ENDPOINT_KEY);
        assertThat(vast.calls()).hasSize(1);
      }
    }
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "deadline is near while it waits",
      outcome = "no wait exceeds the time left")
  void waitsStayWithinBackOffAndDeadline() {
    try (FakeVast vast = new FakeVast(replies(Reply.reset()))) {
      vast.timing.random(() -> 1.0);
      Throwable failure = failureOf(vast.remote(Sums.class, attempts(6)).square(5));
      assertThat(failure).isInstanceOf(WorkerLostException.class);
      assertThat(vast.timing.waits())
          .containsExactly(
              Duration.ofMillis(500),
              Duration.ofSeconds(1),
              Duration.ofSeconds(2),
              Duration.ofSeconds(4),
              Duration.ofSeconds(8));
    }
    try (FakeVast vast = new FakeVast(replies(OK))) {
      vast.router = request -> FakeVast.waiting();
      Throwable failure =
          failureOf(
              vast.remote(Sums.class, timeouts(Duration.ofSeconds(20), Duration.ofSeconds(10)))
                  .square(5));
      assertThat(failure)
          .isInstanceOf(CallTimeoutException.class)
          .hasMessageContaining("a ready worker: 2 loading; timeout is 20 s");
      assertThat(((CallTimeoutException) failure).attempts()).isZero();
      assertThat(((CallTimeoutException) failure).worker()).isNull();
      Duration waited = vast.timing.waits().stream().reduce(Duration.ZERO, Duration::plus);
      assertThat(waited).isBetween(Duration.ofSeconds(19), Duration.ofSeconds(20));
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "hangs",
      of = "idempotent call",
      outcome = "retried on another worker after the worker's time-out")
  @Proves(
      at = Proves.At.WORKER,
      fault = "hangs",
      of = "non-idempotent call",
      outcome = "`CallTimeoutException` after `workerTimeout`; sent once")
  void workerTimeoutEndsAnAttempt() throws Exception {
    CallOptions policy = timeouts(Duration.ofMinutes(5), Duration.ofMillis(300));
    try (FakeVast vast = new FakeVast(replies(Reply.silence(), OK))) {
      assertThat(vast.remote(Sums.class, policy).square(5).get()).isEqualTo(25);
      assertThat(vast.worker.awaitGone(5)).isTrue();
    }
    try (FakeVast vast = new FakeVast(replies(Reply.silence()))) {
      Throwable failure = failureOf(vast.remote(Sums.class, policy).charge(5));
      assertThat(failure)
          .isInstanceOf(CallTimeoutException.class)
          .hasMessageContaining("the answer of a worker");
      assertThat(vast.calls()).hasSize(1);
    }
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "deadline passes",
      outcome = "`CallTimeoutException` at the deadline, connection closed")
  void deadlineEndsACallInFlight() throws Exception {
    CallOptions policy = timeouts(Duration.ofMillis(400), Duration.ofMinutes(5));
    try (FakeVast vast = new FakeVast(replies(Reply.silence()))) {
      assertThat(failureOf(vast.remote(Sums.class, policy).square(5)))
          .isInstanceOf(CallTimeoutException.class);
      assertThatThrownBy(() -> vast.remote(Sums.class, policy).squareNow(5))
          .isInstanceOf(CallTimeoutException.class);
      assertThat(vast.worker.awaitGone(5)).isTrue();
      assertThat(vast.worker.awaitGone(5)).isTrue();
    }
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "deadline passes while all threads are busy",
      outcome = "`CallTimeoutException` at the deadline, as with more threads")
  void deadlineEndsACallThatWaitsForAThread() throws Exception {
    int many = 40;
    try (FakeVast vast = new FakeVast(replies(Reply.silence()))) {
      Sums patient = vast.remote(Sums.class);
      List<CompletableFuture<Integer>> hanging = new ArrayList<>();
      for (int i = 0; i < many; i++) {
        hanging.add(patient.square(i));
      }
      CallOptions brief = timeouts(Duration.ofMillis(400), Duration.ofMinutes(5));
      Throwable failure = failureOf(vast.remote(Sums.class, brief).square(5));
      assertThat(failure).isInstanceOf(CallTimeoutException.class);
      assertThat(((CallTimeoutException) failure).elapsed()).isLessThan(Duration.ofSeconds(10));
      assertThat(hanging).noneMatch(CompletableFuture::isDone);
    }
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "its clock jumps by a year at every reading",
      outcome = "waits and deadlines stay right")
  void timeoutsUseTheMonotonicClock() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    Handler handler = request -> asked.getAndIncrement() == 0 ? OK : Reply.silence();
    try (FakeVast vast = new FakeVast(handler, CallObserver.NONE, new JumpingDay())) {
      AtomicInteger routed = new AtomicInteger();
      vast.router = request -> routed.getAndIncrement() == 0 ? FakeVast.waiting() : vast.ready();
      CallOptions policy = timeouts(Duration.ofSeconds(20), Duration.ofSeconds(20));
      assertThat(vast.remote(Sums.class, policy).square(5).get()).isEqualTo(25);

      long before = System.nanoTime();
      CallOptions brief = timeouts(Duration.ofMillis(400), Duration.ofMinutes(5));
      assertThat(failureOf(vast.remote(Sums.class, brief).square(5)))
          .isInstanceOf(CallTimeoutException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isBetween(Duration.ofMillis(400), Duration.ofSeconds(20));
    }
  }

  /** System time, except that the time of day jumps to another year at every reading. */
  private static final class JumpingDay implements Timing {
    private final Timing real = Timing.system();
    private final AtomicInteger looks = new AtomicInteger();

    @Override
    public Instant now() {
      int look = looks.incrementAndGet();
      return real.now().plus(Duration.ofDays(look % 2 == 0 ? 365 : -365));
    }

    @Override
    public long nanoTime() {
      return real.nanoTime();
    }

    @Override
    public double random() {
      return real.random();
    }

    @Override
    public void sleep(Duration time) throws InterruptedException {
      real.sleep(time);
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
      return real.schedule(delay, task);
    }

    @Override
    public void close() {
      real.close();
    }
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "cancels the future",
      of = "call in flight",
      outcome = "connection closed; the worker interrupts the function")
  void cancelClosesTheConnection() throws Exception {
    CountDownLatch reached = new CountDownLatch(2);
    try (FakeVast vast =
        new FakeVast(
            request -> {
              reached.countDown();
              return Reply.silence();
            })) {
      Sums sums = vast.remote(Sums.class);
      CompletableFuture<Integer> cancelled = sums.square(5);
      CompletableFuture<Integer> timedOut = sums.square(6);
      assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(cancelled.cancel(true)).isTrue();
      assertThat(vast.worker.awaitGone(1)).isTrue();
      timedOut.orTimeout(1, TimeUnit.MILLISECONDS);
      assertThat(failureOf(timedOut)).isInstanceOf(TimeoutException.class);
      assertThat(vast.worker.awaitGone(1)).isTrue();
      assertThat(vast.calls()).hasSize(2);
    }
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "cancels the future",
      of = "call waiting for a worker",
      outcome = "the wait ends")
  void cancelEndsTheWaitForAWorker() throws Exception {
    try (FakeVast vast = new FakeVast(replies(OK))) {
      vast.router = request -> FakeVast.waiting();
      vast.timing.hold();
      CompletableFuture<Integer> call = vast.remote(Sums.class).square(5);
      eventually(() -> vast.timing.held() == 1);
      call.cancel(true);
      eventually(() -> vast.timing.held() == 0);
      assertThat(vast.routes).hasValue(1);
    }
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "its caller is interrupted",
      of = "blocking call",
      outcome = "connection closed, `CancellationException`")
  void interruptClosesTheConnection() throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    try (FakeVast vast =
        new FakeVast(
            request -> {
              reached.countDown();
              return Reply.silence();
            })) {
      AtomicReference<Throwable> failure = new AtomicReference<>();
      AtomicReference<Boolean> flag = new AtomicReference<>();
      Thread caller =
          new Thread(
              () -> {
                failure.set(catchThrowable(() -> vast.remote(Sums.class).squareNow(5)));
                flag.set(Thread.currentThread().isInterrupted());
              });
      caller.start();
      assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
      caller.interrupt();
      assertThat(vast.worker.awaitGone(1)).isTrue();
      caller.join(5000);
      assertThat(failure.get())
          .isInstanceOf(CancellationException.class)
          .hasMessageContaining("square_now");
      assertThat(flag.get()).isTrue();
    }
  }

  @Test
  void closingTheConnectionEndsWaitingCalls() throws Exception {
    CountDownLatch asked = new CountDownLatch(2);
    try (FakeVast vast = new FakeVast(replies(OK), CallObserver.NONE, Timing.system())) {
      vast.router =
          request -> {
            asked.countDown();
            return Reply.json("{\"request_idx\":5,\"status\":\"loading\"}");
          };
      CompletableFuture<Throwable> blocked = new CompletableFuture<>();
      new Thread(() -> blocked.complete(catchThrowable(() -> vast.remote(Sums.class).squareNow(5))))
          .start();
      CompletableFuture<Integer> later = vast.remote(Sums.class).square(5);
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

      vast.connection.close();

      assertThat(blocked.get(5, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
      assertThatThrownBy(() -> later.get(5, TimeUnit.SECONDS))
          .isInstanceOf(CancellationException.class);
      assertThatThrownBy(() -> vast.remote(Sums.class).squareNow(5))
          .isInstanceOf(CancellationException.class);
    }
  }

  @Test
  void interruptedThreadSendsNothing() {
    try (FakeVast vast = new FakeVast(replies(OK))) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> vast.remote(Sums.class).squareNow(5))
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(vast.calls()).isEmpty();
    }
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "closes the deployment",
      of = "call in flight",
      outcome = "ends at once")
  void closeEndsCallsInFlight() throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    try (FakeVast vast =
        new FakeVast(
            request -> {
              reached.countDown();
              return Reply.silence();
            })) {
      CompletableFuture<Integer> call = vast.remote(Sums.class).square(5);
      assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
      vast.path.close();
      assertThat(failureOf(call)).isInstanceOf(CancellationException.class);
      assertThat(vast.worker.awaitGone(1)).isTrue();
      assertThatThrownBy(() -> vast.remote(Sums.class).square(5))
          .isInstanceOf(CancellationException.class)
          .hasMessageContaining("closed");
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "the function throws",
      outcome = "`RemoteExecutionException` with class, message and trace; not retried")
  void remoteFailureKeepsItsClassMessageAndTrace() {
    Reply failed =
        Reply.json(
            "{\"result\":{\"err\":{\"type\":\"obj\",\"module\":{\"type\":\"absolute\",\"path\":"
                + "[\"java\",\"lang\"]},\"class\":\"ArithmeticException\",\"contents\":{}}}}");
    try (FakeVast vast = new FakeVast(replies(failed))) {
      Throwable failure = failureOf(vast.remote(Sums.class).square(5));
      assertThat(failure).isInstanceOf(RemoteExecutionException.class);
      assertThat(((RemoteExecutionException) failure).remoteClass())
          .contains("ArithmeticException");
      assertThat(vast.calls()).as("a failure of the function is its result").hasSize(1);
    }
  }

  @Test
  void throwsDeclaredExceptionsUnwrapped() throws Exception {
    java.io.ByteArrayOutputStream failed = new java.io.ByteArrayOutputStream();
    dev.vast4j.internal.wire.WireCodec.standard()
        .writeFailure(failed, new IOException("disk full"));
    java.io.ByteArrayOutputStream other = new java.io.ByteArrayOutputStream();
    dev.vast4j.internal.wire.WireCodec.standard()
        .writeFailure(other, new FileNotFoundException("no such file"));
    java.io.ByteArrayOutputStream registered = new java.io.ByteArrayOutputStream();
    dev.vast4j.internal.wire.WireCodec.standard()
        .writeFailure(registered, new IllegalStateException("not now"));
    try (FakeVast vast =
        new FakeVast(
            replies(
                Reply.of(200, "application/json", failed.toByteArray()),
                Reply.of(200, "application/json", other.toByteArray()),
                Reply.of(200, "application/json", registered.toByteArray())),
            CallObserver.NONE,
            null,
            IllegalStateException.class)) {
      Sums sums = vast.remote(Sums.class);
      assertThatThrownBy(() -> sums.read("/x"))
          .isExactlyInstanceOf(IOException.class)
          .hasMessage("disk full")
          .satisfies(
              e ->
                  assertThat(e.getStackTrace()[0].getClassName())
                      .isEqualTo(CallPathTest.class.getName()));
      assertThatThrownBy(() -> sums.read("/x"))
          .as("a class that only the answer names is not loaded; its superclass is declared")
          .isExactlyInstanceOf(IOException.class)
          .hasMessage("java.io.FileNotFoundException: no such file");
      assertThatThrownBy(() -> sums.square(1).join())
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOf(RemoteExecutionException.class)
          .cause()
          .isExactlyInstanceOf(IllegalStateException.class)
          .hasMessage("not now");
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "answers with a wrong type",
      outcome = "`DecodingException`, not retried")
  void doesNotRetryAnAnswerOfTheWrongType() {
    try (FakeVast vast = new FakeVast(replies(Reply.json("{\"result\":{\"ok\":\"text\"}}"), OK))) {
      assertThat(failureOf(vast.remote(Sums.class).square(5)))
          .isInstanceOf(DecodingException.class);
      assertThat(vast.calls()).hasSize(1);
    }
  }

  @Test
  void costComesFromTheOptionsOrTheCalculator() throws Exception {
    try (FakeVast vast = new FakeVast(replies(OK))) {
      vast.remote(Sums.class).sum(List.of(1, 2, 3)).get();
      assertThat(vast.service.requests("/route/").get(0).text()).contains("\"cost\":3,");
      CallOptions policy = CallOptions.defaults().maxAttempts(1).cost(2.5);
      vast.remote(Sums.class, policy).sum(List.of(1, 2, 3)).get();
      assertThat(vast.service.requests("/route/").get(1).text()).contains("\"cost\":2.5,");
    }
  }

  @Test
  void encodesArgumentsAtTheCall() throws Exception {
    try (FakeVast vast = new FakeVast(replies(Reply.json(503, ""), OK))) {
      List<Integer> all = new ArrayList<>(List.of(1, 2));
      CompletableFuture<Integer> call = vast.remote(Sums.class).sum(all);
      all.clear();
      assertThat(call.get()).isEqualTo(25);
      assertThat(vast.calls())
          .hasSize(2)
          .allSatisfy(sent -> assertThat(sent.text()).contains("[1,2]"));
    }
  }

  @Test
  void observersSeeEveryAttempt() throws Exception {
    List<String> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
    CallObserver observer =
        call -> {
          seen.add("begin " + call.function() + " " + call.cost());
          return new CallObserver.Observation() {
            @Override
            public Map<String, String> headers() {
              return Map.of("traceparent", "00-1-2-3");
            }

            @Override
            public void attempted(CallObserver.Attempt attempt) {
              seen.add(
                  attempt.number()
                      + " "
                      + attempt.outcome()
                      + " "
                      + attempt.status()
                      + " "
                      + (attempt.requestBytes() > 100)
                      + " "
                      + attempt.responseBytes());
            }

            @Override
            public void ended(
                CallObserver.Outcome outcome, int attempts, Duration elapsed, Throwable failure) {
              seen.add("ended " + outcome + " " + attempts + " " + failure);
            }
          };
        };
    try (FakeVast vast = new FakeVast(replies(Reply.json(503, "{}"), OK), observer, null)) {
      vast.remote(Sums.class).square(5).get();
      assertThat(vast.calls().get(0).header("traceparent")).isEqualTo("00-1-2-3");
      // The caller gets its value before the observer does.
      eventually(() -> seen.size() == 4);
    }
    assertThat(seen)
        .containsExactly(
            "begin square 100.0", "1 LOST 503 true 0", "2 OK 200 true 20", "ended OK 2 null");
  }

  @Test
  void callsKeepTheLoggingContext() throws Exception {
    CountDownLatch attached = new CountDownLatch(1);
    MDCAdapter before = MDC.getMDCAdapter();
    // The adapter of the tests' logger keeps nothing.
    useForLogging(new BasicMDCAdapter());
    try (FakeVast vast =
        new FakeVast(
            request -> {
              attached.await();
              return OK;
            })) {
      Sums sums = vast.remote(Sums.class);
      CompletableFuture<String> first = seen(sums.square(5));
      MDC.put("request", "r-1");
      CompletableFuture<String> second = seen(sums.square(5));
      MDC.put("request", "r-2");
      CompletableFuture<String> third = seen(sums.square(5));
      attached.countDown();
      assertThat(first.get()).isEqualTo("null");
      assertThat(second.get()).isEqualTo("r-1");
      assertThat(third.get()).isEqualTo("r-2");
      MDC.clear();
      assertThat(seen(sums.square(5)).get()).isEqualTo("null");
    } finally {
      useForLogging(before);
    }
  }

  private static CompletableFuture<String> seen(CompletableFuture<?> call) {
    return call.thenApply(value -> String.valueOf(MDC.get("request")));
  }

  private static void useForLogging(MDCAdapter adapter) throws ReflectiveOperationException {
    Method set = MDC.class.getDeclaredMethod("setMDCAdapter", MDCAdapter.class);
    set.setAccessible(true);
    set.invoke(null, adapter);
  }

  @Test
  void joinIgnoresAndKeepsAnInterrupt() {
    try (FakeVast vast = new FakeVast(replies(OK))) {
      Thread.currentThread().interrupt();
      assertThat(vast.remote(Sums.class).square(5).join()).isEqualTo(25);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(vast.calls()).hasSize(1);
    }
  }

  @Test
  void joinWaitsAndFailsLikeOtherCalls() {
    try (FakeVast vast = new FakeVast(replies(Reply.reset(), OK))) {
      vast.router = replies(FakeVast.waiting(), FakeVast.waiting(), vast.ready());
      assertThat(vast.remote(Sums.class).square(5).join()).isEqualTo(25);
    }
    try (FakeVast vast = new FakeVast(replies(Reply.json(422, "{}")))) {
      assertThatThrownBy(() -> vast.remote(Sums.class).square(5).join())
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(CallRefusedException.class);
    }
  }

  @Test
  void everyAttemptStreamsLargeArguments() throws Exception {
    try (FakeVast vast = new FakeVast(replies(Reply.json(503, ""), OK))) {
      byte[] large = new byte[3 << 20];
      new java.util.Random(1).nextBytes(large);
      assertThat(vast.remote(Sums.class).size(large).get()).isEqualTo(25);
      assertThat(vast.calls()).hasSize(2);
      for (Request call : vast.calls()) {
        assertThat(call.header("Transfer-Encoding")).isEqualTo("chunked");
        com.fasterxml.jackson.databind.JsonNode json =
            new com.fasterxml.jackson.databind.ObjectMapper().readTree(call.body());
        assertThat(json.path("payload").path("kwargs").path("bytes").path("contents").binaryValue())
            .isEqualTo(large);
        assertThat(json.path("auth_data").path("signature").asText()).isEqualTo("c2ln");
      }
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "random faults in one of five exchanges, engine included",
      of = "400 idempotent and 400 non-idempotent calls",
      outcome = "all idempotent calls answered, no other ran twice")
  void randomFaultsFailNoIdempotentCallAndRepeatNoOther() throws Exception {
    java.util.Random chance = new java.util.Random(42);
    Reply slow =
        connection -> {
          LockSupport.parkNanos(20_000_000);
          return OK.on(connection);
        };
    List<Reply> faults =
        List.of(
            Reply.reset(),
            Reply.close(),
            Reply.truncated("{\"result\":{"),
            Reply.json(500, "{}"),
            Reply.text(503, "<html>busy</html>"),
            Reply.text(429, "too many"),
            Reply.text(200, "garbage"),
            slow);
    java.util.concurrent.ConcurrentMap<Integer, AtomicInteger> runs =
        new java.util.concurrent.ConcurrentHashMap<>();
    java.util.regex.Pattern argument = java.util.regex.Pattern.compile("\"amount\":(\\d+)");
    ScriptedServer.Handler chaotic =
        request -> {
          Reply reply;
          synchronized (chance) {
            reply = chance.nextInt(5) > 0 ? OK : faults.get(chance.nextInt(faults.size()));
          }
          java.util.regex.Matcher amount = argument.matcher(request.text());
          if (amount.find() && reply != faults.get(5)) {
            runs.computeIfAbsent(Integer.valueOf(amount.group(1)), n -> new AtomicInteger())
                .incrementAndGet();
          }
          return reply;
        };
    try (FakeVast vast = new FakeVast(chaotic)) {
      vast.timing.waitsTakeNoTime();
      vast.worker.greet(
          number -> {
            synchronized (chance) {
              return chance.nextInt(5) == 0 ? Reply.reset() : null;
            }
          });
      vast.router =
          request -> {
            synchronized (chance) {
              return chance.nextInt(5) > 0
                  ? vast.ready()
                  : faults.get(chance.nextInt(faults.size() - 1));
            }
          };
      Sums sums = vast.remote(Sums.class, attempts(12));
      List<CompletableFuture<Integer>> repeatable = new ArrayList<>();
      List<CompletableFuture<Integer>> once = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        repeatable.add(sums.square(i));
        once.add(sums.charge(i));
      }
      for (CompletableFuture<Integer> call : repeatable) {
        assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo(25);
      }
      int succeeded = 0;
      for (CompletableFuture<Integer> call : once) {
        Throwable failure = failureOf(call);
        if (failure == null) {
          succeeded++;
        } else {
          assertThat(failure).isInstanceOf(WorkerLostException.class);
          assertThat(((WorkerLostException) failure).maybeExecuted()).isTrue();
        }
      }
      assertThat(succeeded).isGreaterThan(250);
      assertThat(runs.values()).allSatisfy(times -> assertThat(times.get()).isEqualTo(1));
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void eventually(Condition condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      LockSupport.parkNanos(2_000_000);
    }
  }
}
