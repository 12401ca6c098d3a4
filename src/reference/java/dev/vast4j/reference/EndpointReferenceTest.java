package dev.vast4j.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vast4j.Autoscaling;
import dev.vast4j.CallOptions;
import dev.vast4j.Endpoint;
import dev.vast4j.ServerSentEvent;
import dev.vast4j.Session;
import dev.vast4j.SessionOptions;
import dev.vast4j.TypeRef;
import dev.vast4j.Vast;
import dev.vast4j.api.EndpointConfig;
import dev.vast4j.api.EndpointInfo;
import dev.vast4j.api.WorkerInfo;
import dev.vast4j.api.WorkergroupConfig;
import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.CallException;
import dev.vast4j.errors.CallRefusedException;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.errors.EndpointNotFoundException;
import dev.vast4j.errors.SessionClosedException;
import dev.vast4j.errors.WorkerBusyException;
import dev.vast4j.errors.WorkerLostException;
import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalTemplate;
import dev.vast4j.local.LocalVast;
import dev.vast4j.observe.CallObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the reference's tests and examples do with endpoints, sessions and streams, done from Java
 * with workers of the reference.
 */
@Timeout(180)
class EndpointReferenceTest {
  record Choice(String text) {}

  record Completion(List<Choice> choices) {
    String text() {
      return choices.get(0).text();
    }
  }

  record Token(String text) {}

  record Generated(Token token) {}

  record Line(int n) {}

  private static final List<String> WORDS = List.of("Once", " upon", " a", " time");

  private static LocalVast engine;
  private static Vast vast;
  private static long id;
  private static Endpoint endpoint;

  @BeforeAll
  static void startWorker() throws Exception {
    Reference.requireWorker();
    LocalTemplate worker =
        LocalTemplate.command(
            "python3", "-u", Reference.PROGRAMS.resolve("template_worker.py").toString());
    engine = LocalVast.start(LocalOptions.defaults().template("pyworker", worker));
    vast = engine.client();
    id = vast.endpoints().create(EndpointConfig.of("t", Autoscaling.defaults().maxWorkers(1)));
    vast.workergroups().create(WorkergroupConfig.ofTemplate(id, "pyworker"));
    endpoint = vast.endpoint("t").with(CallOptions.defaults().timeout(Duration.ofMinutes(2)));
  }

  @AfterAll
  static void stopWorker() {
    if (engine != null) {
      engine.close();
    }
  }

  private static Map<String, Object> flaky(String key, int failures, int status) {
    return Map.of("key", key, "failures", failures, "status", status);
  }

