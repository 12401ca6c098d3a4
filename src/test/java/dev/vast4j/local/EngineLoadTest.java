package dev.vast4j.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The engine's own cost with many workers, which are simulated: nothing boots here. */
@Timeout(60)
class EngineLoadTest {
  private static final int WORKERS = 1000;
  private static final int ROUTES = 20_000;

  @Test
  void routesAreSharedEvenlyAndFastAmongAThousandWorkers(@TempDir Path folder) throws Exception {
    SimulatedEngine simulated = SimulatedEngine.inRealTime(folder, WORKERS);
    JsonNode put = simulated.deploy("many", "1", "max_workers", WORKERS, "min_load", 100 * WORKERS);
    String key = simulated.endpointKey(put);
    Engine engine = simulated.engine();
    while (!simulated.boots.isEmpty()) {
      simulated.ready(simulated.boot());
    }

    Map<Long, Integer> perWorker = new HashMap<>();
    long[] nanos = new long[ROUTES];
    ObjectNode request = Json.object().put("endpoint", "many").put("cost", 100);
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
    // Far from what it takes on a quiet machine, but far also from a search through all workers.
    assertThat(nanos[ROUTES / 2]).isLessThan(1_000_000);
  }
}
