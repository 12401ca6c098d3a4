package dev.vast4j.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.docs.Proves;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deployments on a running engine with real worker processes. */
@Timeout(90)
class LocalVastTest {
  private static final Duration BOOT = Duration.ofSeconds(40);
  private static LocalVast local;
  private static Api api;

  /** The variables of a developer's shell that workers may see. */
  private static final Set<String> PASSED_ON =
      Set.of(
          ("PATH HOME USER LOGNAME SHELL LANG LC_ALL LC_CTYPE TZ TMPDIR JAVA_HOME PYTHONPATH"
                  + " VIRTUAL_ENV LD_LIBRARY_PATH CUDA_VISIBLE_DEVICES VAST4J_REPOSITORIES"
                  + " VAST4J_LOCAL_REPOSITORY HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY"
                  + " http_proxy https_proxy all_proxy no_proxy")
              .split(" "));

  @BeforeAll
  static void start() {
    local = LocalVast.start(LocalOptions.defaults().maxWorkers(3));
    api = new Api(local);
  }

  @AfterAll
  static void close() {
    api.close();
    local.close();
  }

  private static void delete(JsonNode put) {
    api.ok("DELETE", "/api/v0/deployment/" + put.path("deployment_id").asLong() + "/", null);
  }

  private static JsonNode deployment(JsonNode put) {
    return api.ok("GET", "/api/v0/deployment/" + put.path("deployment_id").asLong() + "/", null)
        .path("deployment");
  }