  private static int tries(String key) {
    return (int) endpoint.request("/tried", Map.of("key", key)).get("tried");
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(50);
    }
  }

  // ---- endpoints and workergroups

  @Test
  void endpointsAndWorkergroupsAreCreatedFoundAndDeleted() {
    long other =
        vast.endpoints()
            .create(
                EndpointConfig.of(
                    "configured", Autoscaling.defaults().coldWorkers(0).maxWorkers(5)));

    assertThat(vast.endpoints().list()).extracting(EndpointInfo::name).contains("t", "configured");
    assertThat(vast.endpoints().get(other).name()).isEqualTo("configured");
    assertThat(vast.endpoint("configured").info().id()).isEqualTo(other);
    long group =
        vast.workergroups()
            .create(
                new WorkergroupConfig(
                    other,
                    "gpu_ram>=8",
                    "unknown",
                    null,
                    Autoscaling.defaults(),
                    8.0,
                    null,
                    null,
                    null));
    assertThat(group).isPositive();
    assertThat(vast.workergroups().ofEndpoint(other)).hasSize(1);
    vast.workergroups().delete(group);
    vast.endpoints().delete(other);
    assertThat(vast.endpoints().find("configured")).isEmpty();
    assertThatThrownBy(() -> vast.endpoints().get(other)).isInstanceOf(ApiException.class);
    assertThatThrownBy(() -> vast.endpoint("configured").info())
        .isInstanceOf(EndpointNotFoundException.class);
  }

  @Test
  void workersAreListed() {
    endpoint.request("/v1/completions", Map.of("prompt", "x"));

    assertThat(endpoint.workers()).extracting(WorkerInfo::ready).containsExactly(true);
    assertThat(vast.endpoints().workers(id)).hasSize(1);
  }

  // ---- requests

  @Test
  void answersComeAsTheyAreWithCostAndLatency() {
    List<CallObserver.CallInfo> begun = new ArrayList<>();
    List<CallObserver.Attempt> attempts = new ArrayList<>();
    Endpoint observed =
        endpoint
            .with(CallOptions.defaults().cost(256))
            .observe(
                call -> {
                  begun.add(call);
                  return new CallObserver.Observation() {
                    @Override
                    public void attempted(CallObserver.Attempt attempt) {
                      attempts.add(attempt);
                    }
                  };
                });

    Map<String, Object> asked = Map.of("prompt", "Wer bist du?", "max_tokens", 256, "flag", true);
    assertThat(observed.request("/v1/completions", asked))
        .isEqualTo(
            Map.of("choices", List.of(Map.of("text", String.join("", WORDS))), "asked", asked));
    assertThat(begun).extracting(CallObserver.CallInfo::cost).containsExactly(256.0);
    assertThat(attempts).hasSize(1);
    assertThat(attempts.get(0).status()).isEqualTo(200);
    assertThat(attempts.get(0).exchange()).isPositive();
  }

  @Test
  void manyAtOnceAllSucceed() {
    List<CompletableFuture<Completion>> all =
        IntStream.range(0, 200)
            .mapToObj(
                i ->
                    endpoint.requestAsync(
                        "/v1/completions", Map.of("prompt", "" + i), Completion.class))
            .toList();

    assertThat(all).allSatisfy(one -> assertThat(one.join().text()).isEqualTo("Once upon a time"));
  }

  @Test
  void callbacksGetTheAnswer() throws Exception {
    CompletableFuture<String> text = new CompletableFuture<>();

    endpoint
        .requestAsync("/v1/completions", Map.of("prompt", "x"), Completion.class)
        .thenAccept(answer -> text.complete(answer.text()));

    assertThat(text.get(60, TimeUnit.SECONDS)).isEqualTo("Once upon a time");
  }

  @Test
  void aRouteThatIsNotParallelServesOneAtATime() {
    List<CompletableFuture<Map<String, Object>>> all =
        IntStream.range(0, 5).mapToObj(i -> endpoint.requestAsync("/serial", Map.of())).toList();

    assertThat(all).allSatisfy(one -> assertThat(one.join()).containsEntry("most", 1));
  }

  @Test
  void whatMaySucceedLaterIsRepeated() {
    for (int status : new int[] {408, 429, 500, 503}) {
      assertThat(endpoint.request("/flaky", flaky("again " + status, 2, status)))
          .containsEntry("tried", 3);
    }
  }

  @Test
  void repetitionsAreBoundedAndTurnedOff() {
    CallOptions twice = CallOptions.defaults().maxAttempts(2);

    assertThatThrownBy(() -> endpoint.with(twice).request("/flaky", flaky("bounded", 9, 500)))
        .isInstanceOf(CallException.class)
        .hasMessageContaining("500");
    assertThat(tries("bounded")).isEqualTo(2);
    assertThatThrownBy(
            () ->
                endpoint
                    .with(CallOptions.defaults().idempotent(false))
                    .request("/flaky", flaky("once", 9, 500)))
        .isInstanceOf(CallException.class);
    assertThat(tries("once")).isEqualTo(1);
  }

  @Test
  void whatWillNotSucceedIsNotRepeated() {
    CallRefusedException refused =
        catchThrowableOfType(
            CallRefusedException.class, () -> endpoint.request("/flaky", flaky("bad", 9, 400)));

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.detail()).contains("tried");
    assertThat(tries("bad")).isEqualTo(1);
    assertThat(
            catchThrowableOfType(
                    CallRefusedException.class, () -> endpoint.request("/nowhere", Map.of()))
                .status())
        .isEqualTo(404);
    assertThat(
            catchThrowableOfType(
                    CallRefusedException.class, () -> endpoint.request("/lines", List.of(1)))
                .status())
        .isEqualTo(422);
  }

  @Test
  void aFullQueueIsBusy() {
    assertThatThrownBy(
            () ->
                endpoint
                    .with(CallOptions.defaults().maxAttempts(2))
                    .request("/full", Map.of("k", 1)))
        .isInstanceOf(WorkerBusyException.class);
  }

  @Test
  void deadlinesEndRequests() {
    CallOptions hasty = CallOptions.defaults().timeout(Duration.ofMillis(500));

    assertThatThrownBy(() -> endpoint.with(hasty).request("/slow", Map.of("seconds", 30)))
        .isInstanceOf(CallTimeoutException.class);
  }

  @Test
  void cancellingStopsTheWorkersRequest() throws Exception {
    endpoint.request("/v1/completions", Map.of("prompt", "x"));
    CompletableFuture<Map<String, Object>> slow =
        endpoint.requestAsync("/slow", Map.of("seconds", 600));
    await(() -> endpoint.workers().get(0).reqsWorking() > 0);

    assertThat(slow.cancel(true)).isTrue();

    await(() -> endpoint.workers().get(0).reqsWorking() == 0);
  }

  // ---- streams

  @Test
  void completionsStreamTokenByToken() {
    try (Stream<Completion> tokens =
        endpoint.stream(
            "/v1/completions", Map.of("stream", true, "paced", true), Completion.class)) {
      Iterator<Completion> each = tokens.iterator();
      for (String word : WORDS) {
        endpoint.request("/release", Map.of());
        assertThat(each.next().text()).isEqualTo(word);
      }
      assertThat(each.hasNext()).isFalse();
    }
  }

  @Test
  void eventsWithoutASpaceAndAnEndStreamToo() {
    try (Stream<Generated> tokens =
        endpoint.stream("/generate_stream", Map.of("inputs", "x"), Generated.class)) {
      assertThat(tokens.map(one -> one.token().text())).isEqualTo(WORDS);
    }
    try (Stream<ServerSentEvent> events =
        endpoint.stream("/generate_stream", Map.of("inputs", "x"), ServerSentEvent.class)) {
      assertThat(events.map(ServerSentEvent::data).toList().get(0))
          .isEqualTo("{\"token\": {\"text\": \"Once\"}}");
    }
  }

  @Test
  void linesOfJsonStreamWhereverTheyAreCut() {
    try (Stream<Line> lines = endpoint.stream("/lines", Map.of(), Line.class)) {
      assertThat(lines).containsExactly(new Line(1), new Line(2), new Line(3));
    }
    try (Stream<Map<String, Object>> lines =
        endpoint.stream("/lines", Map.of(), new TypeRef<Map<String, Object>>() {})) {
      assertThat(lines).contains(Map.of("n", 2));
    }
  }

  @Test
  void aRefusedStreamFailsWithItsStatus() {
    assertThat(
            catchThrowableOfType(
                    CallRefusedException.class,
                    () -> endpoint.stream("/flaky", flaky("stream", 9, 404), Line.class))
                .status())
        .isEqualTo(404);
  }

  // ---- sessions

  @Test
  void sessionsServeStreamAndTellTheModelThatTheyEnd() throws Exception {
    String sessionId;
    try (Session session =
        endpoint.openSession(
            SessionOptions.lasting(Duration.ofSeconds(60))
                .onClose("/cancel_task", Map.of("task", 7)))) {
      sessionId = session.id();
      assertThat(sessionId).matches("[A-Za-z0-9]{13}");
      assertThat(session.isAlive()).isTrue();
      Instant expiration = session.expiration();
      assertThat(session.request("/v1/completions", Map.of("k", 1)))
          .containsEntry("asked", Map.of("k", 1));
      assertThat(session.expiration()).isAfter(expiration);
      try (Stream<Generated> tokens =
          session.stream("/generate_stream", Map.of(), Generated.class)) {
        assertThat(tokens).hasSize(WORDS.size());
      }
      assertThat(
              catchThrowableOfType(
                      CallRefusedException.class,
                      () -> session.request("/flaky", flaky("session", 9, 400)))
                  .status())
          .isEqualTo(400);
    }
    assertThat(endpoint.request("/closed", Map.of()).get("closed"))
        .isEqualTo(List.of(Map.of("task", 7, "session_id", sessionId)));
  }

  @Test
  void sessionsAreResumedByIdAndAuth() {
    Session session = endpoint.openSession(Duration.ofSeconds(60));
    String sessionId = session.id();
    String auth = session.auth();
    session.detach();

    assertThat(
            catchThrowableOfType(
                    CallRefusedException.class,
                    () ->
                        Session.resume(
                            endpoint,
                            sessionId,
                            auth.replaceAll("\"reqnum\":\\s*\\d+", "\"reqnum\":0")))
                .status())
        .isEqualTo(401);
    Session resumed = Session.resume(endpoint, sessionId, auth);
    assertThat(resumed.request("/v1/completions", Map.of("k", 2)))
        .containsEntry("asked", Map.of("k", 2));
    resumed.close();
    resumed.close();
    assertThat(resumed.isOpen()).isFalse();
    assertThatThrownBy(() -> resumed.request("/v1/completions", Map.of()))
        .isInstanceOf(SessionClosedException.class);
    assertThatThrownBy(() -> Session.resume(endpoint, sessionId, auth))
        .isInstanceOf(SessionClosedException.class);
  }

  /** As a model's webhook to {@code /session/end}. */
  @Test
  void aSessionThatEndedElsewhereRefusesRequests() {
    try (Session session = endpoint.openSession(Duration.ofSeconds(60))) {
      session.request("/v1/completions", Map.of());
      Session.resume(endpoint, session.id(), session.auth()).close();

      assertThatThrownBy(() -> session.request("/v1/completions", Map.of()))
          .isInstanceOf(SessionClosedException.class);
      assertThat(session.isOpen()).isFalse();
      assertThat(session.isAlive()).isFalse();
    }
  }

  @Test
  void endingASessionEndsItsRequests() throws Exception {
    Session session = endpoint.openSession(Duration.ofSeconds(60));
    CompletableFuture<Map<String, Object>> slow =
        session.requestAsync("/slow", Map.of("seconds", 600));
    await(() -> endpoint.workers().get(0).reqsWorking() > 0);

    session.close();

    assertThatThrownBy(() -> slow.get(60, TimeUnit.SECONDS)).isNotNull();
    assertThat(slow).isCompletedExceptionally();
  }

  @Test
  void workersHaveSoManySessions() {
    Endpoint hasty = endpoint.with(CallOptions.defaults().maxAttempts(2));
    try (Session first = endpoint.openSession(Duration.ofSeconds(60));
        Session second = endpoint.openSession(Duration.ofSeconds(60))) {
      assertThat(first.id()).isNotEqualTo(second.id());
      assertThatThrownBy(() -> hasty.openSession(Duration.ofSeconds(60)))
          .isInstanceOf(WorkerBusyException.class);
    }
    hasty.openSession(Duration.ofSeconds(60)).close();
  }

  // ---- workers that go

  @Test
  void requestsGoToAnotherWorkerButSessionsEndWithTheirs() {
    Session session = endpoint.openSession(Duration.ofSeconds(60));
    Number pid = (Number) session.request("/process", Map.of()).get("pid");
    ProcessHandle.of(pid.longValue()).orElseThrow().destroyForcibly();

    assertThatThrownBy(() -> session.request("/process", Map.of()))
        .isInstanceOfAny(WorkerLostException.class, SessionClosedException.class);
    assertThat(endpoint.request("/process", Map.of()).get("pid")).isNotEqualTo(pid);
    assertThatThrownBy(() -> session.request("/process", Map.of()))
        .isInstanceOf(SessionClosedException.class);
  }
}
