package dev.vast4j;

import static dev.vast4j.query.Columns.GPU_NAME;
import static dev.vast4j.query.Columns.GPU_RAM;
import static dev.vast4j.query.GpuName.RTX_4090;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.AssetStoreException;
import dev.vast4j.errors.BundleException;
import dev.vast4j.errors.CallException;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.errors.EncodingException;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.LocalEngineException;
import dev.vast4j.errors.NotDeployedException;
import dev.vast4j.errors.ServiceUnreachableException;
import dev.vast4j.errors.UnexpectedAnswerException;
import dev.vast4j.errors.WorkersNotReadyException;
import dev.vast4j.junit.VirtualClock;
import dev.vast4j.local.LocalOptions;
import dev.vast4j.query.Query;
import dev.vast4j.query.SearchParams;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings are values: changed copies, equal where they say the same. */
class SettingValuesTest {
  @Test
  void valuesSayWhatTheyAre() {
    assertThat(TypeRef.of(String.class)).hasToString("java.lang.String");
    assertThat(BatchResult.of(7)).hasToString("BatchResult[7]");
    assertThat(BatchResult.failed(new IllegalStateException("secret")))
        .hasToString("BatchResult[failed: java.lang.IllegalStateException]");
    assertThat(LocalOptions.defaults().shutdownHook(false)).isNotNull();
  }

  @Test
  void aClassPathIsAValue() {
    Classpath current = Classpath.current();
    Classpath changed = current.exclude("junit-*").include("junit-api").fat();
    assertThat(changed)
        .isEqualTo(Classpath.current().exclude("junit-*").include("junit-api").fat())
        .hasSameHashCodeAs(Classpath.current().exclude("junit-*").include("junit-api").fat())
        .isNotEqualTo(current);
    assertThat(changed.toString()).contains("fat", "2 rules");
    assertThat(current).as("unchanged").isEqualTo(Classpath.current());
  }

  @Test
  void sessionOptionsAreChangedCopies() {
    SessionOptions lasting = SessionOptions.lasting(Duration.ofMinutes(5));
    SessionOptions kept = lasting.keptAlive().onClose("http://127.0.0.1/done", Map.of("a", 1));
    assertThat(kept.lifetime()).isEqualTo(Duration.ofMinutes(5));
    assertThat(kept.toString()).contains("http://127.0.0.1/done");
    assertThat(kept).isNotEqualTo(lasting);
    assertThat(lasting).isEqualTo(SessionOptions.lasting(Duration.ofMinutes(5)));
  }

  @Test
  void autoscalingSaysWhatItSets() {
    assertThat(Autoscaling.defaults().maxWorkers(7).coldMult(2.5).toString()).contains("7", "2.5");
  }

  @Test
  void searchesAreValues() {
    List<Query> queries = List.of(GPU_NAME.in(RTX_4090), GPU_RAM.gte(24));
    assertThat(SearchParams.of(queries))
        .isEqualTo(SearchParams.of(queries))
        .hasSameHashCodeAs(SearchParams.of(queries))
        .isNotEqualTo(SearchParams.of(List.of(GPU_RAM.gte(48))));
    assertThat(GPU_RAM).hasToString("gpu_ram");
    assertThat(RTX_4090).hasToString(RTX_4090.text());
    assertThat(GPU_NAME.in(RTX_4090.text(), "a model of tomorrow"))
        .hasToString("gpu_name in RTX_4090,a_model_of_tomorrow");
  }

  @Test
  void aVirtualClockIsOfNoZone() {
    VirtualClock clock = new VirtualClock();
    assertThat(clock.getZone()).isEqualTo(ZoneOffset.UTC);
    Clock elsewhere = clock.withZone(ZoneOffset.ofHours(5));
    clock.advance(Duration.ofDays(1));
    assertThat(elsewhere.instant()).isEqualTo(clock.instant());
  }

  @Test
  void callOptionsSayWhatTheySet() {
    assertThat(CallOptions.defaults().idempotent(false).timeout(Duration.ofSeconds(3)).toString())
        .contains("PT3S", "false");
  }

