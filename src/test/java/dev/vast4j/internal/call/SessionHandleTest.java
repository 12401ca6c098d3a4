package dev.vast4j.internal.call;

import static dev.vast4j.SessionOptions.lasting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vast4j.Session;
import dev.vast4j.SessionOptions;
import dev.vast4j.docs.Proves;
import dev.vast4j.errors.SessionClosedException;
import dev.vast4j.errors.WorkerBusyException;
import dev.vast4j.internal.http.ScriptedServer.Handler;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import dev.vast4j.internal.http.ScriptedServer.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class SessionHandleTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ID = "abcDEF0123456";

  private static Handler worker(Handler others) {
    return request ->
        switch (request.path()) {
          case "/session/create" ->
              Reply.json(201, "{\"session_id\":\"" + ID + "\",\"expiration\":4102444800.5}");
          case "/session/end" -> Reply.json("{\"ended\":true}");
          default -> others.handle(request);
        };
  }

  private static Session open(FakeVast vast, SessionOptions options) throws Exception {
    return vast.open(options).get(10, TimeUnit.SECONDS);
  }

  private static Sums remote(Session session) {
    return session.remote(Sums.class);
  }

  @Test
  void sessionCallsGoStraightToItsWorker() throws Exception {
    try (FakeVast vast = new FakeVast(worker(request -> Reply.json("{\"result\":{\"ok\":25}}")))) {
      Session session =
          open(
              vast,
              lasting(Duration.ofSeconds(90)).onClose("http://127.0.0.1/done", Map.of("a", 1)));
      assertThat(session.id()).isEqualTo(ID);
      assertThat(session.isOpen()).isTrue();
      assertThat(session.expiration().getEpochSecond()).isEqualTo(4102444800L);
      JsonNode created = JSON.readTree(vast.calls().get(0).text());
      assertThat(created.path("payload").toString())
          .isEqualTo(
              "{\"lifetime\":90.0,\"on_close_route\":\"http://127.0.0.1/done\","
                  + "\"on_close_payload\":{\"a\":1}}");
      assertThat(created.path("session_id").isNull()).isTrue();

      assertThat(remote(session).square(5).get()).isEqualTo(25);
      assertThat(remote(session).squareNow(5)).isEqualTo(25);
      assertThat(vast.routes).hasValue(1);
      JsonNode call = JSON.readTree(vast.calls().get(1).text());
      assertThat(call.path("session_id").textValue()).isEqualTo(ID);
      assertThat(call.path("auth_data")).isEqualTo(created.path("auth_data"));
      assertThat(session.expiration().getEpochSecond()).isEqualTo(4102444800L + 180);

      session.close();
      session.close();
      Request end = vast.worker.requests("/session/end").get(0);
      assertThat(vast.worker.requests("/session/end")).hasSize(1);
      JsonNode ended = JSON.readTree(end.text());
      assertThat(ended.path("session_id").textValue()).isEqualTo(ID);
      assertThat(ended.path("session_auth")).isEqualTo(created.path("auth_data"));
      assertThat(session.isOpen()).isFalse();
      assertThatThrownBy(() -> remote(session).squareNow(5))
          .isInstanceOf(SessionClosedException.class)
          .hasMessageContaining(ID);
    }
  }

  @Test
  void interruptEndsACallInASession() throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    try (FakeVast vast =
        new FakeVast(
            worker(
                request -> {
                  reached.countDown();
                  return Reply.silence();
                }))) {
      Session session = open(vast, lasting(Duration.ofSeconds(60)));
      CompletableFuture<Throwable> failure = new CompletableFuture<>();
      Thread caller =
          new Thread(() -> failure.complete(catchThrowable(() -> remote(session).squareNow(5))));
      caller.start();
      assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
      caller.interrupt();
      assertThat(failure.get(10, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
      assertThat(vast.calls()).as("opened, called once").hasSize(2);
    }
  }

  @Test
  void interruptedThreadCanEndItsSession() throws Exception {
    try (FakeVast vast = new FakeVast(worker(request -> Reply.json("{}")))) {
      Session session = open(vast, lasting(Duration.ofSeconds(60)));
      Thread.currentThread().interrupt();
      session.close();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(vast.worker.requests("/session/end")).hasSize(1);
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "has forgotten the session (410)",
      of = "call in a session",
      outcome = "`SessionClosedException`")
  void goneSessionIsClosed() throws Exception {
    try (FakeVast vast =
        new FakeVast(worker(request -> Reply.json(410, "{\"error\":\"invalid session\"}")))) {
      Session session = open(vast, lasting(Duration.ofSeconds(60)));
      assertThatThrownBy(() -> remote(session).square(5).get())
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(
              SessionClosedException.class, e -> assertThat(e.sessionId()).isEqualTo(ID));
      assertThat(session.isOpen()).isFalse();
      session.close();
      assertThat(vast.worker.requests("/session/end")).isEmpty();
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "dies",
      of = "call in a session",
      outcome = "the session is closed; never another worker")
  void lostWorkerClosesTheSession() throws Exception {
    try (FakeVast vast = new FakeVast(worker(request -> Reply.json("{}")))) {
      Session session = open(vast, lasting(Duration.ofSeconds(60)));
      vast.worker.close();
      assertThatThrownBy(() -> remote(session).squareNow(5))
          .isInstanceOf(SessionClosedException.class)
          .satisfies(
              // One more if the pooled connection was stale.
              e -> assertThat(((SessionClosedException) e).attempts()).isBetween(5, 6));
      assertThat(vast.routes).as("calls of a session are never routed").hasValue(1);
    }
  }

  @Test
  void closeGivesUpOnASilentWorkerAfterThreeTries() throws Exception {
    try (FakeVast vast = new FakeVast(worker(request -> Reply.json("{}")))) {
      Session session = open(vast, lasting(Duration.ofSeconds(60)));
      AtomicInteger asked = new AtomicInteger();
      vast.worker.handle(
          request -> {
            asked.incrementAndGet();
            vast.timing.advance(Duration.ofSeconds(10));
            return Reply.silence();
          });
      session.close();
      assertThat(vast.worker.awaitGone(5)).isTrue();
      assertThat(asked).as("tries of ten seconds").hasValue(3);
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "already has ten sessions",
      of = "opening of a session",
      outcome = "asks for another worker")
  void fullWorkerIsBusy() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (FakeVast vast =
        new FakeVast(
            request ->
                asked.getAndIncrement() < 2
                    ? Reply.json(429, "{}")
                    : worker(other -> Reply.json("{}")).handle(request))) {
      assertThat(open(vast, lasting(Duration.ofSeconds(60))).id()).isEqualTo(ID);
    }
    try (FakeVast vast = new FakeVast(request -> Reply.json(429, "{}"))) {
      assertThatThrownBy(() -> open(vast, lasting(Duration.ofSeconds(60))))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(WorkerBusyException.class);
    }
  }

  @Test
  void keepsAnOpenSessionAlive() throws Exception {
    AtomicInteger kept = new AtomicInteger();
    try (FakeVast vast =
        new FakeVast(
            worker(
                request -> {
                  int n = kept.incrementAndGet();
                  return n > 3
                      ? Reply.json(410, "{}")
                      : Reply.json("{\"expiration\":" + (4102444800L + 60 * n) + "}");
                }))) {
      Session session = open(vast, lasting(Duration.ofSeconds(60)).keptAlive());
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (session.isOpen() && System.nanoTime() < deadline) {
        java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
      }
      assertThat(session.isOpen()).as("found closed by keeping it alive").isFalse();
      assertThat(kept).hasValue(4);
      assertThat(vast.worker.requests("/session/get").get(0).text()).contains("\"extend\":true");
      assertThat(session.expiration().getEpochSecond()).isEqualTo(4102444800L + 180);
      // Half a lifetime after the opening; from then on, when half a lifetime is left.
      assertThat(vast.timing.waits())
          .hasSize(4)
          .allSatisfy(wait -> assertThat(wait).isLessThanOrEqualTo(Duration.ofSeconds(60)));
      assertThat(vast.timing.waits().get(0)).isEqualTo(Duration.ofSeconds(30));
      assertThat(vast.timing.waits().subList(1, 4))
          .allSatisfy(wait -> assertThat(wait).isGreaterThan(Duration.ofSeconds(50)));
    }
  }

  @Test
  void keepsAliveAtMostOnceASecond() throws Exception {
    try (FakeVast vast = new FakeVast(worker(request -> Reply.json(410, "{}")))) {
      vast.timing.hold();
      open(vast, lasting(Duration.ofSeconds(1)).keptAlive());
      open(vast, lasting(Duration.ofSeconds(3)).keptAlive());
      assertThat(vast.timing.waits())
          .containsExactly(Duration.ofSeconds(1), Duration.ofMillis(1500));
    }
  }

  @Test
  void keepsAliveFromTheStart() throws Exception {
    CountDownLatch watched = new CountDownLatch(1);
    Handler held =
        request -> {
          watched.await();
          return worker(other -> Reply.json("{}")).handle(request);
        };
    try (FakeVast vast = new FakeVast(held)) {
      vast.timing.hold();
      CompletableFuture<Integer> scheduled =
          vast.open(lasting(Duration.ofSeconds(60)).keptAlive())
              .thenApply(session -> vast.timing.held());
      watched.countDown();
      assertThat(scheduled.get(10, TimeUnit.SECONDS)).isEqualTo(1);
    }
  }

  @Test
  void endedSessionSchedulesNothing() throws Exception {
    AtomicInteger status = new AtomicInteger(200);
    try (FakeVast vast =
        new FakeVast(worker(request -> Reply.json(status.get(), "{\"result\":{\"ok\":25}}")))) {
      vast.timing.hold();
      SessionOptions keptAlive = lasting(Duration.ofSeconds(60)).keptAlive();
      Session closed = open(vast, keptAlive);
      Session gone = open(vast, keptAlive);
      assertThat(vast.timing.held()).isEqualTo(2);
      closed.close();
      assertThat(vast.timing.held()).isEqualTo(1);
      status.set(410);
      assertThatThrownBy(() -> remote(gone).squareNow(5))
          .isInstanceOf(SessionClosedException.class);
      assertThat(vast.timing.held()).isZero();
      assertThat(gone).hasToString("Session[" + ID + " of deployment 'square' (default)]");
    }
  }

  @Test
  void closeTriesThreeTimes() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    Handler failing =
        request ->
            request.path().equals("/session/end") && asked.incrementAndGet() > 0
                ? Reply.json(500, "{}")
                : worker(other -> Reply.json("{}")).handle(request);
    try (FakeVast vast = new FakeVast(failing)) {
      open(vast, lasting(Duration.ofSeconds(60))).close();
      assertThat(asked).hasValue(3);
      assertThat(vast.timing.waits())
          .containsExactly(Duration.ofMillis(200), Duration.ofMillis(400));

      Session session = open(vast, lasting(Duration.ofSeconds(60)));
      vast.connection.close();
      session.close();
      assertThat(vast.timing.waits()).as("none on a closed connection").hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-86_400, 86_400})
  @Proves(
      at = Proves.At.CLIENT,
      fault = "its clock and the worker's are a day apart",
      of = "session",
      outcome = "kept alive in time")
  void keepAliveIgnoresTheTimeOfDay(long ahead) throws Exception {
    Duration lifetime = Duration.ofSeconds(60);
    long opened = Instant.now().getEpochSecond() + ahead;
    AtomicInteger answered = new AtomicInteger();
    try (FakeVast vast =
        new FakeVast(
            request -> {
              int n = answered.incrementAndGet();
              return n > 4
                  ? Reply.json(410, "{}")
                  : Reply.json(
                      201,
                      "{\"session_id\":\""
                          + ID
                          + "\",\"expiration\":"
                          + (opened + n * lifetime.toSeconds())
                          + "}");
            })) {
      Session session = open(vast, lasting(lifetime).keptAlive());
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (session.isOpen() && System.nanoTime() < deadline) {
        java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
      }
      assertThat(session.isOpen()).as("found closed by keeping it alive").isFalse();
      assertThat(vast.timing.waits())
          .hasSize(4)
          .allSatisfy(wait -> assertThat(wait).isBetween(Duration.ofSeconds(1), lifetime));
    }
  }

  @Test
  void closingTheDeploymentEndsItsSessions() throws Exception {
    try (FakeVast vast = new FakeVast(worker(request -> Reply.json("{}")))) {
      Session session = open(vast, lasting(Duration.ofSeconds(60)));
      vast.path.close();
      assertThat(session.isOpen()).isFalse();
      assertThat(vast.worker.requests("/session/end")).hasSize(1);
    }
  }
}
