package dev.vast4j.internal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.CallOptions;
import dev.vast4j.Remote;
import dev.vast4j.docs.Proves;
import dev.vast4j.errors.CallRefusedException;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.internal.http.ScriptedServer;
import dev.vast4j.internal.http.ScriptedServer.Request;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that lack a parameter that the worker has. */
@Timeout(60)
public class OlderClientTest {
  private static final String OLD = "0123456789ab-00000001";
  private static final String NEW = "ba9876543210-00000001";
  private static final Predicate<Request> SAYS_OLDER =
      request -> request.header("Vast4j-Missing").equals("null");

  /** What is called. */
  public interface Sums {
    @Remote
    int square(int x);
  }

  /** A worker with a parameter more, which may be null for older clients or never. */
  private static ScriptedServer.Handler worker(String version, boolean reference) {
    return request -> {
      boolean runs = reference && SAYS_OLDER.test(request);
      return runs
          ? FakeVast.answer(version, 200, "{\"result\":{\"ok\":25}}")
          : FakeVast.answer(
              version, 422, "{\"payload\":{\"kwargs\":{\"y\":\"missing parameter\"}}}");
    };
  }

  private static FakeVast client(String version, ScriptedServer.Handler worker) {
    FakeVast vast = new FakeVast(worker);
    vast.version = version;
    vast.currentVersion = () -> NEW;
    return vast;
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "is of an older version",
      of = "call without a new parameter of a reference type",
      outcome = "the worker takes null for it")
  void saysThatItIsOlderOnceItKnows() {
    try (FakeVast vast = client(OLD, worker(NEW, true))) {
      Sums sums = vast.remote(Sums.class, FakeVast.attempts(1));
      assertThat(sums.square(5)).isEqualTo(25);
      assertThat(sums.square(5)).isEqualTo(25);

      assertThat(vast.calls().stream().map(SAYS_OLDER::test)).containsExactly(false, true, true);
      assertThat(vast.versionReads).hasValue(1);
    }
  }

  @Test
  void failsWithBothVersionsWhenTheParameterCannotBeNull() {
    try (FakeVast vast = client(OLD, worker(NEW, false))) {
      Sums sums = vast.remote(Sums.class);
      for (int calls = 2; calls <= 3; calls++) {
        assertThatThrownBy(() -> sums.square(5))
            .isInstanceOf(CallRefusedException.class)
            .hasMessageContaining("missing parameter")
            .hasMessageContaining(OLD)
            .hasMessageContaining(NEW);
        assertThat(vast.calls()).hasSize(calls);
      }
    }
  }

  @Test
  void aClientOfTheCurrentVersionWaitsForIt() {
    CallOptions options = CallOptions.defaults().timeout(Duration.ofSeconds(20));
    try (FakeVast vast = client(NEW, worker(OLD, true))) {
      assertThatThrownBy(() -> vast.remote(Sums.class, options).square(5))
          .isInstanceOf(CallTimeoutException.class)
          .hasMessageContaining(OLD)
          .hasMessageContaining(NEW);
      assertThat(vast.calls()).hasSizeGreaterThan(2).noneMatch(SAYS_OLDER);
    }
  }

  @Test
  void anAttachedClientsInterfaceMayBeOlder() {
    try (FakeVast vast = client(NEW, worker(NEW, true))) {
      vast.attached = true;
      Sums sums = vast.remote(Sums.class, FakeVast.attempts(1));
      assertThat(sums.square(5)).isEqualTo(25);
      assertThat(sums.square(5)).isEqualTo(25);

      assertThat(vast.calls().stream().map(SAYS_OLDER::test)).containsExactly(false, true, true);
      assertThat(vast.versionReads).hasValue(0);
    }
  }

  @Test
  void aCallByNameIsNotOlder() {
    try (FakeVast vast = client(NEW, worker(NEW, true))) {
      vast.attached = true;
      assertThatThrownBy(
              () ->
                  vast.functions()
                      .call("square", List.of("x"), List.of(5), CallOptions.defaults(), null))
          .isInstanceOf(CallRefusedException.class);
      assertThat(vast.calls()).hasSize(1).noneMatch(SAYS_OLDER);
    }
  }

  @Test
  void theSameVersionIsStrict() {
    try (FakeVast vast = client(NEW, worker(NEW, true))) {
      assertThatThrownBy(() -> vast.remote(Sums.class).square(5))
          .isInstanceOf(CallRefusedException.class);
      assertThat(vast.calls()).hasSize(1).noneMatch(SAYS_OLDER);
    }
  }
}
