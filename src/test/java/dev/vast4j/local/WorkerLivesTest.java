package dev.vast4j.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.local.fleet.Placement;
import dev.vast4j.local.fleet.ServiceJson;
import dev.vast4j.local.fleet.WorkerHost.Boot;
import dev.vast4j.local.fleet.WorkerHost.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of workers by their reports and events; nothing boots here. */
class WorkerLivesTest {
  @TempDir Path folder;
  private SimulatedEngine engine;

  @BeforeEach
  void start() throws IOException {
    engine = new SimulatedEngine(folder, 4);
  }

  private JsonNode deployOne() {
    return engine.deploy("one", "1", "min_load", 50, "cold_mult", 1);
  }

  @Test
  void firstBootGoesThroughStates() {
    JsonNode put = deployOne();
    Boot boot = engine.boot();
    List<String> states = new ArrayList<>(engine.states(put));
    for (Stage stage : Stage.values()) {
      engine.reached(boot, stage);
      states.addAll(engine.states(put));
    }
    engine.ready(boot);
    states.addAll(engine.states(put));
    assertThat(states)
        .containsExactly("pending", "creating", "created", "loading", "model_loading", "idle");
  }

  @Test
  void stopAndStartGoThroughStates() {
    JsonNode put = deployOne();
    long deployment = put.path("deployment_id").asLong();
    Boot first = engine.boot();
    engine.ready(first);

    engine.engine().deployments().startStop(deployment, true);
    engine.pass(Duration.ofSeconds(1));
    assertThat(engine.states(put)).containsExactly("stopping");
    assertThat(engine.ended).containsExactly(first.worker());
    engine.end(first.worker(), "ended");
    assertThat(engine.states(put)).containsExactly("stopped");
    assertThat(engine.boots).isEmpty();

    engine.engine().deployments().startStop(deployment, false);
    Boot second = engine.boot();
    assertThat(second.worker()).isEqualTo(first.worker());
    assertThat(second.fresh()).isFalse();
    engine.reached(second, Stage.RUNNING);
    assertThat(engine.states(put)).containsExactly("starting");
    engine.ready(second);
    assertThat(engine.states(put)).containsExactly("idle");

    engine.engine().deployments().delete(deployment);
    assertThat(engine.ended).hasSize(2);
    engine.end(second.worker(), "ended");
    assertThat(engine.deleted).containsExactly(second.worker());
  }

  @Test
  void updateWaitsForWorkInFlight() {
    JsonNode put = engine.deploy("two", "1", "min_load", 150, "cold_mult", 1);
    engine.ready(engine.boot());
    engine.ready(engine.boot());
    assertThat(engine.states(put)).containsExactly("idle", "idle");
    Placement.Ready a = (Placement.Ready) engine.route(put, "two", 100, 0);
    Placement.Ready b = (Placement.Ready) engine.route(put, "two", 100, 0);
    assertThat(a.worker()).isNotEqualTo(b.worker());

    JsonNode second = engine.deploy("two", "2", "min_load", 150, "cold_mult", 1);
    assertThat(second.path("action").asText()).isEqualTo("soft_update");
    update(put, false);
    assertThat(engine.states(put)).containsExactlyInAnyOrder("update_ready", "idle");
    assertThat(engine.updated).isEmpty();
    // A new request goes to the other worker.
    Placement.Ready c = (Placement.Ready) engine.route(put, "two", 100, 0);
    long updating = a.worker() == c.worker() ? b.worker() : a.worker();

    engine.finish(updating, updating == a.worker() ? a.requestIdx() : b.requestIdx());
    engine.pass(Duration.ofSeconds(1));
    assertThat(engine.updated).containsExactly(updating);
    assertThat(engine.states(put)).containsExactlyInAnyOrder("update_rebooting", "idle");
    engine.end(updating, "ended");
    Boot boot = engine.boot();
    assertThat(boot.fresh()).isFalse();
    engine.reached(boot, Stage.RUNNING);
    assertThat(engine.states(put)).containsExactlyInAnyOrder("update_starting", "idle");
    engine.ready(boot);
    assertThat(engine.log(put)).doesNotContain("finished");
    assertThat(engine.states(put)).containsExactlyInAnyOrder("idle", "update_ready");
  }

  @Test
  void cancelledUpdateLeavesOtherWorkers() {
    JsonNode put = engine.deploy("two", "1", "min_load", 150, "cold_mult", 1);
    engine.ready(engine.boot());
    engine.ready(engine.boot());
    engine.route(put, "two", 100, 0);
    engine.route(put, "two", 100, 0);
    engine.deploy("two", "2", "min_load", 150, "cold_mult", 1);
    update(put, false);
    assertThat(update(put, true)).contains("update cancelled");
    assertThat(engine.states(put)).containsExactly("idle", "idle");
    assertThat(update(put, true)).contains("no update in progress");
    engine.pass(Duration.ofSeconds(30));
    assertThat(engine.updated).isEmpty();
  }

