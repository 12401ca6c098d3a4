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
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls with a parameter that the worker lacks. */
@Timeout(60)
public class NewerClientTest {
  private static final String OLD = "0123456789ab-00000001";
  private static final String NEW = "ba9876543210-00000001";
  private static final Function<Request, String> OPTIONAL =
      request -> request.header("Vast4j-Optional");

  /** What is called. */
  public interface Sums {
    @Remote
    int square(int x, Optional<String> größe, @Nullable String user);

    @Remote
    int cube(int x, OptionalInt limit);

    @Remote
    int half(int x, String required);
  }

  /** A worker whose functions take {@code x} only. */
  private static ScriptedServer.Handler worker(String version) {
    return request -> {
      boolean runs = !OPTIONAL.apply(request).isEmpty() || !request.text().contains("\"more\"");
      return runs
          ? FakeVast.answer(version, 200, "{\"result\":{\"ok\":25}}")
          : FakeVast.answer(
              version, 422, "{\"payload\":{\"kwargs\":{\"y\":\"unknown parameter; it takes x\"}}}");
    };
  }

  private static FakeVast attached(String version, String workers) {
    FakeVast vast = new FakeVast(worker(workers));
    vast.version = version;
    vast.currentVersion = () -> workers;
    vast.attached = true;
    return vast;
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "attached with a newer interface",
      of = "call with an optional parameter that no worker has",
      outcome = "the worker passes over it, and the client logs that")
  void optionalParametersAreLeftOutOnceItKnows() {
    try (FakeVast vast = attached(OLD, OLD)) {
      Sums sums = vast.remote(Sums.class, FakeVast.attempts(1));
      assertThat(sums.square(5, Optional.empty(), null)).isEqualTo(25);
      assertThat(sums.square(5, Optional.of("more"), null)).isEqualTo(25);
      assertThat(sums.square(5, Optional.empty(), "more")).isEqualTo(25);
      assertThat(sums.cube(5, OptionalInt.empty())).isEqualTo(25);

      String names = "gr%C3%B6%C3%9Fe,user";
      assertThat(vast.calls().stream().map(OPTIONAL)).containsExactly("", "", names, names, "");
    }
  }

  @Test
  void requiredParametersAreNot() {
    try (FakeVast vast = attached(OLD, OLD)) {
      assertThatThrownBy(() -> vast.remote(Sums.class).half(5, "more"))
          .isInstanceOf(CallRefusedException.class)
          .hasMessageContaining("unknown parameter");
      assertThat(vast.calls()).hasSize(1);
    }
  }

  @Test
  void aClientThatDeployedIsStrict() {
    try (FakeVast vast = attached(OLD, OLD)) {
      vast.attached = false;
      assertThatThrownBy(() -> vast.remote(Sums.class).square(5, Optional.of("more"), null))
          .isInstanceOf(CallRefusedException.class);
      assertThat(vast.calls()).hasSize(1);
    }
  }

  @Test
  void aRemovedParameterIsRefused() {
    try (FakeVast vast = attached(OLD, NEW)) {
      assertThatThrownBy(() -> vast.remote(Sums.class).square(5, Optional.of("more"), null))
          .isInstanceOf(CallRefusedException.class)
          .hasMessageContaining(OLD)
          .hasMessageContaining(NEW);
      assertThat(vast.calls().stream().map(OPTIONAL)).containsExactly("");
    }
  }

  @Test
  void anUpdateOnItsWayIsAwaited() {
    CallOptions options = CallOptions.defaults().timeout(Duration.ofSeconds(20));
    try (FakeVast vast = attached(NEW, OLD)) {
      vast.currentVersion = () -> NEW;
      assertThatThrownBy(
              () -> vast.remote(Sums.class, options).square(5, Optional.of("more"), null))
          .isInstanceOf(CallTimeoutException.class)
          .hasMessageContaining(OLD)
          .hasMessageContaining(NEW);
      assertThat(vast.calls().stream().map(OPTIONAL)).hasSizeGreaterThan(2).containsOnly("");
    }
  }
}
