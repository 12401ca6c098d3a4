package dev.vast4j.internal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.CallOptions;
import dev.vast4j.Remote;
import dev.vast4j.docs.Proves;
import dev.vast4j.errors.CallRefusedException;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.ServiceUnreachableException;
import dev.vast4j.internal.function.RemoteInterface;
import dev.vast4j.internal.http.ScriptedServer;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import dev.vast4j.internal.wire.Dialect;
import dev.vast4j.internal.wire.WireCodec;
import dev.vast4j.observe.CallObserver;
import dev.vast4j.observe.CallObserver.Attempt;
import dev.vast4j.observe.CallObserver.Observation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of what the worker that answers does not know, or knows only since another version. */
@Timeout(60)
public class EarlyCallTest {
  private static final String OLD = "0123456789ab-00000001";
  private static final String NEW = "ba9876543210-00000001";
  private static final Reply OK = Reply.json("{\"result\":{\"ok\":25}}");

  /** What is called. */
  public interface Sums {
    @Remote
    int square(int x);
  }

  private static Reply answer(int status, String version) {
    byte[] body = "{\"error\": \"unknown here\"}".getBytes(StandardCharsets.UTF_8);
    return connection -> {
      connection.head(
          status,
          "Content-Type: application/json",
          "Vast4j-Version: " + version,
          "Content-Length: " + body.length);
      connection.send(body);
      return true;
    };
  }

  private static ScriptedServer.Handler replies(Reply... inTurn) {
    AtomicInteger next = new AtomicInteger();
    return request -> inTurn[Math.min(next.getAndIncrement(), inTurn.length - 1)];
  }