  private static List<ProcessHandle> workerProcesses() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().commandLine().orElse("").contains("vast4j/java.args"))
        .toList();
  }

  @Test
  void deploysRoutesAndCalls() {
    byte[] bundle = Api.bundle("SCRIPT_ANSWER", "42");
    JsonNode put = api.deploy(Api.config("square", bundle), bundle);
    assertThat(put.path("action").asText()).isEqualTo("created");
    Api.await("a ready worker", BOOT, () -> api.ready(put) == 1);
    JsonNode endpoint = api.endpoint(put);
    assertThat(endpoint.path("api_key").asText()).isNotEqualTo(local.apiKey());
    assertThat(api.callFunction(endpoint)).isEqualTo("42");
    assertThat(deployment(put).path("last_healthy_version_id").asLong())
        .isEqualTo(deployment(put).path("current_version_id").asLong());
    assertThat(api.logs(put).path("debug").asText())
        .contains("skipped on this machine")
        .contains("numpy");

    JsonNode again = api.deploy(Api.config("square", bundle), bundle);
    assertThat(again.path("action").asText()).isEqualTo("exists");
    assertThat(again.has("upload_url")).isFalse();
    delete(put);
    Api.await("the worker's end", BOOT, () -> api.workers(put).has("error_msg"));
  }

  @Test
  void hidesDevelopersShellFromWorkers() {
    byte[] bundle = Api.bundle("SCRIPT_ANSWER", "x");
    JsonNode put = api.deploy(Api.config("shell", bundle), bundle);
    Api.await("a ready worker", BOOT, () -> api.ready(put) == 1);
    String line =
        api.logs(put)
            .path("debug")
            .asText()
            .lines()
            .filter(text -> text.contains("environment "))
            .findFirst()
            .orElseThrow();
    Set<String> seen = new TreeSet<>(List.of(line.replaceAll(".*environment ", "").split(" ")));
    seen.removeAll(PASSED_ON);
    assertThat(seen)
        .containsExactlyInAnyOrder(
            "CONTAINER_API_KEY",
            "CONTAINER_ID",
            "DEPLOYMENT_ID",
            "MASTER_TOKEN",
            "PUBLIC_IPADDR",
            "REPORT_ADDR",
            "SCRIPT_ANSWER",
            "UNSECURED",
            "USE_SSL",
            "VAST4J_FORCE_UPDATE_FILE",
            "VAST4J_ROOT",
            "VAST4J_WATCH_STDIN",
            "VAST_API_URL",
            "WORKER_PORT");
    delete(put);
  }

  @Test
  void replacesKilledWorker() {
    byte[] bundle = Api.bundle("SCRIPT_ANSWER", "alive");
    Set<Long> before = new TreeSet<>(workerProcesses().stream().map(ProcessHandle::pid).toList());
    JsonNode put = api.deploy(Api.config("killed", bundle), bundle);
    Api.await("a ready worker", BOOT, () -> api.ready(put) == 1);
    workerProcesses().stream()
        .filter(process -> !before.contains(process.pid()))
        .forEach(ProcessHandle::destroyForcibly);
    Api.await("the death to be noticed", BOOT, () -> api.ready(put) == 0);
    assertThat(api.callFunction(api.endpoint(put))).isEqualTo("alive");
    assertThat(api.logs(put).path("info0").asText()).contains("was killed by signal 9");
    delete(put);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void endsStraysOfKilledWorker() {
    byte[] bundle = Api.bundle("SCRIPT_CHILD", "yes");
    Set<Long> before = new TreeSet<>(workerProcesses().stream().map(ProcessHandle::pid).toList());
    JsonNode put = api.deploy(Api.config("parent", bundle), bundle);
    Api.await("a ready worker", BOOT, () -> api.ready(put) == 1);
    ProcessHandle worker =
        workerProcesses().stream()
            .filter(process -> !before.contains(process.pid()))
            .findFirst()
            .orElseThrow();
    List<ProcessHandle> children = worker.children().toList();
    assertThat(children).hasSize(1);
    worker.destroyForcibly();
    Api.await("its child's end", BOOT, () -> !children.get(0).isAlive());
    delete(put);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void deletesDeploymentDuringSetup() {
    byte[] bundle =
        Api.tarball(
            Map.of(
                "./config.json", "{\"name\": \"x\", \"envs\": [], \"runs\": []}",
                "./vast4j/setup.json", "{\"runs\": [\"sleep 301\"]}",
                "./vast4j/java.args", "-version"));
    try (LocalVast setting = LocalVast.start(LocalOptions.defaults().runSetup(true));
        Api settingApi = new Api(setting)) {
      JsonNode put = settingApi.deploy(Api.config("setup", bundle), bundle);
      Api.await("the script", BOOT, LocalVastTest::sleeping);
      settingApi.ok(
          "DELETE", "/api/v0/deployment/" + put.path("deployment_id").asLong() + "/", null);
      Api.await("the script's end", BOOT, () -> !sleeping());
      settingApi.deploy(Api.config("again", bundle), bundle);
      Api.await("the script again", BOOT, LocalVastTest::sleeping);
    }
    Api.await("the script's end with the engine", BOOT, () -> !sleeping());
  }

  private static boolean sleeping() {
    return ProcessHandle.allProcesses()
        .anyMatch(process -> process.info().commandLine().orElse("").endsWith("sleep 301"));
  }

  @Test
  void retriesFailingWorkerWithBackoff() {
    byte[] bundle = Api.bundle("SCRIPT_FAIL", "exit");
    JsonNode put = api.deploy(Api.config("broken", bundle), bundle);
    Api.await(
        "the error to show",
        BOOT,
        () -> api.workers(put).path(0).path("status").asText().equals("error"));
    assertThat(api.workers(put).path(0).path("error_msg").asText())
        .contains("ended with exit code 3")
        .contains("no such GPU");
    assertThat(api.route(api.endpoint(put), 0, 100).path("status").asText())
        .contains("error: 1")
        .contains("exit code 3");
    delete(put);
  }

  @Test
  void stopsRoutingToFailedWorker() {
    byte[] bundle = Api.bundle("SCRIPT_FAIL", "error");
    JsonNode put = api.deploy(Api.config("reporting", bundle), bundle);
    Api.await(
        "the error to show",
        BOOT,
        () ->
            api.workers(put)
                .path(0)
                .path("error_msg")
                .asText()
                .equals("the context would not enter"));
    assertThat(api.route(api.endpoint(put), 0, 100).has("url")).isFalse();
    delete(put);
  }

  @Test
  void reportsImpossibleFilterAtOnce() {
    byte[] bundle = Api.bundle();
    JsonNode put =
        api.deploy(
            Api.config("greedy", bundle, "search_params", "verified=true gpu_ram>=4096"), bundle);
    Api.await("the worker to show", BOOT, () -> api.workers(put).size() == 1);
    String why = "no offers match gpu_ram>=4096";
    assertThat(api.workers(put).path(0).path("error_msg").asText()).isEqualTo(why);
    assertThat(api.route(api.endpoint(put), 0, 100).path("status").asText()).contains(why);
    assertThat(api.logs(put).path("info0").asText()).contains(why);

    byte[] same = bundle;
    api.deploy(Api.config("greedy", same, "search_params", "gpu_ram>=24"), same);
    Api.await("a worker on another offer", BOOT, () -> api.ready(put) == 1);
    delete(put);
  }

  @Test
  void reportsBundleThatCannotStart() throws Exception {
    for (String[] variable : List.of(new String[] {"A=B", "hush"}, new String[] {"A", "hush\0"})) {
      byte[] bundle = Api.bundle(variable);
      JsonNode put = api.deploy(Api.config("unbootable", bundle), bundle);
      Api.await(
          "the error",
          BOOT,
          () -> api.workers(put).path(0).path("status").asText().equals("error"));
      assertThat(api.workers(put).path(0).path("error_msg").asText())
          .contains("could not boot", "variable 'A")
          .doesNotContain("hush");
      delete(put);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  @Proves(
      at = Proves.At.WORKER,
      fault = "is replaced by a rolling update",
      of = "call in flight",
      outcome = "no call lost")
  void losesNoCallInSoftUpdate(int workers) throws Exception {
    String name = "rolling" + workers;
    String[] slow = {"SCRIPT_MILLIS", "20", "SCRIPT_PERF", "100000", "SCRIPT_ANSWER"};
    byte[] first = Api.bundle(slow[0], slow[1], slow[2], slow[3], slow[4], "1");
    Object[] scale = {"min_load", 100_000 * workers, "cold_mult", 1, "max_queue_time", 600};
    JsonNode put = api.deploy(Api.config(name, first, scale), first);
    Api.await("ready workers", BOOT, () -> api.ready(put) == workers);
    JsonNode endpoint = api.endpoint(put);
    AtomicBoolean done = new AtomicBoolean();
    Set<String> answers = new ConcurrentSkipListSet<>();
    ExecutorService callers = Executors.newFixedThreadPool(2);
    List<Future<?>> calling = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      calling.add(
          callers.submit(
              () -> {
                while (!done.get()) {
                  answers.add(callOnce(endpoint));
                }
              }));
    }
    byte[] second = Api.bundle(slow[0], slow[1], slow[2], slow[3], slow[4], "2");
    JsonNode update = api.deploy(Api.config(name, second, scale), second);
    assertThat(update.path("action").asText()).isEqualTo("soft_update");
    Api.await("the second version to answer", BOOT, () -> answers.contains("2"));
    Api.await(
        "the update's end", BOOT, () -> api.logs(put).path("info0").asText().contains("finished"));
    done.set(true);
    for (Future<?> caller : calling) {
      caller.get();
    }
    callers.shutdown();
    assertThat(answers).containsExactly("1", "2");
    assertThat(api.callFunction(endpoint)).isEqualTo("2");
    assertThat(api.workers(put).size()).isEqualTo(workers);
    delete(put);
  }

  /** Makes one call; a refused connection or a lost answer counts as a lost call. */
  private static String callOnce(JsonNode endpoint) {
    JsonNode route = api.route(endpoint, 0, 1);
    while (!route.has("url")) {
      route = api.route(endpoint, route.path("request_idx").asLong(), 1);
    }
    Api.Answer answer = api.tryCall(route);
    return answer.status() == 200
        ? answer.json().path("result").path("ok").asText()
        : "lost: " + answer;
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "a new version does not start",
      outcome = "the old version keeps serving")
  void rollsBackVersionThatIsNeverReady() {
    byte[] good = Api.bundle("SCRIPT_ANSWER", "good");
    JsonNode put = api.deploy(Api.config("fallback", good), good);
    Api.await("a ready worker", BOOT, () -> api.ready(put) == 1);
    long healthy = deployment(put).path("current_version_id").asLong();
    byte[] bad = Api.bundle("SCRIPT_FAIL", "exit", "SCRIPT_ANSWER", "bad");
    api.deploy(Api.config("fallback", bad), bad);
    Api.await(
        "the roll back",
        BOOT,
        () -> deployment(put).path("current_version_id").asLong() == healthy);
    assertThat(api.callFunction(api.endpoint(put))).isEqualTo("good");
    assertThat(api.logs(put).path("info0").asText()).contains("rolled back");
    Api.await("one worker again", BOOT, () -> api.workers(put).size() == 1 && api.ready(put) == 1);
    delete(put);
  }

  @Test
  void lateOldBundleDoesNotEndHardUpdate() {
    byte[] before = Api.bundle("SCRIPT_ANSWER", "before");
    byte[] after = Api.bundle("SCRIPT_ANSWER", "after");
    JsonNode first = api.ok("PUT", "/api/v0/deployments/", Api.config("late", before));
    JsonNode second =
        api.ok("PUT", "/api/v0/deployments/", Api.config("late", after, "image", "other/image"));
    assertThat(second.path("action").asText()).isEqualTo("hard_update");

    assertThat(api.upload(first, before).status()).isEqualTo(204);
    assertThat(api.upload(second, after).status()).isEqualTo(204);

    JsonNode endpoint = api.endpoint(second);
    Api.await("the current version", BOOT, () -> api.callFunction(endpoint).equals("after"));
    delete(second);
  }

  @Test
  void hardUpdateGivesFreshFolder() {
    byte[] bundle = Api.bundle("SCRIPT_ANSWER", "image");
    JsonNode put = api.deploy(Api.config("hard", bundle), bundle);
    Api.await("a ready worker", BOOT, () -> api.ready(put) == 1);
    long before = deployment(put).path("current_version_id").asLong();
    JsonNode hard = api.deploy(Api.config("hard", bundle, "image", "other/image"), bundle);
    assertThat(hard.path("action").asText()).isEqualTo("hard_update");
    assertThat(hard.has("upload_url")).isFalse();
    Api.await(
        "the new version to serve alone",
        BOOT,
        () -> {
          JsonNode workers = api.workers(put);
          return workers.size() == 1
              && workers.path(0).path("status").asText().equals("idle")
              && workers.path(0).path("version_id").asLong() > before;
        });
    delete(put);
  }

  @Test
  void stopsAndStartsWorkers() {
    byte[] bundle = Api.bundle("SCRIPT_ANSWER", "back");
    JsonNode put = api.deploy(Api.config("stopped", bundle), bundle);
    Api.await("a ready worker", BOOT, () -> api.ready(put) == 1);
    String path = "/api/v0/deployment/" + put.path("deployment_id").asLong();
    assertThat(api.ok("POST", path + "/stop/", null).path("endpoint_state").asText())
        .isEqualTo("stopped");
    Api.await(
        "the worker to stop",
        BOOT,
        () -> api.workers(put).path(0).path("status").asText().equals("stopped"));
    assertThat(api.ok("POST", path + "/start/", null).path("endpoint_state").asText())
        .isEqualTo("active");
    assertThat(api.callFunction(api.endpoint(put))).isEqualTo("back");
    delete(put);
  }

  @Test
  void keepsBundleEntriesInsideFolder(@TempDir Path outside) {
    byte[] bundle =
        Api.tarball(
            Map.of(
                "./config.json",
                "{\"name\": \"x\", \"envs\": []}",
                "../../escape.txt",
                "1",
                outside + "/absolute.txt",
                "2",
                "./vast4j/java.args",
                "-version"));
    JsonNode put = api.deploy(Api.config("escape", bundle), bundle);
    Api.await(
        "the warning",
        BOOT,
        () -> api.logs(put).path("debug").asText().contains("stays inside the working directory"));
    assertThat(Files.exists(outside.resolve("absolute.txt"))).isFalse();
    delete(put);
  }

  @Test
  void reportsMissingPythonPackage() {
    byte[] bundle =
        Api.tarball(
            Map.of(
                "./config.json", "{\"name\": \"x\", \"envs\": [[\"PYTHONPATH\", \"/nowhere\"]]}",
                "./deployment.py", "print('hello')"));
    JsonNode put = api.deploy(Api.config("python", bundle), bundle);
    Api.await(
        "the error to show",
        BOOT,
        () -> api.workers(put).path(0).path("status").asText().equals("error"));
    assertThat(api.workers(put).path(0).path("error_msg").asText())
        .contains("cannot load the package 'vastai'");
    delete(put);
  }
}
