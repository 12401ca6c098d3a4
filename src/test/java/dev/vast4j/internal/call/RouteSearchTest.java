package dev.vast4j.internal.call;

import static dev.vast4j.internal.call.FakeVast.timeouts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vast4j.CallOptions;
import dev.vast4j.docs.Proves;
import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.CallRefusedException;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.internal.http.ScriptedServer.Handler;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RouteSearchTest {
  private static final Reply OK = Reply.json("{\"result\":{\"ok\":25}}");
  private static final CallOptions BRIEF = timeouts(Duration.ofMillis(400), Duration.ofMinutes(5));

  private static FakeVast vast() {
    return new FakeVast(request -> OK);
  }

  private static Handler waitingTimes(int times, FakeVast vast) {
    AtomicInteger asked = new AtomicInteger();
    return request -> asked.getAndIncrement() < times ? FakeVast.waiting() : vast.ready();
  }

  private interface Work {
    void run() throws Exception;
  }

  private static String logOf(Work work) throws Exception {
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      work.run();
    } finally {
      System.setErr(before);
    }
    return log.toString(StandardCharsets.UTF_8);
  }

  private static CallTimeoutException timedOut(FakeVast vast, CallOptions policy) {
    return catchThrowableOfType(
        CallTimeoutException.class, () -> vast.remote(Sums.class, policy).squareNow(5));
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "deadline passes while it reads the endpoint's data",
      outcome = "`CallTimeoutException` at the deadline, with that reason")
  void timeoutReportsWhatTheCallWaitedFor() {
    try (FakeVast vast = vast()) {
      vast.endpoints = request -> Reply.silence();
      assertThat(timedOut(vast, BRIEF)).hasMessageContaining("the endpoint's data");
      assertThatThrownBy(() -> vast.remote(Sums.class, BRIEF).square(5).get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(CallTimeoutException.class)
          .hasMessageContaining("the endpoint's data");
    }
    try (FakeVast vast = vast()) {
      vast.router = request -> Reply.silence();
      assertThat(timedOut(vast, BRIEF)).hasMessageContaining("a ready worker");
    }
  }

  @Test
  void timeoutKeepsTheEnginesFailure() {
    CallOptions shorterThanTheEnginesGrace =
        timeouts(Duration.ofSeconds(10), Duration.ofMinutes(5));
    try (FakeVast vast = vast()) {
      vast.router = request -> Reply.json(503, "{\"msg\":\"under repair\"}");
      assertThat(timedOut(vast, shorterThanTheEnginesGrace))
          .cause()
          .isInstanceOf(ApiException.class)
          .hasMessageContaining("under repair");
    }
  }

  @Test
  void refusalNamesTheEngine() {
    try (FakeVast vast = vast()) {
      vast.remote(Sums.class).squareNow(5);
      vast.timing.advance(Duration.ofMinutes(1));
      vast.router = request -> Reply.json(400, "{\"msg\":\"cost is negative\"}");
      assertThatThrownBy(() -> vast.remote(Sums.class).squareNow(5))
          .isInstanceOf(CallRefusedException.class)
          .hasMessageContaining("by the engine: cost is negative");
      assertThat(vast.service.requests(FakeVast.ENDPOINT))
          .as("it is not the key that was refused")
          .hasSize(1);
    }
  }

  @Test
  @Proves(
      at = Proves.At.ENGINE,
      fault = "takes longer than 10 s to answer",
      outcome = "retried on another connection")
  void asksASilentEngineAgain() throws Exception {
    try (FakeVast vast = vast()) {
      AtomicInteger asked = new AtomicInteger();
      vast.router =
          request -> {
            if (asked.getAndIncrement() > 0) {
              return vast.ready();
            }
            vast.timing.advance(Duration.ofNanos(Router.TIMEOUT_NANOS));
            return Reply.silence();
          };
      assertThat(vast.remote(Sums.class).squareNow(5)).isEqualTo(25);
      assertThat(vast.service.awaitGone(5)).isTrue();
    }
  }

  /**
   * The service's engine counts states in its answers to callers, and lists the texts elsewhere.
   */
  @Test
  void timeoutHasTheErrorTextsOfWorkers() throws Exception {
    try (FakeVast vast = vast()) {
      vast.router =
          request ->
              request.path().equals("/get_endpoint_workers/")
                  ? Reply.json("[{\"id\":7,\"status\":\"error\",\"error_msg\":\"no GPU here\"}]")
                  : Reply.json("{\"endpoint\":\"square\",\"status\":\"error: 1\"}");
      // Fetched in the background.
      for (int i = 0; ; i++) {
        CallTimeoutException late =
            timedOut(vast, timeouts(Duration.ofSeconds(10), Duration.ofMinutes(5)));
        if (late.lastKnown().equals("error: 1 (worker 7: no GPU here)")) {
          assertThat(late).hasMessageContaining("no GPU here");
          return;
        }
        assertThat(i).as(late.toString()).isLessThan(100);
      }
    }
  }

  /** Otherwise many calls at once would take a busy engine for a silent one, and ask it again. */
  @Test
  void timeForAnAnswerStartsWhenTheRequestIsSent() throws Exception {
    int atOnce = 64;
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger answered = new AtomicInteger();
    CountDownLatch hold = new CountDownLatch(1);
    ExecutorService callers = Executors.newCachedThreadPool();
    try (FakeVast vast = vast()) {
      vast.remote(Sums.class).squareNow(5);
      vast.timing.advance(Duration.ofMinutes(1));
      vast.router =
          request -> {
            if (asked.incrementAndGet() <= atOnce) {
              hold.await();
            } else {
              await(() -> answered.get() == atOnce);
              vast.timing.advance(Duration.ofSeconds(5));
            }
            return vast.ready();
          };
      Callable<Integer> call =
          () -> {
            int result = vast.remote(Sums.class).squareNow(5);
            answered.incrementAndGet();
            return result;
          };
      List<Future<Integer>> results = new ArrayList<>();
      for (int i = 0; i < atOnce; i++) {
        results.add(callers.submit(call));
      }
      await(() -> asked.get() == atOnce);
      results.add(callers.submit(call));
      await(RouteSearchTest::aCallWaitsForItsTurn);
      vast.timing.advance(Duration.ofSeconds(9));
      hold.countDown();
      for (Future<Integer> result : results) {
        assertThat(result.get(20, TimeUnit.SECONDS)).isEqualTo(25);
      }
      assertThat(asked).hasValue(atOnce + 1);
    } finally {
      hold.countDown();
      callers.shutdownNow();
    }
  }

  private static boolean aCallWaitsForItsTurn() {
    return Thread.getAllStackTraces().values().stream()
        .anyMatch(
            frames ->
                Arrays.stream(frames)
                        .anyMatch(frame -> frame.getClassName().equals(Semaphore.class.getName()))
                    && Arrays.stream(frames)
                        .anyMatch(frame -> frame.getClassName().equals(Router.class.getName())));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; !condition.getAsBoolean(); i++) {
      assertThat(i).isLessThan(2_000);
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  @Test
  void doesNotLogABrieflyFullQueue() throws Exception {
    try (FakeVast vast = vast()) {
      vast.router = waitingTimes(1, vast);
      assertThat(logOf(() -> vast.remote(Sums.class).squareNow(5))).doesNotContain("waits for");
      vast.router = waitingTimes(2, vast);
      String once = "'square_now' waits for a ready worker (2 loading)";
      assertThat(logOf(() -> vast.remote(Sums.class).squareNow(5))).containsOnlyOnce(once);
      vast.router = waitingTimes(3, vast);
      assertThat(logOf(() -> vast.remote(Sums.class).squareNow(5)))
          .as("logged again, because a call got a worker in between")
          .containsOnlyOnce(once);
    }
  }

  @Test
  void retriesAtOnceAfterAStaleEngineConnection() {
    AtomicInteger asked = new AtomicInteger();
    try (FakeVast vast = vast()) {
      vast.router = request -> asked.getAndIncrement() == 1 ? Reply.close() : vast.ready();
      vast.remote(Sums.class).squareNow(5);
      vast.remote(Sums.class).squareNow(5);
      assertThat(vast.timing.waits()).containsExactly(Duration.ZERO);
    }
  }

  @Test
  void backsOffWhenTheEngineClosesNewConnections() {
    try (FakeVast vast = vast()) {
      // So that the engine has a connection of its own.
      byte[] endpoint = vast.endpointJson().getBytes(StandardCharsets.UTF_8);
      vast.endpoints =
          request ->
              connection -> {
                connection.head(200, "Content-Length: " + endpoint.length, "Connection: close");
                connection.send(endpoint);
                return false;
              };
      AtomicInteger asked = new AtomicInteger();
      vast.router = request -> asked.getAndIncrement() < 2 ? Reply.close() : vast.ready();
      vast.remote(Sums.class).squareNow(5);
      assertThat(vast.timing.waits()).first().satisfies(wait -> assertThat(wait).isPositive());
    }
  }

  @Test
  void asksTheEngineAtLeastFiveTimes() {
    try (FakeVast vast = vast()) {
      vast.router =
          request -> {
            vast.timing.advance(Duration.ofSeconds(29));
            return Reply.json(503, "{}");
          };
      assertThatThrownBy(() -> vast.remote(Sums.class).squareNow(5))
          .isInstanceOf(ApiException.class);
      assertThat(vast.routes).hasValue(5);
    }
  }

  private static Handler then(Handler first, Handler rest) {
    AtomicInteger asked = new AtomicInteger();
    return request -> (asked.getAndIncrement() == 0 ? first : rest).handle(request);
  }

  private static Reply status(String text) {
    return Reply.json("{\"endpoint\":\"square\",\"status\":\"" + text + "\",\"request_idx\":34}");
  }

  @Test
  @Proves(
      at = Proves.At.ENGINE,
      fault = "the deadline cuts off a poll",
      outcome = "the time-out still has what the engine said before: states, errors")
  void cutOffPollKeepsTheEnginesWords() {
    CallOptions cutOff = timeouts(Duration.ofMillis(1300), Duration.ofMinutes(5));
    try (FakeVast vast = vast()) {
      vast.router =
          then(request -> status("error: 1 (no CUDA device)"), request -> Reply.silence());
      CallTimeoutException late = timedOut(vast, cutOff);
      assertThat(late).hasMessageContaining("error: 1 (no CUDA device); timeout is 1300 ms");
      assertThat(late).hasNoCause();
      assertThat(late.limit()).isEqualTo("timeout");
      assertThat(late.limitValue()).isEqualTo(Duration.ofMillis(1300));
      assertThat(late.lastKnown()).isEqualTo("error: 1 (no CUDA device)");
    }
    try (FakeVast vast = vast()) {
      vast.router =
          then(request -> Reply.json(503, "{\"msg\":\"repair\"}"), request -> Reply.silence());
      assertThat(timedOut(vast, cutOff)).hasMessageContaining("HTTP 503, repair; timeout is");
    }
    try (FakeVast vast = vast()) {
      vast.router = request -> Reply.silence();
      assertThat(timedOut(vast, BRIEF))
          .hasMessageContaining("POST /route/: no answer after 1 attempt: timed out");
    }
  }

  @Test
  void forgetsAPollThatFailedBeforeTheEngineAnswered() {
    try (FakeVast vast = vast()) {
      vast.router = then(request -> Reply.json(503, "{}"), request -> status("2 loading"));
      CallTimeoutException late =
          timedOut(vast, timeouts(Duration.ofMinutes(5), Duration.ofMinutes(5)));
      assertThat(late).hasNoCause();
      assertThat(late.lastKnown()).isEqualTo("2 loading");
    }
  }

  @Test
  @Proves(
      at = Proves.At.ENGINE,
      fault = "answers a route request with an error text in place of a route",
      outcome = "the key is read again, then polled on; the text is logged and in the time-out")
  void errorTextOfTheEngineIsTheReason() throws Exception {
    String text = "invalid api_key or endpoint square " + FakeVast.ENDPOINT_KEY;
    for (String body : new String[] {"{\"error_msg\":\"" + text + "\"}", '"' + text + '"'}) {
      try (FakeVast vast = vast()) {
        vast.remote(Sums.class).squareNow(5);
        vast.timing.advance(Duration.ofMinutes(1));
        vast.router = request -> Reply.json(body);
        CallTimeoutException late =
            timedOut(vast, timeouts(Duration.ofMinutes(5), Duration.ofMinutes(5)));
        assertThat(late.lastKnown()).isEqualTo("invalid api_key or endpoint square ***");
        assertThat(vast.service.requests(FakeVast.ENDPOINT)).hasSize(2);
        vast.router = then(request -> Reply.json(body), request -> vast.ready());
        assertThat(vast.remote(Sums.class).squareNow(5)).isEqualTo(25);
      }
    }
  }

  @Test
  @Proves(
      at = Proves.At.ENGINE,
      fault = "refuses a route request by a code alone, such as `no_such_endpoint`",
      outcome = "`CallRefusedException` with the code")
  void codeOfARefusalIsTheReason() {
    try (FakeVast vast = vast()) {
      vast.router = request -> Reply.json(404, "{\"error\":\"no_such_endpoint\"}");
      assertThatThrownBy(() -> vast.remote(Sums.class).squareNow(5))
          .isInstanceOf(CallRefusedException.class)
          .hasMessageContaining("no_such_endpoint");
    }
  }

  @Test
  @Proves(
      at = Proves.At.ENGINE,
      fault = "the deployment was deleted while a client calls it",
      outcome = "`CallRefusedException` that says so, at once")
  void deletedDeploymentIsTheReason() {
    try (FakeVast vast = vast()) {
      vast.remote(Sums.class).squareNow(5);
      vast.timing.advance(Duration.ofMinutes(1));
      vast.router = request -> Reply.json(401, "{\"msg\":\"invalid api_key or endpoint\"}");
      vast.endpoints = request -> Reply.json(404, "{\"error\":\"not_found\"}");
      assertThatThrownBy(() -> vast.remote(Sums.class).squareNow(5))
          .isInstanceOf(CallRefusedException.class)
          .hasMessageContaining("was the deployment deleted?");
    }
  }
}