  private static FakeVast client(String version, Reply... inTurn) {
    FakeVast vast = new FakeVast(replies(inTurn));
    vast.version = version;
    return vast;
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 412, 422})
  @Proves(
      at = Proves.At.WORKER,
      fault = "has an older version during an update",
      of = "call that it does not know",
      outcome = "routed again until a worker of the new version answers")
  void waitsWhileTheClientsVersionIsCurrent(int status) {
    try (FakeVast vast = client(NEW, answer(status, OLD), answer(status, OLD), OK)) {
      assertThat(vast.remote(Sums.class, FakeVast.attempts(1)).square(5)).isEqualTo(25);

      assertThat(vast.calls()).hasSize(3);
      assertThat(vast.calls().get(0).header("Vast4j-Version")).isEqualTo(NEW);
      assertThat(vast.calls().get(0).header("Vast4j-Only-Version")).isEmpty();
      assertThat(vast.timing.waits())
          .filteredOn(wait -> wait.compareTo(Duration.ofSeconds(1)) >= 0)
          .hasSize(2);
      assertThat(vast.versionReads).hasValue(1);
    }
  }

  @Test
  void asksTheServiceAgainAfterFiveSeconds() {
    try (FakeVast vast = client(NEW, answer(404, OLD))) {
      AtomicInteger asked = new AtomicInteger();
      vast.currentVersion = () -> asked.incrementAndGet() < 3 ? NEW : OLD;

      assertThatThrownBy(() -> vast.remote(Sums.class).square(5))
          .isInstanceOf(CallRefusedException.class)
          .hasMessageContaining(NEW)
          .hasMessageContaining("not the current one (" + OLD + ")");
      assertThat(vast.calls()).hasSizeGreaterThan(3);
    }
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "is of an older version",
      of = "call of a removed function",
      outcome = "`CallRefusedException` at once, with both versions")
  void failsAtOnceWhenAnotherVersionIsCurrent() {
    try (FakeVast vast = client(OLD, answer(404, NEW))) {
      vast.currentVersion = () -> NEW;

      assertThatThrownBy(() -> vast.remote(Sums.class).square(5))
          .isInstanceOfSatisfying(
              CallRefusedException.class,
              failure -> {
                assertThat(failure.status()).isEqualTo(404);
                assertThat(failure.workerVersion()).isEqualTo(NEW);
                assertThat(failure.clientVersion()).isEqualTo(OLD);
                assertThat(failure).hasMessageContaining("unknown here");
                assertThat(failure).hasMessageContaining("of version " + NEW);
              });
      assertThat(vast.calls()).hasSize(1);
    }
  }

  @Test
  void failsAtOnceOnAWorkerOfTheSameVersionOrOfNone() {
    try (FakeVast vast = client(NEW, answer(404, NEW), Reply.json(422, "{\"error\": \"x\"}"))) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> vast.remote(Sums.class).square(5))
            .isInstanceOf(CallRefusedException.class)
            .hasMessageNotContaining("of version");
      }
      assertThat(vast.calls()).hasSize(2);
      assertThat(vast.versionReads).hasValue(0);
    }
  }

  @Test
  void failsAtOnceWhenTheClientsVersionIsUnknown() {
    try (FakeVast vast = new FakeVast(replies(answer(404, NEW)))) {
      assertThatThrownBy(() -> vast.remote(Sums.class).square(5))
          .isInstanceOf(CallRefusedException.class);
      assertThat(vast.calls()).hasSize(1);
      assertThat(vast.calls().get(0).header("Vast4j-Version")).isEmpty();
    }
  }

  @Test
  void failsWhenTheServiceCannotBeAsked() {
    try (FakeVast vast = client(NEW, answer(404, OLD))) {
      vast.currentVersion =
          () -> {
            throw new ServiceUnreachableException("GET /api/v0/deployment/1/", 3, null);
          };

      assertThatThrownBy(() -> vast.remote(Sums.class).square(5))
          .isInstanceOf(CallRefusedException.class)
          .hasMessageContaining("which version is current is not known");
    }
  }

  @Test
  void saysAtTheDeadlineThatNoWorkerHasTheVersion() {
    CallOptions options = CallOptions.defaults().timeout(Duration.ofSeconds(20));
    try (FakeVast vast = client(NEW, answer(422, OLD))) {
      assertThatThrownBy(() -> vast.remote(Sums.class, options).square(5))
          .isInstanceOfSatisfying(
              CallTimeoutException.class,
              failure -> {
                assertThat(failure.waitingFor()).contains("a worker of version " + NEW, OLD);
                assertThat(failure.lastKnown()).contains("HTTP 422", "unknown here");
              });
    }
  }

  @Test
  void anUpdateOfThisClientCountsAtOnce() {
    try (FakeVast vast = client(OLD, answer(404, NEW), answer(404, OLD), OK)) {
      vast.currentVersion = () -> NEW;
      assertThatThrownBy(() -> vast.remote(Sums.class).square(5))
          .isInstanceOf(CallRefusedException.class);

      vast.version = NEW;
      assertThat(vast.remote(Sums.class).square(5)).isEqualTo(25);
    }
  }

  @Test
  void currentVersionNamesTheOnlyVersionThatMayRunTheCall() {
    try (FakeVast vast = client(NEW, OK)) {
      vast.remote(Sums.class, CallOptions.defaults().currentVersion()).square(5);
      assertThat(vast.calls().get(0).header("Vast4j-Only-Version")).isEqualTo(NEW);
    }
  }

  @Test
  void currentVersionIsRefusedForPython() {
    try (FakeVast vast = client(NEW, OK);
        CallPath python =
            new CallPath(
                vast.connection,
                new CallTarget(
                    "deployment 'python' (default)",
                    () -> 7,
                    type -> RemoteInterface.read(type, null),
                    WireCodec.standard(),
                    Dialect.PYTHON,
                    ExceptionTypes.of(List.of())),
                CallObserver.NONE,
                Timeouts.DEFAULT)) {
      assertThatThrownBy(() -> python.remote(Sums.class, CallOptions.defaults().currentVersion()))
          .isInstanceOf(InvalidDeploymentException.class)
          .hasMessageContaining("CallOptions.currentVersion")
          .hasMessageContaining("Python");
    }
  }

  @Test
  void observersSeeTheWorkersVersion() {
    List<Attempt> seen = new ArrayList<>();
    CallObserver observer =
        call ->
            new Observation() {
              @Override
              public void attempted(Attempt attempt) {
                seen.add(attempt);
              }
            };
    try (FakeVast vast = new FakeVast(replies(answer(404, OLD), OK), observer, null)) {
      vast.version = NEW;
      vast.remote(Sums.class).square(5);
    }
    assertThat(seen).extracting(Attempt::workerVersion).containsExactly(OLD, null);
    assertThat(seen).extracting(Attempt::status).containsExactly(404, 200);
  }
}