  private String update(JsonNode put, boolean cancel) {
    return engine
        .engine()
        .workergroups()
        .updateWorkers(
            "account",
            ServiceJson.object()
                .put("workergroup_id", put.path("workergroup_id").asLong())
                .put("cancel_update", cancel))
        .path("msg")
        .asText();
  }

  @Test
  void restartsSilentWorker() {
    JsonNode put = deployOne();
    Boot boot = engine.boot();
    engine.ready(boot);
    engine.pass(Duration.ofSeconds(30));
    engine.report(boot.worker(), ServiceJson.object().put("max_perf", SimulatedEngine.PERF));
    engine.pass(Duration.ofSeconds(34));
    assertThat(engine.states(put)).containsExactly("idle");

    engine.pass(Duration.ofSeconds(2));
    assertThat(engine.states(put)).containsExactly("rebooting");
    assertThat(engine.ended).containsExactly(boot.worker());
    assertThat(engine.route(put, "one", 100, 0)).isInstanceOf(Placement.Waiting.class);
    engine.end(boot.worker(), "was killed");
    engine.ready(engine.boot());
    assertThat(engine.states(put)).containsExactly("idle");
    assertThat(engine.log(put)).contains("stopped reporting and restarts");
  }

  @Test
  void countsIdleTimeFromTimeout() {
    JsonNode put = deployOne();
    Boot boot = engine.boot();
    engine.ready(boot);
    engine.pass(Duration.ofSeconds(30));
    engine.ready(boot);
    engine.deploy("one", "1", "min_load", 0, "cold_mult", 1, "inactivity_timeout", 30);
    engine.pass(Duration.ofSeconds(29));
    assertThat(engine.states(put)).containsExactly("idle");
    engine.pass(Duration.ofSeconds(2));
    assertThat(engine.states(put)).containsExactly("stopping");
  }

  @Test
  void stopEndsUpdateAndBootingWorkers() {
    JsonNode put = deployOne();
    long deployment = put.path("deployment_id").asLong();
    Boot first = engine.boot();
    engine.ready(first);
    engine.deploy("one", "2", "min_load", 50, "cold_mult", 1);
    update(put, false);
    Boot successor = engine.boot();
    assertThat(engine.states(put)).containsExactly("idle", "pending");

    engine.engine().deployments().startStop(deployment, true);
    assertThat(engine.ended).containsExactlyInAnyOrder(first.worker(), successor.worker());
    engine.end(first.worker(), "ended");
    engine.end(successor.worker(), "ended");
    engine.pass(Duration.ofSeconds(30));

    assertThat(engine.states(put)).containsExactly("stopped", "stopped");
    assertThat(engine.boots).isEmpty();
    engine.engine().deployments().startStop(deployment, false);
    assertThat(engine.boot().version()).isEqualTo(successor.version());
  }

  @Test
  void stopEndsFailedWorker() {
    JsonNode put = deployOne();
    Boot boot = engine.boot();
    engine.report(boot.worker(), ServiceJson.object().put("error_msg", "the benchmark failed"));
    assertThat(engine.states(put)).containsExactly("error");

    engine.engine().deployments().startStop(put.path("deployment_id").asLong(), true);
    engine.pass(Duration.ofSeconds(1));
    assertThat(engine.ended).containsExactly(boot.worker());
    engine.end(boot.worker(), "ended");
    assertThat(engine.states(put)).containsExactly("stopped");
    engine.pass(Duration.ofMinutes(1));
    assertThat(engine.boots).isEmpty();
  }

  @Test
  void logsHeldDecisionOnce() {
    JsonNode put = engine.deploy("one", "1", "min_load", 250, "cold_mult", 1);
    for (int i = 0; i < 3; i++) {
      engine.ready(engine.boot());
    }
    engine.deploy("one", "2", "min_load", 250, "cold_mult", 1);
    update(put, false);
    engine.deploy("one", "2", "min_load", 50, "cold_mult", 1);
    long before = engine.decisions(put);
    engine.pass(Duration.ofSeconds(1));
    engine.pass(Duration.ofSeconds(1));
    assertThat(engine.decisions(put)).isEqualTo(before);
  }

  @Test
  void diskUsageIsNeverNegative() {
    JsonNode put = deployOne();
    Boot boot = engine.boot();
    engine.ready(boot);

    engine.report(boot.worker(), ServiceJson.object().put("additional_disk_usage", -0.2));
    assertThat(engine.workers(put).path(0).path("disk_usage").asDouble()).isZero();

    engine.report(boot.worker(), ServiceJson.object().put("additional_disk_usage", 0.5));
    assertThat(engine.workers(put).path(0).path("disk_usage").asDouble()).isEqualTo(0.5);
  }

  @Test
  void restartsWorkerThatIsNeverReady() {
    JsonNode put = deployOne();
    Boot boot = engine.boot();
    engine.pass(Duration.ofMinutes(15));
    assertThat(engine.ended).isEmpty();
    engine.pass(Duration.ofSeconds(1));
    assertThat(engine.ended).containsExactly(boot.worker());
    assertThat(engine.states(put)).containsExactly("rebooting");
  }

