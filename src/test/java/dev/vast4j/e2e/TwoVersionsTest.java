package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.vast4j.Autoscaling;
import dev.vast4j.Benchmark;
import dev.vast4j.CallOptions;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Remote;
import dev.vast4j.UpdatePlan;
import dev.vast4j.UpdatePlan.BreakingChange;
import dev.vast4j.Vast;
import dev.vast4j.errors.CallRefusedException;
import dev.vast4j.local.LocalVast;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients of one version call workers of another, which differ by what was added. */
@Timeout(300)
public class TwoVersionsTest {
  public interface First {
    record In(String a) {}

    record Out(String a, @JsonIgnore int hidden) {}

    enum Mood {
      GOOD,
      @JsonEnumDefaultValue
      UNKNOWN
    }

    @Remote
    @Benchmark(dataset = "{\"in\": {\"a\": \"x\"}}")
    default Out pass(In in) {
      return new Out("first " + in.a(), 7);
    }

    @Remote
    default String find(String text) {
      return "first " + text;
    }

    @Remote
    default String grown(String text) {
      return "first " + text;
    }

    @Remote
    default String counted(String text) {
      return "first " + text;
    }

    @Remote
    default String marked(String text) {
      return "first " + text;
    }

    @Remote
    default Mood mood(List<Mood> moods) {
      return moods.get(0);
    }
  }

  public interface Second {
    record In(String a, boolean flag, int limit, Optional<String> language) {
      public In {
        limit = limit == 0 ? 10 : limit;
      }
    }

    record Out(String a, @JsonIgnore int hidden, long more) {}

    enum Mood {
      GOOD,
      GREAT,
      UNKNOWN
    }

    @Remote
    @Benchmark(dataset = "{\"in\": {\"a\": \"x\"}}")
    default Out pass(In in) {
      return new Out("second " + in, 7, 8);
    }

    @Remote
    default String find(OptionalInt page, String text, @Nullable String user) {
      return "second " + text + " " + page + " " + user;
    }

    @Remote
    default String grown(In in, String text, List<String> list, Integer number) {
      return "second " + text + " " + in + " " + list + " " + number;
    }

    @Remote
    default String counted(String text, int count) {
      return "second " + text;
    }

    @Remote
    @NullMarked
    default String marked(String text, String more) {
      return "second " + text;
    }

    @Remote
    default Mood mood(List<Mood> moods) {
      return Mood.GREAT;
    }
  }

  public interface Third {
    record In(int a) {}

    @Remote
    @Benchmark(dataset = "{\"in\": {\"a\": 1}}")
    default String pass(In in) {
      return "third";
    }

    @Remote
    default String find(String words) {
      return words;
    }
  }

  private static final CallOptions OPTIONS = CallOptions.defaults().timeout(Duration.ofSeconds(30));

