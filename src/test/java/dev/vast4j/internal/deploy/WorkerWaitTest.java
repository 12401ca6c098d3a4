package dev.vast4j.internal.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.vast4j.OnWorkerErrors;
import dev.vast4j.Progress;
import dev.vast4j.api.Connection;
import dev.vast4j.api.WorkerInfo;
import dev.vast4j.docs.Proves;
import dev.vast4j.errors.NotDeployedException;
import dev.vast4j.errors.WorkersNotReadyException;
import dev.vast4j.internal.call.FailedWorkers;
import dev.vast4j.internal.http.Answers;
import dev.vast4j.internal.http.FakeTiming;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class WorkerWaitTest {
  @RegisterExtension static final WireMockExtension SERVICE = Answers.service();

  private static final String WORKERS = "/get_endpoint_workers/";
  private static final String ENDPOINT = "/api/v0/endptjobs/7/";
  private static final ResponseDefinitionBuilder NONE = Answers.json("[]");

  private final List<Progress> told = new ArrayList<>();
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
    Answers.inTurn(SERVICE, ENDPOINT, endpoint("active"));
  }

  @AfterEach
  void disconnect() {
    connection.close();
  }

  private static ResponseDefinitionBuilder endpoint(String state) {
    return Answers.json(
        "{\"result\":{\"id\":7,\"endpoint_name\":\"e\",\"endpoint_state\":\"" + state + "\"}}");
  }

  private static ResponseDefinitionBuilder worker(String status, String error) {
    return Answers.json(
        "[{\"id\":12,\"status\":\"" + status + "\",\"error_msg\":\"" + error + "\"}]");
  }

  private List<WorkerInfo> await(OnWorkerErrors onErrors) {
    return new WorkerWait(
            connection,
            "square",
            7,
            1,
            Duration.ofMinutes(5),
            onErrors,
            new FailedWorkers(connection, () -> List.of("s3cret")),
            new ReadyWorkers(
                new CurrentVersion(
                    connection.web(),
                    connection.transport().timing(),
                    "square",
                    new DeployedIds(5, 7, null, null),
                    true),
                false),
            told::add)
        .run();
  }

  private WorkersNotReadyException notReady(OnWorkerErrors onErrors) {
    return catchThrowableOfType(WorkersNotReadyException.class, () -> await(onErrors));
  }

  private static int polls() {
    return Answers.requests(SERVICE, WORKERS).size();
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "every worker fails to start",
      of = "`awaitWorkers`",
      outcome = "`WorkersNotReadyException` at once, with the workers' error texts")
  void failsAtOnceWhenEveryWorkerHasFailed() {
    Answers.inTurn(
        SERVICE, WORKERS, worker("loading", ""), worker("error", "no CUDA device\\nat x"));
    WorkersNotReadyException failed = notReady(OnWorkerErrors.FAIL);
    assertThat(failed.allFailed()).isTrue();
    assertThat(failed.errors()).isEqualTo(Map.of(12L, "no CUDA device\nat x"));
    assertThat(failed)
        .hasMessageContaining("1 error")
        .hasMessageContaining("worker 12: no CUDA device;");
    assertThat(polls()).isEqualTo(2);
    assertThat(told)
        .endsWith(
            new Progress.AwaitingWorkers(
                1, 0, Map.of("error", 1), Map.of(12L, "no CUDA device\nat x")),
            new Progress.Failed("square"));
  }

  @Test
  void showsWhatAFailedWorkerPrintedWithoutSecrets() {
    Answers.inTurn(
        SERVICE,
        "/api/v0/instances/request_logs/12/",
        Answers.json("{\"result_url\": \"" + SERVICE.baseUrl() + "/snapshot\"}"));
    Answers.inTurn(
        SERVICE,
        "/snapshot",
        Answers.text(
            200,
            "first\n".repeat(60)
                + "HF_TOKEN=hf_abc123, password: \"pw123\"\n"
                + "Authorization: Bearer xyz789 and s3cret\n"
                + "long ".repeat(200)
                + "\nno CUDA device\n"
                + "\tat com.acme.Model.load(Model.java:7)\n"
                + "\tat java.base/java.lang.Thread.run(Thread.java:840)\n"
                + "\tat dev.vast4j.worker.Worker.boot(Worker.java:338)\n"
                + "\tat app//jdk.proxy2.$Proxy9.val(Unknown Source)\n"
                + "\t... 2 more"));
    Answers.inTurn(SERVICE, WORKERS, worker("error", "exit code 1"));

    WorkersNotReadyException failed = notReady(OnWorkerErrors.FAIL);

    assertThat(failed.output()).containsOnlyKeys(12L);
    List<String> lines = failed.output().get(12L);
    assertThat(lines).hasSize(50).endsWith("\t... 2 more");
    assertThat(lines)
        .contains("HF_TOKEN=***, password: \"***\"", "Authorization: Bearer *** and ***");
    assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(501));
    assertThat(failed)
        .hasMessageContaining("\nWorker 12 printed last:\n  HF_TOKEN=***")
        .hasMessageEndingWith("no CUDA device\n  \tat com.acme.Model.load(Model.java:7)");
  }

  @Test
  void outputThatCannotBeFetchedLeavesTheExceptionAsItIs() {
    Answers.inTurn(
        SERVICE, "/api/v0/instances/request_logs/12/", Answers.json(403, "{\"error\":\"no\"}"));
    Answers.inTurn(SERVICE, WORKERS, worker("error", "exit code 1"));

    assertThat(notReady(OnWorkerErrors.FAIL))
        .hasMessageEndingWith("Deployment.logs() tells more")
        .extracting(WorkersNotReadyException::output)
        .isEqualTo(Map.of());
  }

  @Test
  void errorsOfTheVersionBeforeCountOnlyWhenTheyLast() {
    Answers.inTurn(
        SERVICE,
        WORKERS,
        worker("error", "old"),
        worker("error", "old"),
        worker("update_rebooting", "old"),
        worker("idle", ""));
    assertThat(await(OnWorkerErrors.FAIL)).hasSize(1);
    Answers.inTurn(SERVICE, WORKERS, worker("error", "old"));
    assertThat(notReady(OnWorkerErrors.FAIL).allFailed()).isTrue();
    Answers.inTurn(SERVICE, WORKERS, worker("error", "old"), worker("error", "new"));
    int before = polls();
    assertThat(notReady(OnWorkerErrors.FAIL)).hasMessageContaining("new");
    assertThat(polls() - before).isEqualTo(2);
  }

  @Test
  void keepsWaitingOnDemand() {
    Answers.inTurn(
        SERVICE,
        WORKERS,
        worker("loading", ""),
        worker("error", "no mirror"),
        worker("rebooting", "no mirror"),
        worker("idle", ""));
    assertThat(await(OnWorkerErrors.KEEP_WAITING)).hasSize(1);
    Answers.inTurn(SERVICE, WORKERS, worker("error", "no mirror"));
    WorkersNotReadyException late = notReady(OnWorkerErrors.KEEP_WAITING);
    assertThat(late.allFailed()).isFalse();
    assertThat(late.timeout()).isEqualTo(Duration.ofMinutes(5));
    assertThat(late).hasMessageContaining("timeout is 300 s").hasMessageContaining("no mirror");
  }

  @Test
  @Proves(
      at = Proves.At.WEB_API,
      fault = "the deployment is deleted",
      of = "`awaitWorkers`",
      outcome = "`NotDeployedException` at once")
  void endsAtOnceWhenTheDeploymentIsDeleted() {
    Answers.inTurn(SERVICE, ENDPOINT, Answers.json(404, "{\"error\":\"not_found\"}"));
    for (ResponseDefinitionBuilder answer :
        List.of(
            NONE,
            Answers.json("{\"error_msg\":\"endpoint 7 not found\"}"),
            Answers.json("\"invalid api_key or endpoint 7 not found\""),
            Answers.json(404, "{\"error\":\"no_such_endpoint\"}"))) {
      Answers.inTurn(SERVICE, WORKERS, answer);
      int before = polls();
      assertThatThrownBy(() -> await(OnWorkerErrors.KEEP_WAITING))
          .isInstanceOf(NotDeployedException.class)
          .hasMessageContaining("it was deleted");
      assertThat(polls() - before).isEqualTo(1);
    }
  }

  @Test
  void saysThatTheDeploymentIsStopped() {
    Answers.inTurn(SERVICE, ENDPOINT, endpoint("stopped"));
    Answers.inTurn(SERVICE, WORKERS, worker("stopped", ""));
    assertThat(notReady(OnWorkerErrors.FAIL).reason())
        .isEqualTo("the deployment is stopped: call start()");
  }

  @Test
  void keepsTheEnginesWords() {
    Answers.inTurn(SERVICE, WORKERS, Answers.json("{\"error_msg\":\"endpoint 7 not found\"}"));
    assertThat(notReady(OnWorkerErrors.FAIL)).hasMessageContaining("endpoint 7 not found");
  }
}