  @Test
  void keepsTheReasonThatAWorkerGaveBeforeItsEnd() {
    JsonNode put = deployOne();
    for (int life = 0; life < 2; life++) {
      Boot boot = engine.boot();
      engine.report(boot.worker(), ServiceJson.object().put("error_msg", "System.exit was called"));
      engine.end(boot.worker(), "ended with exit code 11: starting");
      assertThat(engine.workers(put).path(0).path("error_msg").asText())
          .isEqualTo("System.exit was called; then it ended with exit code 11: starting");
      engine.pass(Duration.ofMinutes(2));
    }
    // What it said in an earlier life is no reason for the end of this one.
    engine.end(engine.boot().worker(), "ended with exit code 3");
    assertThat(engine.workers(put).path(0).path("error_msg").asText())
        .isEqualTo("ended with exit code 3");
  }

  @Test
  void backsOffInCrashLoop() {
    JsonNode put = deployOne();
    List<Long> pauses = new ArrayList<>();
    for (int crash = 0; crash < 8; crash++) {
      engine.end(engine.boot().worker(), "ended with exit code 3");
      assertThat(engine.states(put)).containsExactly("error");
      assertThat(engine.workers(put).path(0).path("error_msg").asText())
          .isEqualTo("ended with exit code 3");
      long pause = 0;
      while (engine.boots.isEmpty()) {
        engine.pass(Duration.ofSeconds(1));
        pause++;
      }
      pauses.add(pause);
      assertThat(engine.states(put)).containsExactly("rebooting");
    }
    assertThat(pauses).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L);
  }

  @Test
  void replacesSteadyWorkerAtOnce() {
    JsonNode put = deployOne();
    for (int death = 0; death < 4; death++) {
      Boot boot = engine.boot();
      engine.ready(boot);
      engine.pass(Duration.ofSeconds(6));
      engine.end(boot.worker(), "was killed by signal 9");
      assertThat(engine.states(put)).containsExactly("rebooting");
    }
  }

  @Test
  void ignoresEndOfEarlierBoot() {
    JsonNode put = deployOne();
    Boot first = engine.boot();
    engine.ready(first);
    engine.end(first.worker(), "was killed by signal 9");
    Boot second = engine.boot();
    engine.ready(second);
    engine.engine().reports().ended(first.worker(), first.incarnation(), "late news");
    assertThat(engine.states(put)).containsExactly("idle");
  }

  @Test
  void tellsCallerThatNoMachineMatches() {
    JsonNode put =
        engine.deploy(
            "greedy", "1", "search_params", "gpu_ram>=4096", "min_load", 0, "cold_workers", 0);
    engine.pass(Duration.ofMinutes(1));
    Placement placement = engine.route(put, "greedy", 100, 0);
    assertThat(placement).isInstanceOf(Placement.Waiting.class);
    assertThat(((Placement.Waiting) placement).status())
        .contains("error: 1", "no offers match gpu_ram>=4096");
  }

  @Test
  void impossibleUpdateMakesOneSuccessor() {
    JsonNode put = engine.deploy("narrowed", "1", "min_load", 50, "cold_mult", 1);
    engine.ready(engine.boot());
    engine.deploy(
        "narrowed", "1", "search_params", "gpu_ram>=4096", "min_load", 50, "cold_mult", 1);
    engine.pass(Duration.ofSeconds(10));
    assertThat(engine.states(put)).containsExactly("idle", "error");
    assertThat(engine.log(put)).containsOnlyOnce("no offers match gpu_ram>=4096");
  }

  @Test
  void retriesNothingOnStoppedEndpoint() {
    JsonNode put =
        engine.deploy("idle", "1", "min_load", 0, "cold_workers", 0, "inactivity_timeout", 60);
    engine.end(engine.boot().worker(), "ended with exit code 3");
    engine.pass(Duration.ofSeconds(61));
    engine.end(engine.boot().worker(), "ended with exit code 3");
    assertThat(engine.states(put)).isEmpty();
    engine.pass(Duration.ofMinutes(5));
    assertThat(engine.boots).isEmpty();
  }

  @Test
  void rollbackKeepsScaling() {
    JsonNode put = engine.deploy("back", "1", "min_load", 50, "cold_mult", 1);
    engine.ready(engine.boot());
    Object[] scaling = {"min_load", 70, "cold_mult", 1};
    engine.deploy("back", "1", scaling);
    engine.deploy("back", "2", scaling);
    update(put, false);
    // The only one that serves stays until its successor does, which is never.
    for (int failure = 0; failure < 2; failure++) {
      engine.end(engine.boot().worker(), "ended with exit code 3");
      engine.pass(Duration.ofSeconds(1));
    }
    assertThat(engine.log(put)).contains("did not become ready", "rolled back to version");
    assertThat(engine.deploy("back", "1", scaling).path("action").asText()).isEqualTo("exists");
    assertThat(engine.deploy("back", "2", scaling).path("action").asText())
        .isEqualTo("soft_update");
  }
}
