package dev.vast4j.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.local.fleet.Placement;
import dev.vast4j.local.fleet.ServiceJson;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The engine's cost with many simulated workers; nothing boots here. */
@Timeout(60)
class EngineLoadTest {
  private static final int WORKERS = 1000;
  private static final int ROUTES = 20_000;
  private static final int WAITING = 10_000;

  @Test
  void routesEvenlyAmongThousandWorkers(@TempDir Path folder) throws Exception {
    SimulatedEngine simulated = SimulatedEngine.inRealTime(folder, WORKERS);
    JsonNode put = simulated.deploy("many", "1", "max_workers", WORKERS, "min_load", 100 * WORKERS);
    String key = simulated.endpointKey(put);
    Engine engine = simulated.engine();
    while (!simulated.boots.isEmpty()) {
      simulated.ready(simulated.boot());
    }

    Map<Long, Integer> perWorker = new HashMap<>();
    long[] nanos = new long[ROUTES];
    ObjectNode request = ServiceJson.object().put("endpoint", "many").put("cost", 100);
    for (int i = 0; i < ROUTES; i++) {
      AtomicReference<Placement> placed = new AtomicReference<>();
      long begin = System.nanoTime();
      engine.routing().route(key, request, (endpoint, placement) -> placed.set(placement));
      nanos[i] = System.nanoTime() - begin;
      assertThat(placed.get()).isInstanceOf(Placement.Ready.class);
      perWorker.merge(((Placement.Ready) placed.get()).worker(), 1, Integer::sum);
    }
    Arrays.sort(nanos);
    System.out.printf(
        "route among %d workers: p50 %.1f us, p99 %.1f us%n",
        WORKERS, nanos[ROUTES / 2] / 1e3, nanos[ROUTES * 99 / 100] / 1e3);
    assertThat(perWorker.size()).isEqualTo(WORKERS);
    assertThat(Collections.min(perWorker.values())).isEqualTo(ROUTES / WORKERS);
    assertThat(Collections.max(perWorker.values())).isEqualTo(ROUTES / WORKERS);
    // Well above the time on a quiet machine, and well below that of a search through all workers.
    assertThat(nanos[ROUTES / 2]).isLessThan(1_000_000);
  }

  @Test
  void answersTenThousandHeldRoutesInOrder(@TempDir Path folder) throws Exception {
    SimulatedEngine simulated = new SimulatedEngine(folder, 1);
    JsonNode put = simulated.deploy("late", "1", "min_load", 100, "max_queue_time", 1_000_000);
    String key = simulated.endpointKey(put);
    Engine engine = simulated.engine();
    List<Long> asked = new ArrayList<>();
    List<Long> answered = new ArrayList<>();
    for (int i = 0; i < WAITING; i++) {
      Placement first = simulated.route(put, "late", 100, 0);
      long idx = ((Placement.Waiting) first).requestIdx();
      asked.add(idx);
      engine
          .routing()
          .route(
              key,
              ServiceJson.object().put("endpoint", "late").put("request_idx", idx),
              (endpoint, placement) -> answered.add(((Placement.Ready) placement).requestIdx()));
    }
    assertThat(answered).isEmpty();

    long[] nanos = new long[1_000];
    for (int i = 0; i < nanos.length; i++) {
      long begin = System.nanoTime();
      engine.endpoints().get(put.path("endpoint_id").asLong());
      nanos[i] = System.nanoTime() - begin;
    }
    Arrays.sort(nanos);
    System.out.printf(
        "a call while %d wait: p50 %.1f us%n", WAITING, nanos[nanos.length / 2] / 1e3);
    assertThat(nanos[nanos.length / 2]).isLessThan(100_000);

    simulated.ready(simulated.boot());
    assertThat(answered).isEqualTo(asked);
  }

  @Test
  void answersRoutesHeldTooLong(@TempDir Path folder) throws Exception {
    SimulatedEngine simulated = new SimulatedEngine(folder, 1);
    JsonNode put = simulated.deploy("late", "1", "min_load", 100);
    Placement.Waiting first = (Placement.Waiting) simulated.route(put, "late", 100, 0);
    List<Placement> answered = new ArrayList<>();
    simulated
        .engine()
        .routing()
        .route(
            simulated.endpointKey(put),
            ServiceJson.object().put("endpoint", "late").put("request_idx", first.requestIdx()),
            (endpoint, placement) -> answered.add(placement));
    simulated.pass(Duration.ofMillis(1_900));
    assertThat(answered).isEmpty();
    simulated.pass(Duration.ofMillis(200));
    assertThat(answered).containsExactly(new Placement.Waiting(first.requestIdx(), "pending: 1"));
  }
}