  @Test
  void errorsHaveTheirDataAsFields() {
    WorkersNotReadyException workers =
        new WorkersNotReadyException(3, 1, "2 loading", Map.of(), "", Duration.ofSeconds(3), false);
    assertThat(workers).hasMessage("1 of 3 workers ready (2 loading); timeout is 3 s");
    WorkersNotReadyException failed =
        new WorkersNotReadyException(
            2,
            0,
            "2 error",
            Map.of(7L, "no CUDA device\nat line 2"),
            "",
            Duration.ofMillis(2500),
            true);
    assertThat(failed)
        .hasMessage(
            "0 of 2 workers ready (2 error); every worker failed; worker 7: no CUDA device;"
                + " Deployment.logs() tells more");
    assertThat(failed.errors()).containsEntry(7L, "no CUDA device\nat line 2");
    assertThat(failed.allFailed()).isTrue();
    assertThat(workers.wanted()).isEqualTo(3);
    assertThat(workers.ready()).isEqualTo(1);
    assertThat(workers.states()).isEqualTo("2 loading");
    assertThat(workers).hasMessageContainingAll("3", "1", "2 loading");

    BundleException bundle = new BundleException("a.jar", "no file", null);
    assertThat(bundle.path()).isEqualTo("a.jar");
    assertThat(bundle.problem()).isEqualTo("no file");

    NotDeployedException missing = new NotDeployedException("square", "no such name");
    assertThat(missing.deployment()).isEqualTo("square");
    assertThat(missing.reason()).isEqualTo("no such name");

    assertThat(new LocalEngineException("port in use", null).problem()).isEqualTo("port in use");
    UnexpectedAnswerException answer = new UnexpectedAnswerException("GET /x", "no JSON", null);
    assertThat(answer.operation()).isEqualTo("GET /x");
    assertThat(answer.problem()).isEqualTo("no JSON");
    assertThat(new ServiceUnreachableException("GET /x", 2, null).operation()).isEqualTo("GET /x");

    assertThat(new EncodingException("square, parameter x", null).location())
        .isEqualTo("square, parameter x");
    CallException.Trace trace = new CallException.Trace("square", 1, Duration.ofSeconds(3), null);
    CallTimeoutException late =
        new CallTimeoutException(
            "timeout", Duration.ofMillis(2500), "a worker", "1 loading", trace, null);
    assertThat(late)
        .hasMessageStartingWith(
            "timed out waiting for a worker: 1 loading; timeout is 2500 ms (function 'square'");
    assertThat(late.limit()).isEqualTo("timeout");
    assertThat(late.limitValue()).isEqualTo(Duration.ofMillis(2500));
    assertThat(late.waitingFor()).isEqualTo("a worker");
    assertThat(late.lastKnown()).isEqualTo("1 loading");
    assertThat(
            new AssetStoreException("weights", "put", 403, null, "not allowed", null).operation())
        .isEqualTo("put");
  }

  @ParameterizedTest
  @CsvSource({"400, false", "401, false", "404, false", "408, true", "429, true", "500, true"})
  void errorsOfTheServiceSayWhetherToTryAgain(int status, boolean retryable) {
    assertThat(new ApiException("GET /x", status, null, "so it said", null).retryable())
        .isEqualTo(retryable);
  }

  @Test
  void refusesOnCloseUrlThatIsNone() {
    for (String url :
        new String[] {"", "done", "ftp://host/x", "http:///x", "http://a b", "//host/x"}) {
      assertThatThrownBy(() -> SessionOptions.lasting(Duration.ofSeconds(9)).onClose(url, Map.of()))
          .isInstanceOf(InvalidDeploymentException.class)
          .hasMessageContaining("SessionOptions.onClose");
    }
  }

  @Test
  @SuppressWarnings("NullAway")
  void namesParameterThatIsNull() {
    assertThatThrownBy(() -> Deployment.builder().tag(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("tag");
    assertThatThrownBy(() -> Deployment.builder().remote(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("type");
    assertThatThrownBy(() -> Deployment.builder().image(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("image");
  }
}
