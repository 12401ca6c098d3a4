package dev.vast4j.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
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

  /** Takes orders and carries none out. */
  private static final class Simulated implements WorkerHost {
    final Deque<Boot> booted = new ArrayDeque<>();

    @Override
    public void boot(Boot boot) {
      booted.add(boot);
    }

    @Override
    public void end(long worker, boolean force) {}

    @Override
    public void kill(long worker) {}

    @Override
    public void update(long worker, String workerUrl, String mtoken) {}

    @Override
    public void delete(long worker) {}
  }

  @Test
  void routesAreSharedEvenlyAndFastAmongAThousandWorkers(@TempDir Path folder) throws Exception {
    Simulated host = new Simulated();
    Engine engine =
        new Engine(
            LocalOptions.defaults().maxWorkers(WORKERS),
            "account",
            new ObjectStore(folder, Clock.systemUTC()),
            listener -> host,
            () -> {});
    engine.listensAt(URI.create("http://127.0.0.1:1"));
    byte[] bundle = {1};
    ObjectNode put =
        engine
            .deployments()
            .put(Api.config("many", bundle, "max_workers", WORKERS, "min_load", 100 * WORKERS));
    String key = engine.endpoints().list().path("results").path(0).path("api_key").asText();
    engine.deployments().uploaded(put.path("upload_fields").path("key").asText());
    for (int ready = 0; ready < WORKERS; ready++) {
      WorkerHost.Boot boot = host.booted.pollFirst();
      assertThat(boot).as("boot %s", ready).isNotNull();
      engine
          .reports()
          .status(
              Json.object()
                  .put("id", boot.worker())
                  .put("mtoken", boot.environment().get("MASTER_TOKEN"))
                  .put("loadtime", 1)
                  .put("max_perf", 100)
                  .put("url", "http://127.0.0.1:" + boot.worker()));
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
