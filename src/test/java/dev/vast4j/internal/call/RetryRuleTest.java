package dev.vast4j.internal.call;

import static dev.vast4j.internal.call.AttemptOutcome.BUSY;
import static dev.vast4j.internal.call.AttemptOutcome.CUT_OFF;
import static dev.vast4j.internal.call.AttemptOutcome.FAILED;
import static dev.vast4j.internal.call.AttemptOutcome.LOST;
import static dev.vast4j.internal.call.AttemptOutcome.OVERDUE;
import static dev.vast4j.internal.call.AttemptOutcome.OVERLOADED;
import static dev.vast4j.internal.call.AttemptOutcome.REFUSED;
import static dev.vast4j.internal.call.AttemptOutcome.REMOTE_ERROR;
import static dev.vast4j.internal.call.AttemptOutcome.SESSION_CLOSED;
import static dev.vast4j.internal.call.AttemptOutcome.STALE;
import static dev.vast4j.internal.call.AttemptOutcome.UNREACHABLE;
import static dev.vast4j.internal.call.AttemptOutcome.UNTRUSTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.internal.http.FakeTiming;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetryRuleTest {
  private static final int ATTEMPTS = 5;

  private final FakeTiming timing = new FakeTiming();

  @BeforeEach
  void longestWaits() {
    timing.random(() -> 1.0);
  }

  @AfterEach
  void close() {
    timing.close();
  }

  private RetryRule rule(boolean idempotent, boolean inSession) {
    return new RetryRule(idempotent, inSession, ATTEMPTS, timing);
  }

  /** Returns the waits in milliseconds if every attempt ends this way. */
  private List<Long> waits(RetryRule rule, AttemptOutcome ending) {
    List<Long> waits = new ArrayList<>();
    for (Duration wait = rule.next(ending); wait != null; wait = rule.next(ending)) {
      waits.add(wait.toMillis());
      timing.advance(wait);
    }
    return waits;
  }

  @Test
  void retriesUnsentCallsAlways() {
    for (boolean idempotent : new boolean[] {true, false}) {
      assertThat(waits(rule(idempotent, false), OVERLOADED))
          .containsExactly(500L, 1000L, 2000L, 4000L);
      assertThat(waits(rule(idempotent, false), CUT_OFF)).containsExactly(250L, 500L, 1000L, 2000L);
    }
  }

  @Test
  void retriesLostCallsOnlyIfIdempotent() {
    for (AttemptOutcome ending : List.of(LOST, OVERDUE)) {
      assertThat(waits(rule(true, false), ending)).containsExactly(500L, 1000L, 2000L, 4000L);
      assertThat(waits(rule(false, false), ending)).isEmpty();
    }
  }

  @Test
  void doesNotRetryPermanentFailures() {
    for (AttemptOutcome ending :
        List.of(REMOTE_ERROR, SESSION_CLOSED, REFUSED, FAILED, UNTRUSTED)) {
      assertThat(waits(rule(true, false), ending)).isEmpty();
      assertThat(waits(rule(true, true), ending)).isEmpty();
    }
  }

  @Test
  void replacesAStaleConnectionAtOnceAndOnlyOnce() {
    RetryRule rule = rule(true, false);
    assertThat(rule.mayReuseConnections()).isTrue();
    assertThat(waits(rule, STALE)).containsExactly(0L, 500L, 1000L, 2000L, 4000L);
    assertThat(rule.mayReuseConnections()).isFalse();

    RetryRule once = rule(false, false);
    assertThat(once.mayReuseConnections()).isFalse();
    assertThat(waits(once, STALE)).isEmpty();
  }

  @Test
  void maxAttemptsOfOneNeverRetries() {
    RetryRule rule = new RetryRule(true, false, 1, timing);
    assertThat(rule.mayReuseConnections()).isFalse();
    assertThat(rule.next(STALE)).isNull();
  }

  @Test
  void unreachableWorkersDoNotCountForAMinute() {
    RetryRule rule = rule(false, false);
    List<Long> waits = waits(rule, UNREACHABLE);
    assertThat(waits).startsWith(250L, 500L, 1000L, 2000L, 4000L, 5000L, 5000L);
    assertThat(waits.stream().mapToLong(wait -> wait).sum()).isBetween(60_000L, 65_000L);

    RetryRule later = rule(true, false);
    assertThat(later.next(UNREACHABLE)).isNotNull();
    timing.advance(Duration.ofMinutes(2));
    assertThat(later.next(OVERLOADED)).isNotNull();
    assertThat(later.next(UNREACHABLE)).as("a new minute").isEqualTo(Duration.ofMillis(250));
    assertThat(waits(later, OVERLOADED)).as("two attempts counted").hasSize(3);
  }

  @Test
  void unreachableWorkerCountsInASession() {
    assertThat(waits(rule(true, true), UNREACHABLE)).containsExactly(250L, 500L, 1000L, 2000L);
  }

  @Test
  void allKindsOfAttemptsCount() {
    RetryRule rule = rule(true, false);
    assertThat(rule.next(OVERLOADED)).isEqualTo(Duration.ofMillis(500));
    assertThat(rule.next(CUT_OFF)).isEqualTo(Duration.ofMillis(250));
    assertThat(rule.next(LOST)).isEqualTo(Duration.ofMillis(1000));
    assertThat(rule.next(OVERDUE)).isEqualTo(Duration.ofMillis(2000));
    assertThat(rule.next(OVERLOADED)).isNull();

    assertThat(new RetryRule(true, false, 1, timing).next(OVERLOADED)).isNull();
  }

  @Test
  void busyWorkersCostNoAttempt() {
    for (boolean idempotent : new boolean[] {true, false}) {
      RetryRule rule = rule(idempotent, false);
      for (int i = 0; i < 1000; i++) {
        assertThat(rule.next(BUSY)).isBetween(Duration.ofMillis(500), Duration.ofSeconds(10));
      }
      assertThat(rule.next(OVERLOADED)).isEqualTo(Duration.ofMillis(500));
      assertThat(rule.next(BUSY)).as("not in a row").isEqualTo(Duration.ofMillis(500));
      assertThat(waits(rule, OVERLOADED)).as("one attempt counted").hasSize(3);
    }
    assertThat(new RetryRule(true, false, 1, timing).next(BUSY)).isNull();
  }

  @Test
  void waitsAreRandom() {
    timing.random(() -> 0.25);
    assertThat(rule(true, false).next(BUSY)).isEqualTo(Duration.ofMillis(125));
    assertThat(rule(true, false).next(UNREACHABLE)).isEqualTo(Duration.ofNanos(62_500_000));
  }
}
