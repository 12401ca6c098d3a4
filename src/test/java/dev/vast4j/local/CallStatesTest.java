package dev.vast4j.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.local.fleet.Placement;
import dev.vast4j.local.fleet.ServiceJson;
import dev.vast4j.local.fleet.WorkerHost;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page says of calls: each is in its true state and ends when it ends. */
class CallStatesTest {
  @TempDir Path folder;

  private SimulatedEngine simulated;
  private JsonNode put;

  @BeforeEach
  void deploy() throws IOException {
    simulated = new SimulatedEngine(folder, 2);
    put = simulated.deploy("app", "1", "min_load", 1, "max_workers", 1);
  }

  @Test
  void showsEachStateThatWorkersReport() {
    long worker = ready();
    long succeeds = route();
    long fails = route();
    long waits = route();
    report(worker, call(1, succeeds, "running"), call(2, fails, "running"));
    report(worker, call(3, waits, "queued"));
    assertThat(states()).containsExactly("assigned", "running", "running");

    report(
        worker,
        call(1, succeeds, "succeeded"),
        call(2, fails, "failed").put("error", "java.io.IOException").put("trace", "at home"),
        call(3, waits, "timed_out"));
    assertThat(states()).containsExactly("timed_out", "failed", "succeeded");
    JsonNode failed = detail(Map.of("call", String.valueOf(fails))).path("call");
    assertThat(failed.path("tries").path(0).path("trace").asText()).isEqualTo("at home");
    assertThat(failed.path("tries").path(0).path("worker").asLong()).isEqualTo(worker);
  }

  @Test
  void queuesInTheEngineWhileNoWorkerIsReady() {
    long idx = route();
    assertThat(states()).containsExactly("queued");
    assertThat(overview().path("queue").asInt()).isEqualTo(1);
    assertThat(overview().path("state").asText()).isEqualTo("waiting");
    ready();
    simulated.route(put, "app", 100, idx);
    assertThat(states()).containsExactly("assigned");
  }

  @Test
  void endsQueuedCallAtItsCallersDeadline() {
    simulated
        .engine()
        .routing()
        .route(
            simulated.endpointKey(put),
            ServiceJson.object().put("endpoint", "app"),
            3,
            (endpoint, placement) -> {});
    simulated.pass(Duration.ofSeconds(2));
    assertThat(states()).containsExactly("queued");
    simulated.pass(Duration.ofSeconds(2));
    assertThat(states()).containsExactly("timed_out");
    assertThat(detail(Map.of()).path("wait").asDouble()).isZero();
  }

  @Test
  void endsQueuedCallThatNobodyPolls() {
    route();
    simulated.pass(Duration.ofSeconds(13));
    assertThat(states()).containsExactly("queued");
    assertThat(detail(Map.of()).path("wait").asDouble()).isGreaterThan(12_000);
    simulated.pass(Duration.ofSeconds(2));
    assertThat(states()).containsExactly("cancelled");
    assertThat(detail(Map.of()).path("wait").asDouble()).isZero();
    assertThat(overview().path("queue").asInt()).isZero();
  }

  @Test
  void losesCallsWithTheirWorkerAndKeepsTheAttempt() {
    long worker = ready();
    long idx = route();
    report(worker, call(1, idx, "running"));
    simulated.end(worker, "was killed by signal 9");
    assertThat(states()).containsExactly("lost");

    simulated.ready(simulated.boot());
    simulated.route(put, "app", 100, idx);
    assertThat(states()).containsExactly("assigned");
    report(worker, call(1, idx, "succeeded"));
    assertThat(states()).containsExactly("succeeded");
    JsonNode tries = detail(Map.of("call", String.valueOf(idx))).path("call").path("tries");
    assertThat(tries.findValuesAsText("state")).containsExactly("lost", "succeeded");
    assertThat(tries.path(0).path("message").asText()).contains("killed by signal 9");
  }

  @Test
  void endsRoutedCallThatNeverReachesItsWorker() {
    ready();
    route();
    simulated.pass(Duration.ofSeconds(12));
    assertThat(states()).containsExactly("cancelled");
  }

  @Test
  void endsCallsOfWorkersThatKnowTheProtocolOnly() {
    long worker = ready();
    long idx = route();
    ObjectNode status = ServiceJson.object().put("loadtime", 1).put("max_perf", 100);
    status.putArray("working_request_idxs").add(idx);
    simulated.report(worker, status);
    assertThat(states()).containsExactly("running");
    simulated.finish(worker, idx);
    assertThat(states()).containsExactly("succeeded");
  }

  @Test
  void waitsForTheWorkersOwnReportOfAnEnd() {
    long worker = ready();
    long idx = route();
    report(worker, call(1, idx, "running"));
    simulated.finish(worker, idx); // a function that threw was answered all the same
    assertThat(states()).containsExactly("running");
    report(worker, call(1, idx, "failed"));
    assertThat(states()).containsExactly("failed");

    long unlisted = route();
    simulated.finish(worker, unlisted);
    simulated.pass(Duration.ofSeconds(4));
    assertThat(states()).containsExactly("succeeded", "failed");
  }

  @Test
  void countsAnEndOnceHoweverOftenItIsReported() {
    long worker = ready();
    long idx = route();
    report(worker, call(1, idx, "succeeded"));
    report(worker, call(1, idx, "succeeded"));
    simulated.finish(worker, idx);
    simulated.pass(Duration.ofSeconds(5));
    assertThat(sum(history().path("succeeded"))).isEqualTo(1);
    assertThat(sum(history().path("arrived"))).isEqualTo(1);
  }

