package dev.vast4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.vast4j.docs.Proves;
import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.ServiceUnreachableException;
import dev.vast4j.errors.UnexpectedAnswerException;
import dev.vast4j.internal.http.Answers;
import dev.vast4j.internal.http.FakeTiming;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(30)
class MachineLogsTest {
  private static final String KEY = "secret-key-4711";

  @RegisterExtension static final WireMockExtension SERVICE = Answers.service();

  private final FakeTiming timing = new FakeTiming();
  private final Connection connection =
      Connection.builder(() -> KEY)
          .webUrl(URI.create(SERVICE.baseUrl()))
          .engineUrl(URI.create(SERVICE.baseUrl()))
          .timing(timing)
          .build();

  @AfterEach
  void close() {
    connection.close();
  }

  private static ResponseDefinitionBuilder stored() {
    return Answers.json(
        "{\"success\":true,\"result_url\":\"" + SERVICE.baseUrl() + "/s3/log?sig=TOP\"}");
  }

  private List<String> lines(MachineLogRequest request) {
    return connection.machineLogs().lines(77, request);
  }

  @Test
  void fetchesSnapshotWithoutKeyOnceTheStoreHasIt() {
    Answers.inTurn(
        SERVICE,
        stored(),
        Answers.text(404, "NoSuchKey"),
        Answers.text(403, "AccessDenied"),
        Answers.reset(),
        Answers.text(307, "").withHeader("Location", "/elsewhere"),
        Answers.text(200, "one\r\ntwo\n\nthree"));

    assertThat(lines(new MachineLogRequest(50, "o", true)))
        .containsExactly("one", "two", "", "three");

    var requests = Answers.requests(SERVICE);
    assertThat(requests.get(0).getUrl()).isEqualTo("/api/v0/instances/request_logs/77/");
    assertThat(requests.get(0).getBodyAsString())
        .isEqualTo("{\"tail\":\"50\",\"filter\":\"o\",\"daemon_logs\":\"true\"}");
    assertThat(requests.get(0).getHeader("Authorization")).isEqualTo("Bearer " + KEY);
    assertThat(requests.get(1).getUrl()).isEqualTo("/s3/log?sig=TOP");
    assertThat(requests.subList(1, requests.size()))
        .allSatisfy(request -> assertThat(request.containsHeader("Authorization")).isFalse());
    assertThat(timing.waits()).hasSize(3).containsOnly(Duration.ofMillis(300));
  }

  @Test
  void asksForTheServicesDefaults() {
    Answers.inTurn(SERVICE, stored(), Answers.text(200, ""));

    assertThat(lines(MachineLogRequest.latest())).isEmpty();
    assertThat(Answers.requests(SERVICE).get(0).getBodyAsString()).isEqualTo("{}");
  }

  @Test
  @Proves(
      at = Proves.At.WEB_API,
      fault = "announces a worker's log that never arrives",
      of = "a worker's log",
      outcome = "`ServiceUnreachableException` after some 10 s")
  void waitsForABoundedTime() {
    Answers.inTurn(SERVICE, stored(), Answers.text(404, "NoSuchKey"));

    assertThatThrownBy(() -> lines(MachineLogRequest.latest()))
        .isInstanceOf(ServiceUnreachableException.class)
        .hasMessageStartingWith("the log of machine 77: no answer after")
        .hasMessageContaining("HTTP 404")
        .hasMessageNotContaining("TOP");
    assertThat(timing.waits().stream().reduce(Duration.ZERO, Duration::plus))
        .isLessThanOrEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void passesRefusalsOn() {
    Answers.inTurn(SERVICE, Answers.json(404, "{\"error\":\"invalid_id\",\"msg\":\"no\"}"));
    assertThatThrownBy(() -> lines(MachineLogRequest.latest()))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.code()).isEqualTo("invalid_id"));

    for (String answer : List.of("{}", "{\"result_url\":\"file:///etc/passwd\"}", "[]")) {
      Answers.inTurn(SERVICE, Answers.json(answer));
      assertThatThrownBy(() -> lines(MachineLogRequest.latest()))
          .isInstanceOf(UnexpectedAnswerException.class);
    }
    assertThatThrownBy(() -> MachineLogRequest.latest().tail(0))
        .isInstanceOf(InvalidDeploymentException.class);
  }

  @Test
  void findsNewLines() {
    assertThat(fresh(List.of(), List.of("a", "b"))).containsExactly("a", "b");
    assertThat(fresh(List.of("a", "b"), List.of("a", "b"))).isEmpty();
    assertThat(fresh(List.of("a", "b"), List.of("a", "b", "c"))).containsExactly("c");
    assertThat(fresh(List.of("a", "b", "c"), List.of("b", "c", "d"))).containsExactly("d");
    assertThat(fresh(List.of("a", "a"), List.of("a", "a", "a"))).containsExactly("a");
    assertThat(fresh(List.of("a", "b"), List.of("x", "y"))).containsExactly("x", "y");
    assertThat(fresh(List.of("a", "b"), List.of())).isEmpty();
    assertThat(fresh(List.of("a", "b"), List.of("b"))).isEmpty();
  }

  @Test
  void showsGrownLastLineAgain() {
    assertThat(fresh(List.of("a", "load"), List.of("a", "loading done", "b")))
        .containsExactly("loading done", "b");
    assertThat(fresh(List.of("a", "b", "load"), List.of("b", "loading")))
        .containsExactly("loading");
  }

  private static List<String> fresh(List<String> before, List<String> now) {
    LogWindow window = new LogWindow();
    window.fresh(before);
    return window.fresh(now);
  }
}
