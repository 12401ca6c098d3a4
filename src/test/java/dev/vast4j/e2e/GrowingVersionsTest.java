package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.Autoscaling;
import dev.vast4j.CallOptions;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.UpdateTier;
import dev.vast4j.Vast;
import dev.vast4j.docs.Proves;
import dev.vast4j.local.LocalVast;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients of every version call, fifty times a second in all, while versions that add to it roll
 * out. {@code -Dvast4j.updates=10} makes ten updates of it.
 */
@Timeout(600)
public class GrowingVersionsTest {
  private static final Logger log = LoggerFactory.getLogger(GrowingVersionsTest.class);
  private static final int UPDATES =
      Math.min(Integer.getInteger("vast4j.updates", 2), GrowingApi.MOST);
  private static final CallOptions OPTIONS = CallOptions.defaults().timeout(Duration.ofSeconds(90));

  /** A client of one version: what deployed it, or another that attached then. */
  private record Client(GrowingApi api, Object proxy) {}

  private final List<Client> clients = new CopyOnWriteArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final Map<Integer, LongAdder> answers = new ConcurrentSkipListMap<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  @TempDir private Path temp;

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "has another version during a rolling update",
      of = "calls of old and new clients",
      outcome = "all are answered, where the update only adds")
  void callsOfAllVersionsGoOnThroughRollingUpdates() throws Exception {
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    ExecutorService callers = Executors.newCachedThreadPool();
    List<Deployment> opened = new ArrayList<>();
    try (LocalVast engine = LocalVast.start();
        Vast vast = engine.client()) {
      clock.scheduleAtFixedRate(() -> callers.execute(this::call), 0, 20, TimeUnit.MILLISECONDS);
      for (int version = 0; version <= UPDATES; version++) {
        GrowingApi api = GrowingApi.compile(temp.resolve("v" + version), version);
        Deployment deployed = build(vast, api);
        opened.add(deployed);
        assertThat(deployed.ensureReady())
            .isEqualTo(version == 0 ? UpdateTier.NEW : UpdateTier.SOFT);
        // From here on clients of this version call workers of the one before.
        clients.add(new Client(api, deployed.remote(api.type(), OPTIONS)));
        Deployment attached = Deployment.attach("growing", "default", vast);
        opened.add(attached);
        clients.add(new Client(api, attached.remote(api.type(), OPTIONS)));
        deployed.awaitUpdate(Duration.ofMinutes(2));
        for (Client client : clients) {
          assertThat(client.api().call(client.proxy(), true)).isEqualTo(version);
        }
      }
      clock.shutdown();
      callers.shutdown();
      assertThat(callers.awaitTermination(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      clock.shutdownNow();
      callers.shutdownNow();
      opened.forEach(Deployment::close);
    }
    log.info("answers by version: {}", answers);
    assertThat(failures).isEmpty();
    assertThat(answers).hasSize(UPDATES + 1);
  }

  private void call() {
    if (clients.isEmpty()) {
      return;
    }
    int now = turn.getAndIncrement();
    Client client = clients.get(now % clients.size());
    try {
      int version = client.api().call(client.proxy(), now / clients.size() % 2 == 0);
      answers.computeIfAbsent(version, any -> new LongAdder()).increment();
    } catch (InvocationTargetException e) {
      failures.add(e.getCause());
    } catch (ReflectiveOperationException | RuntimeException e) {
      failures.add(e);
    }
  }

  private static Deployment build(Vast vast, GrowingApi api) {
    return Deployment.builder("growing")
        .vast(vast)
        .remote(api.type())
        .image(Image.of("vastai/base-image:@vastai-automatic-tag", 16))
        .autoscaling(Autoscaling.defaults().maxWorkers(1))
        .build();
  }
}
