package dev.vast4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.errors.BundleException;
import dev.vast4j.errors.LocalEngineException;
import dev.vast4j.errors.NotDeployedException;
import dev.vast4j.errors.ServiceUnreachableException;
import dev.vast4j.errors.UnexpectedAnswerException;
import dev.vast4j.errors.WorkersNotReadyException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Settings are values: changed copies, equal where they say the same. */
class SettingValuesTest {
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
  void callOptionsSayWhatTheySet() {
    assertThat(CallOptions.defaults().idempotent(false).timeout(Duration.ofSeconds(3)).toString())
        .contains("PT3S", "false");
  }

  @Test
  void errorsHaveTheirDataAsFields() {
    WorkersNotReadyException workers = new WorkersNotReadyException(3, 1, "2 loading");
    assertThat(workers.wanted()).isEqualTo(3);
    assertThat(workers.ready()).isEqualTo(1);
    assertThat(workers.states()).isEqualTo("2 loading");
    assertThat(workers).hasMessageContainingAll("3", "1", "2 loading");

    BundleException bundle = new BundleException("a.jar", "no file", null);
    assertThat(bundle.path()).isEqualTo("a.jar");
    assertThat(bundle.found()).isEqualTo("no file");

    NotDeployedException missing = new NotDeployedException("square", "no such name");
    assertThat(missing.deployment()).isEqualTo("square");
    assertThat(missing.reason()).isEqualTo("no such name");

    assertThat(new LocalEngineException("port in use", null).found()).isEqualTo("port in use");
    UnexpectedAnswerException answer = new UnexpectedAnswerException("GET /x", "no JSON", null);
    assertThat(answer.operation()).isEqualTo("GET /x");
    assertThat(answer.found()).isEqualTo("no JSON");
    assertThat(new ServiceUnreachableException("GET /x", 2, null).operation()).isEqualTo("GET /x");
  }
}
