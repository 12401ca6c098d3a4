package dev.vast4j.internal.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.vast4j.Progress;
import dev.vast4j.UpdateResult;
import dev.vast4j.api.Connection;
import dev.vast4j.docs.Proves;
import dev.vast4j.errors.NotDeployedException;
import dev.vast4j.errors.UpdateFailedException;
import dev.vast4j.errors.UpdateFailedException.Reason;
import dev.vast4j.internal.call.VersionProbe;
import dev.vast4j.internal.http.Answers;
import dev.vast4j.internal.http.FakeTiming;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class UpdateWaitTest {
  @RegisterExtension static final WireMockExtension SERVICE = Answers.service();

  private static final String WORKERS = "/get_endpoint_workers/";
  private static final String DEPLOYMENT = "/api/v0/deployment/5/";
  private static final String VERSIONS = "/api/v0/deployment/5/versions/";
  private static final String HASH = "0123456789abcdef".repeat(4);
  private static final String OTHER = "fedcba9876543210".repeat(4);
  private static final String NEW = "0123456789ab-5e70";
  private static final String OLD = "fedcba987654-5e70";

  private final List<Progress> told = new ArrayList<>();

  /** The versions that probed workers name in turn; the last one goes on. */
  private final Deque<String> probed = new ArrayDeque<>();

  private int probes;
  private Connection connection;

  @BeforeEach
  void connect() {
    connection =
        Connection.builder(() -> "key")
            .webUrl(URI.create(SERVICE.baseUrl()))
            .engineUrl(URI.create(SERVICE.baseUrl()))
            .cacheFolder(Path.of("target", "test-cache"))
            .timing(new FakeTiming())
            .build();
    Answers.inTurn(SERVICE, DEPLOYMENT, deployment(HASH, ", \"current_version_id\": 2"));
    Answers.inTurn(SERVICE, VERSIONS, Answers.json("{\"versions\": []}"));
  }

  @AfterEach
  void disconnect() {
    connection.close();
  }

  private static ResponseDefinitionBuilder deployment(String hash, String more) {
    return Answers.json(
        "{\"deployment\": {\"id\": 5, \"name\": \"square\", \"endpoint_id\": 7, \"file_hash\": \""
            + hash
            + "\", \"env\": \"-p 3000:3000/tcp -e VAST4J_ENV=00.5e70\""
            + more
            + "}}");
  }

  /** Workers, each as its state and, where the engine tells it, the id of its version. */
  private static ResponseDefinitionBuilder workers(String... states) {
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < states.length; i++) {
      String[] parts = states[i].split(" ", 3);
      list.append(i == 0 ? "" : ",")
          .append("{\"id\":")
          .append(i + 1)
          .append(",\"status\":\"")
          .append(parts[0])
          .append('"');
      if (parts.length > 1 && !parts[1].isEmpty()) {
        list.append(",\"version_id\":").append(parts[1]);
      }
      if (parts.length > 2) {
        list.append(",\"error_msg\":\"").append(parts[2]).append('"');
      }
      list.append('}');
    }
    return Answers.json("[" + list + "]");
  }

  private UpdateResult await() {
    return await(NEW, true);
  }

  private UpdateResult await(@Nullable String version, boolean own) {
    CurrentVersion current =
        new CurrentVersion(
            connection.web(),
            connection.transport().timing(),
            "square",
            new DeployedIds(5, 7, HASH, version),
            own);
    return new UpdateWait(
            connection, "square", 7, current, this::probe, Duration.ofMinutes(5), told::add)
        .run();
  }

  private VersionProbe.Answer probe() {
    probes++;
    String version = probed.size() > 1 ? probed.remove() : probed.element();
    return new VersionProbe.Answer("http://worker-" + probes % 2, version);
  }

  private UpdateFailedException failure() {
    return catchThrowableOfType(UpdateFailedException.class, this::await);
  }

  @Test
  void countsTheWorkersThatTheEngineTells() {
    Answers.inTurn(
        SERVICE,
        WORKERS,
        workers("idle 1", "idle 1", "idle 1"),
        workers("idle 2", "update_ready 1", "idle 1"),
        workers("idle 2", "update_starting 2", "idle 1"),
        workers("idle 2", "idle 2", "idle 2"));
    UpdateResult result = await();
    assertThat(result.inferred()).isFalse();
    assertThat(result.updated()).isEqualTo(3);
    assertThat(told)
        .containsExactly(
            new Progress.Updating(3, 0, false),
            new Progress.Updating(3, 1, false),
            new Progress.Updating(3, 1, false),
            new Progress.Updated(result));
    assertThat(probes).isZero();
  }

  @Test
  void stoppedWorkersAndThoseOnTheirWayOutDoNotCount() {
    Answers.inTurn(SERVICE, WORKERS, workers("stopped 1", "destroying 1", "idle 2"));
    assertThat(await().workers()).isEqualTo(1);
    Answers.inTurn(SERVICE, WORKERS, workers("stopped 1"));
    assertThat(await())
        .isEqualTo(
            new UpdateResult(
                0, 0, false, "no worker runs; the next one to start boots the new version"));
    Answers.inTurn(SERVICE, WORKERS, workers());
    assertThat(await().workers()).isZero();
  }

  @Test
  @Proves(
      at = Proves.At.WEB_API,
      fault = "rolls an update back",
      of = "`awaitUpdate`",
      outcome = "`UpdateFailedException` with the worker's error")
  void failsWithTheWorkersErrorWhenItIsRolledBack() {
    Answers.inTurn(SERVICE, WORKERS, workers("idle 1", "update_starting 2"), workers("idle 1"));
    Answers.inTurn(
        SERVICE,
        DEPLOYMENT,
        deployment(HASH, ", \"current_version_id\": 2"),
        deployment(OTHER, ", \"current_version_id\": 1"));
    Answers.inTurn(
        SERVICE,
        VERSIONS,
        Answers.json(
            "{\"versions\": [{\"id\": 2, \"file_hash\": \""
                + HASH
                + "\", \"error_msg\": \"no weights\"}, {\"id\": 1, \"file_hash\": \""
                + OTHER
                + "\"}]}"));
    UpdateFailedException failed = failure();
    assertThat(failed.reason()).isEqualTo(Reason.ROLLED_BACK);
    assertThat(failed.error()).isEqualTo("no weights");
    assertThat(failed).hasMessageContaining("was rolled back: no weights; 0 of 1 worker on");
  }

  @Test
  void failsAtOnceWhenAWorkerOfTheNewVersionFails() {
    Answers.inTurn(
        SERVICE, WORKERS, workers("idle 1", "error 1 old"), workers("idle 1", "error 2 no\\nGPU"));
    UpdateFailedException failed = failure();
    assertThat(failed.reason()).isEqualTo(Reason.WORKER_FAILED);
    assertThat(failed.error()).isEqualTo("worker 2: no\nGPU");
    assertThat(failed).hasMessageContaining("worker 2: no | GPU").hasMessageContaining("1 error");
    assertThat(told).last().isEqualTo(new Progress.Failed("square"));
  }

  @Test
  void failsWhenAnotherVersionIsDeployedMeanwhile() {
    Answers.inTurn(SERVICE, WORKERS, workers("idle 1"));
    Answers.inTurn(SERVICE, DEPLOYMENT, deployment(OTHER, ", \"current_version_id\": 3"));
    assertThat(failure().reason()).isEqualTo(Reason.REPLACED);
    // An attached deployment follows whichever is current.
    Answers.inTurn(SERVICE, WORKERS, workers("idle 3"));
    assertThat(await(NEW, false).updated()).isEqualTo(1);
  }

  @Test
  void failsWhenTimeRunsOutOrTheDeploymentIsDeleted() {
    Answers.inTurn(SERVICE, WORKERS, workers("idle 1"));
    UpdateFailedException late = failure();
    assertThat(late.reason()).isEqualTo(Reason.TIMED_OUT);
    assertThat(late).hasMessageContaining("timeout is 300 s").hasMessageContaining("1 idle");
    Answers.inTurn(SERVICE, DEPLOYMENT, Answers.json(404, "{\"msg\": \"no such deployment\"}"));
    assertThatThrownBy(this::await).isInstanceOf(NotDeployedException.class);
  }

  @Test
  void infersFromTheVersionsThatAnswersName() {
    probed.addAll(List.of(OLD, NEW, OLD, NEW, NEW, NEW));
    Answers.inTurn(
        SERVICE,
        WORKERS,
        workers("idle", "idle"),
        workers("idle", "update_rebooting"),
        workers("idle", "idle"));
    UpdateResult result = await();
    assertThat(result.inferred()).isTrue();
    assertThat(result.updated()).isEqualTo(2);
    assertThat(result.description()).contains("2 of 2 workers on the new version (inferred)");
    assertThat(probes).isEqualTo(6);
    assertThat(told).first().isEqualTo(new Progress.Updating(2, 0, true));
  }

  @Test
  void infersFromTheHealthyVersionForPython() {
    Answers.inTurn(SERVICE, WORKERS, workers("idle"));
    Answers.inTurn(
        SERVICE,
        DEPLOYMENT,
        deployment(HASH, ", \"current_version_id\": 2, \"last_healthy_version_id\": 1"),
        deployment(HASH, ", \"current_version_id\": 2, \"last_healthy_version_id\": 2"));
    assertThat(await(null, true).inferred()).isTrue();
    assertThat(told).hasSizeGreaterThan(2);
    assertThat(probes).isZero();
  }

  @Test
  void waitsForASignOfTheUpdateWhereNothingIsTold() {
    Answers.inTurn(SERVICE, WORKERS, workers("idle"), workers("update_rebooting"), workers("idle"));
    assertThat(await(null, true).inferred()).isTrue();
    assertThat(told).hasSize(3);
    told.clear();
    Answers.inTurn(SERVICE, WORKERS, workers("idle"));
    assertThat(await(null, true).inferred()).isTrue();
    assertThat(told).hasSizeGreaterThan(5);
  }

  @Test
  void infersTheFailureOfAWorkerThatDidNotFailBefore() {
    Answers.inTurn(
        SERVICE,
        WORKERS,
        workers("idle", "error"),
        workers("idle", "update_starting"),
        workers("idle", "error"));
    Answers.inTurn(
        SERVICE,
        "/get_endpoint_logs/",
        Answers.json("{\"info0\": \"started\\nworker 2 reports an error: no CUDA\\nmore\"}"));
    probed.add(OLD);
    UpdateFailedException failed = failure();
    assertThat(failed.inferred()).isTrue();
    assertThat(failed.reason()).isEqualTo(Reason.WORKER_FAILED);
    assertThat(failed).hasMessageContaining("(inferred)").hasMessageContaining("no CUDA");
  }

  @ParameterizedTest
  @ValueSource(strings = {"update_error", "update_failed"})
  void statesOfErrorsThatAreNotKnownFailToo(String state) {
    Answers.inTurn(
        SERVICE, WORKERS, workers("idle", "update_starting"), workers("idle", state + "  no CUDA"));
    probed.add(OLD);
    UpdateFailedException failed = failure();
    assertThat(failed.reason()).isEqualTo(Reason.WORKER_FAILED);
    assertThat(failed).hasMessageContaining("no CUDA").hasMessageContaining("1 " + state);
  }

  @Test
  void anUpdateGoesOnWhileAWorkerIsInAnyUpdateState() {
    probed.add(NEW);
    Answers.inTurn(
        SERVICE, WORKERS, workers("idle", "update_downloading"), workers("idle", "idle"));
    assertThat(await().updated()).isEqualTo(2);
    assertThat(told).hasSize(2);
  }

  @Test
  void workersAnswersCountWhereTheServiceIsSlowToCallAVersionHealthy() {
    probed.add(NEW);
    Answers.inTurn(SERVICE, WORKERS, workers("idle"));
    Answers.inTurn(
        SERVICE,
        DEPLOYMENT,
        deployment(HASH, ", \"current_version_id\": 2, \"last_healthy_version_id\": 1"));
    assertThat(await().inferred()).isTrue();
    assertThat(told).hasSizeGreaterThan(5);

    // A Python worker names no version, so there is nothing but what the service says.
    assertThatThrownBy(() -> await(null, true))
        .isInstanceOfSatisfying(
            UpdateFailedException.class,
            late -> assertThat(late.reason()).isEqualTo(Reason.TIMED_OUT));
  }
}