  @Test
  void bothCallEachOthersWorkers() throws Exception {
    try (LocalVast engine = LocalVast.start();
        Vast vast = engine.client()) {
      Deployment older = deploy(vast, First.class);
      try (Deployment attached = Deployment.attach("versions", "default", vast)) {
        Second client = attached.remote(Second.class, OPTIONS);
        assertThat(client.grown(null, "t", null, null)).isEqualTo("first t");
        assertThat(client.pass(new Second.In("x", true, 3, Optional.of("en"))))
            .isEqualTo(new Second.Out("first x", 0, 0));
        assertThat(client.find(OptionalInt.empty(), "t", null)).isEqualTo("first t");
        assertThat(client.find(OptionalInt.of(2), "t", "ada")).isEqualTo("first t");
        assertThatThrownBy(() -> client.counted("t", 3))
            .isInstanceOf(CallRefusedException.class)
            .hasMessageContaining("HTTP 422: count: unknown parameter; counted takes text");
        assertThatThrownBy(() -> client.grown(null, "t", List.of("a"), null))
            .isInstanceOf(CallRefusedException.class)
            .hasMessageContaining("unknown parameter");
        assertThatThrownBy(() -> attached.call("find", Map.of("text", "t", "user", "ada"), OPTIONS))
            .isInstanceOf(CallRefusedException.class);
        assertThat(client.mood(List.of(Second.Mood.GREAT))).isEqualTo(Second.Mood.UNKNOWN);
      }

      assertThat(plan(vast, Second.class).signaturesCompared()).isTrue();
      assertThat(
              plan(vast, Second.class).breakingChanges().stream()
                  .filter(change -> change.kind() == BreakingChange.Kind.PARAMETER_REQUIRED)
                  .map(BreakingChange::text))
          .containsExactlyInAnyOrder(
              "parameter `in` of `grown` is new and required, so it is null in older clients'"
                  + " calls",
              "parameter `list` of `grown` is new and required, so it is null in older clients'"
                  + " calls",
              "parameter `number` of `grown` is new and required, so it is null in older clients'"
                  + " calls",
              "parameter `count` of `counted` is new and required",
              "parameter `more` of `marked` is new and required")
          .hasSameSizeAs(plan(vast, Second.class).breakingChanges());
      assertThat(plan(vast, Third.class).breakingChanges().stream().map(BreakingChange::text))
          .containsExactlyInAnyOrder(
              "parameter `text` of `find` was renamed to `words`",
              "function `mood` was removed",
              "function `grown` was removed",
              "function `counted` was removed",
              "function `marked` was removed",
              "parameter `in` of `pass`: `a` of In in it was String and is int",
              "the result of `pass` was Out and is String");
      assertThat(plan(vast, Third.class).toString())
          .contains("\n  breaking: function `mood` was removed; use another tag");

      deploy(vast, Second.class).close();
      try (older;
          Deployment attached = Deployment.attach("versions", "default", vast)) {
        First client = attached.remote(First.class, OPTIONS);
        Instant limit = Instant.now().plusSeconds(60);
        while (client.find("t").startsWith("first") && Instant.now().isBefore(limit)) {
          Thread.sleep(100);
        }
        assertThat(client.pass(new First.In("x")))
            .isEqualTo(
                new First.Out("second In[a=x, flag=false, limit=10, language=Optional.empty]", 0));
        assertThat(client.find("t")).isEqualTo("second t OptionalInt.empty null");
        assertThat(client.mood(List.of(First.Mood.GOOD))).isEqualTo(First.Mood.UNKNOWN);
        nullIsTakenForWhatOlderClientsLack(client);
        nullIsTakenForWhatOlderClientsLack(older.remote(First.class, OPTIONS));
        assertThatThrownBy(() -> older.remote(First.class, OPTIONS).counted("t"))
            .hasMessageContaining("this client has version ")
            .hasMessageContaining("of version ");
        assertThatThrownBy(() -> attached.call("grown", Map.of("text", "t"), OPTIONS))
            .isInstanceOf(CallRefusedException.class);
      }
    }
  }

  private static void nullIsTakenForWhatOlderClientsLack(First client) {
    assertThat(client.grown("t")).isEqualTo("second t null null null");
    assertThatThrownBy(() -> client.counted("t"))
        .isInstanceOf(CallRefusedException.class)
        .hasMessageContaining("count")
        .hasMessageContaining("missing parameter");
    assertThatThrownBy(() -> client.marked("t"))
        .isInstanceOf(CallRefusedException.class)
        .hasMessageContaining("more");
  }

  private static Deployment deploy(Vast vast, Class<?> type) {
    Deployment app = build(vast, type);
    app.ensureReady();
    app.awaitWorkers(1, Duration.ofMinutes(1));
    return app;
  }

  private static UpdatePlan plan(Vast vast, Class<?> type) {
    try (Deployment app = build(vast, type)) {
      return app.plan();
    }
  }

  private static Deployment build(Vast vast, Class<?> type) {
    return Deployment.builder("versions")
        .vast(vast)
        .remote(type)
        .image(Image.of("vastai/base-image:@vastai-automatic-tag", 16))
        .autoscaling(Autoscaling.defaults().maxWorkers(1))
        .build();
  }
}
