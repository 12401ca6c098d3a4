package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.Autoscaling;
import dev.vast4j.CallOptions;
import dev.vast4j.Classpath;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.UpdateTier;
import dev.vast4j.Vast;
import dev.vast4j.docs.Proves;
import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalVast;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calls in batches while inputs fail, callers cancel, workers are killed and new versions are
 * deployed. With {@code -Dbatch.chaos.calls=100000} it does more of it.
 */
@Timeout(1800)
class BatchChaosTest {
  private static final int CALLS = Integer.getInteger("batch.chaos.calls", 3000);
  private static final int CALLERS = 32;
  private static final int AT_ONCE = 8;

  /** How calls ended, counted. */
  private final Map<String, Integer> ends = new TreeMap<>();

  private final AtomicInteger next = new AtomicInteger();

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "inputs fail, callers cancel, workers are killed, versions change",
      of = "3,000 calls in batches",
      outcome = "each gets its own input's result or one typed error")
  void eachCallGetsItsOwnResultOrOneError(@TempDir Path temp) throws Exception {
    LocalOptions options = LocalOptions.defaults().maxWorkers(2).chaos("kill=5s");
    version(temp, 1);
    try (LocalVast engine = LocalVast.start(options);
        Vast vast = engine.client();
        Deployment app = deployment(vast, temp)) {
      app.ensureReady();
      app.awaitWorkers(1, Duration.ofMinutes(2));
      Batches batches = app.remote(Batches.class, CallOptions.defaults().maxAttempts(100));
      ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
      List<Future<?>> calling = new ArrayList<>();
      for (int seed = 0; seed < CALLERS; seed++) {
        Random random = new Random(seed);
        calling.add(callers.submit(() -> call(batches, random)));
      }
      for (int version = 2; version <= 3; version++) {
        version(temp, version);
        try (Deployment update = deployment(vast, temp)) {
          assertThat(update.ensureReady()).isEqualTo(UpdateTier.SOFT);
        }
      }
      for (Future<?> caller : calling) {
        caller.get();
      }
      callers.shutdown();
    }
    System.out.println("batches under chaos: " + ends);
    assertThat(ends).containsOnlyKeys("answered", "cancelled", "failed alone", "failed together");
    assertThat(ends.values().stream().mapToInt(count -> count).sum()).isEqualTo(next.get());
    assertThat(ends.get("answered")).isGreaterThan(CALLS / 2);
  }

  private Void call(Batches batches, Random random) throws Exception {
    while (next.get() < CALLS) {
      Map<String, CompletableFuture<String>> calls = new TreeMap<>();
      for (int i = 0; i < AT_ONCE; i++) {
        int fate = random.nextInt(200);
        String kind = fate == 0 ? Batches.WORSE : fate < 10 ? Batches.BAD : "good";
        String name = kind + "-" + next.getAndIncrement();
        calls.put(name, batches.echo(name));
      }
      for (Map.Entry<String, CompletableFuture<String>> call : calls.entrySet()) {
        boolean cancelled = random.nextInt(20) == 0 && call.getValue().cancel(true);
        String end = end(call.getKey(), call.getValue(), cancelled);
        synchronized (ends) {
          ends.merge(end, 1, Integer::sum);
        }
      }
    }
    return null;
  }

  /** Returns how a call ended. */
  private static String end(String name, CompletableFuture<String> call, boolean cancelled)
      throws InterruptedException {
    try {
      assertThat(call.get()).isEqualTo("echo of " + name);
      assertThat(name).startsWith("good");
      return "answered";
    } catch (CancellationException e) {
      assertThat(cancelled).as("who cancelled %s", name).isTrue();
      return "cancelled";
    } catch (ExecutionException e) {
      String message = String.valueOf(e.getCause().getMessage());
      assertThat(message).contains(name);
      if (message.contains("the batch of")) {
        assertThat(message).contains(Batches.WORSE);
        return "failed together";
      }
      assertThat(name).as(message).startsWith(Batches.BAD);
      return "failed alone";
    }
  }

  private static void version(Path temp, int version) throws IOException {
    Path resource = temp.resolve("classes/com/example/Version.txt");
    Files.createDirectories(resource.getParent());
    Files.writeString(resource, String.valueOf(version));
  }

  private static Deployment deployment(Vast vast, Path temp) {
    return Deployment.builder("batch-chaos")
        .vast(vast)
        .remote(Batches.class)
        .classpath(Classpath.current().add(temp.resolve("classes")))
        .image(Image.of("test", 16))
        .autoscaling(Autoscaling.defaults().minLoad(1e9).coldWorkers(2).maxWorkers(2))
        .build();
  }
}
