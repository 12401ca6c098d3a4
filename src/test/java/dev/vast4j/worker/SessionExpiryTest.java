package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.docs.Proves;
import dev.vast4j.launcher.EngineHttp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When sessions expire, by a clock that the test sets. */
class SessionExpiryTest {
  private final AtomicLong nanos = new AtomicLong();
  private final EngineHttp http = new EngineHttp(Duration.ofSeconds(1));
  private final LoadMetrics metrics = new LoadMetrics(Instant.EPOCH, nanos::get);
  private final SessionTable table =
      new SessionTable(metrics, http, Runnable::run, new ConsoleLog());
  private final List<Integer> cancelled = new ArrayList<>();
  private boolean over;

  @AfterEach
  void close() {
    http.close();
  }

  private WorkerSession open(double lifetime) {
    WorkerSession session =
        new WorkerSession(
            "s" + lifetime,
            lifetime,
            metrics.now(),
            JsonAnswer.MAPPER.createObjectNode(),
            null,
            null,
            RequestRecord.session(1, 1, 100));
    assertThat(table.open(session)).isTrue();
    return session;
  }

  private WorkerSession.Member call(WorkerSession session) {
    WorkerSession.Member call =
        new WorkerSession.Member() {
          @Override
          public void cancel(int status, String message) {
            cancelled.add(status);
          }

          @Override
          public boolean isOver() {
            return over;
          }
        };
    assertThat(table.join(session, call)).isTrue();
    return call;
  }

  private void pass(double seconds) {
    nanos.addAndGet((long) (seconds * TimeUnit.SECONDS.toNanos(1)));
    table.closeExpired();
  }

  private boolean isOpen(WorkerSession session) {
    return table.find(session.id) == session;
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "a call takes longer than its session's lifetime",
      of = "call in a session",
      outcome = "the call is answered; the session lasts for a lifetime after it")
  void keepsSessionWhileACallInItRuns() {
    WorkerSession session = open(3);
    WorkerSession.Member call = call(session);
    pass(600);
    assertThat(isOpen(session)).isTrue();
    assertThat(cancelled).isEmpty();
    table.leave(session, call);
    pass(2.9);
    assertThat(isOpen(session)).isTrue();
    pass(0.2);
    assertThat(isOpen(session)).isFalse();
  }

  @Test
  void keepsSessionUntilTheLastOfItsCallsReturns() {
    WorkerSession session = open(3);
    WorkerSession.Member one = call(session);
    WorkerSession.Member two = call(session);
    pass(100);
    table.leave(session, one);
    pass(100);
    assertThat(isOpen(session)).isTrue();
    table.leave(session, two);
    pass(3.1);
    assertThat(isOpen(session)).isFalse();
    assertThat(cancelled).isEmpty();
  }

  @Test
  void acceptsAndExtendsForCallsAfterTheLifetime() {
    WorkerSession session = open(3);
    WorkerSession.Member one = call(session);
    pass(100);
    table.extend(session);
    assertThat(table.expiration(session)).isEqualTo(103);
    WorkerSession.Member two = call(session);
    assertThat(table.expiration(session)).isEqualTo(106);
    table.leave(session, two);
    table.leave(session, one);
    pass(5.9);
    assertThat(isOpen(session)).isTrue();
  }

  @Test
  void expiresIdleSessionsBesideBusyOnes() {
    WorkerSession idle = open(2);
    WorkerSession busy = open(3);
    call(busy);
    pass(10);
    assertThat(isOpen(idle)).isFalse();
    assertThat(isOpen(busy)).isTrue();
  }

  @Test
  void aCancelledCallThatIgnoresItDoesNotKeepItsSession() {
    WorkerSession session = open(3);
    call(session);
    over = true;
    pass(10);
    assertThat(isOpen(session)).isFalse();
  }

  @Test
  void closingStillCancelsItsCalls() {
    WorkerSession session = open(3);
    call(session);
    assertThat(table.close(session)).isTrue();
    assertThat(cancelled).containsExactly(410);
  }
}