  @Test
  void showsCallsInSessions() {
    long worker = ready();
    long session = route();
    report(worker, call(1, session, "running").put("function", "(session)"));
    report(worker, call(2, session, "running").put("session", session));
    report(worker, call(2, session, "failed").put("session", session).put("error", "Oops"));
    assertThat(states()).containsExactlyInAnyOrder("running", "failed");
    assertThat(calls(Map.of("state", "failed")).path("rows").path(0).path("session").asLong())
        .isEqualTo(session);
  }

  @Test
  void filtersByFunctionStateVersionAndText() {
    long worker = ready();
    report(
        worker,
        call(1, route(), "succeeded").put("function", "square"),
        call(2, route(), "failed").put("function", "embed").put("error", "java.io.IOException"));
    long version = overview().path("version").asLong();
    assertThat(matching(Map.of("function", "square"))).isEqualTo(1);
    assertThat(matching(Map.of("state", "trouble"))).isEqualTo(1);
    assertThat(matching(Map.of("state", "active"))).isZero();
    assertThat(matching(Map.of("version", String.valueOf(version)))).isEqualTo(2);
    assertThat(matching(Map.of("version", "7"))).isZero();
    assertThat(matching(Map.of("text", "ioexception"))).isEqualTo(1);
    assertThat(matching(Map.of("text", "nothing of it"))).isZero();
    assertThat(calls(Map.of()).path("functions").findValuesAsText("")).isEmpty();
    assertThat(calls(Map.of()).path("functions")).hasSize(2);
  }

  @Test
  void keepsFailuresThatSuccessesWouldPushOutAndForgetsInTheEnd() {
    long worker = ready();
    report(worker, call(1, route(), "failed"));
    for (int i = 2; i < 2_000; i++) {
      report(worker, call(i, route(), "succeeded"));
    }
    assertThat(matching(Map.of("state", "failed"))).isEqualTo(1);
    assertThat(calls(Map.of()).path("kept").asInt()).isLessThanOrEqualTo(1_000);
  }

  @Test
  void bearsMalformedReports() {
    long worker = ready();
    long idx = route();
    report(
        worker,
        call(1, idx, "no such state"),
        call(-5, idx, "running"),
        ServiceJson.object(),
        call(2, 999_999, "succeeded").put("trace", "x".repeat(1_000_000)));
    assertThat(states()).contains("assigned");
    assertThat(detail(Map.of("call", "999999")).path("call").toString().length())
        .isLessThan(40_000);
    assertThat(detail(Map.of("call", "-1", "version", "x", "step", "?")).has("call")).isFalse();
  }

  @Test
  void saysFailingWhenAllWorkersAreInError() {
    WorkerHost.Boot boot = simulated.boot();
    simulated.report(boot.worker(), ServiceJson.object().put("error_msg", "no weights\nmore"));
    assertThat(overview().path("state").asText()).isEqualTo("failing");
    assertThat(overview().path("why").asText()).isEqualTo("no weights");
    assertThat(overview().path("workers").path("error").asInt()).isEqualTo(1);
  }

  @Test
  void remembersAQuarterOfAnHourInSteps() {
    long worker = ready();
    report(worker, call(1, route(), "succeeded"));
    for (int i = 0; i < 10; i++) {
      simulated.pass(Duration.ofSeconds(1));
    }
    JsonNode history = history();
    assertThat(history.path("ready")).hasSize(179);
    assertThat(history.path("ready").path(178).asInt()).isEqualTo(1);
    assertThat(sum(history.path("p95"))).isPositive();
    assertThat(history.path("marks").findValuesAsText("kind")).contains("update", "scaling");
    simulated.pass(Duration.ofMinutes(16));
    assertThat(sum(history().path("succeeded"))).isZero();
  }

  private long ready() {
    WorkerHost.Boot boot = simulated.boot();
    simulated.ready(boot);
    return boot.worker();
  }

  private long route() {
    Placement placement = simulated.route(put, "app", 100, 0);
    return placement instanceof Placement.Ready ready
        ? ready.requestIdx()
        : ((Placement.Waiting) placement).requestIdx();
  }

  private static ObjectNode call(long number, long idx, String state) {
    return ServiceJson.object()
        .put("n", number)
        .put("idx", idx)
        .put("state", state)
        .put("function", "square")
        .put("ended_at", 2e9);
  }

  private void report(long worker, ObjectNode... calls) {
    ObjectNode status = ServiceJson.object().put("loadtime", 1).put("max_perf", 1e6);
    var array = status.putObject("vast4j").putArray("calls");
    List.of(calls).forEach(array::add);
    simulated.report(worker, status);
  }

  private ObjectNode detail(Map<String, String> query) {
    return simulated.engine().detail("app", query);
  }

  private JsonNode calls(Map<String, String> query) {
    return detail(query).path("calls_list");
  }

  private int matching(Map<String, String> query) {
    return calls(query).path("matching").asInt();
  }

  private JsonNode history() {
    return detail(Map.of()).path("history");
  }

  private static double sum(JsonNode numbers) {
    double sum = 0;
    for (JsonNode number : numbers) {
      sum += number.asDouble();
    }
    return sum;
  }

  private JsonNode overview() {
    return simulated.engine().overview().path("deployments").path(0);
  }

  /** {@return the calls' states, newest first} */
  private List<String> states() {
    List<String> states = new ArrayList<>();
    List<JsonNode> rows = new ArrayList<>();
    calls(Map.of()).path("rows").forEach(rows::add);
    rows.sort((one, other) -> Long.compare(other.path("id").asLong(), one.path("id").asLong()));
    rows.forEach(row -> states.add(row.path("state").asText()));
    return states;
  }
}
