package dev.vast4j.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.docs.Proves;
import dev.vast4j.junit.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From nothing to a burst and back, and through worker deaths. */
@Timeout(120)
class ElasticityTest {
  private static final Duration BOOT = Duration.ofSeconds(60);

  @Test
  void aBurstFromZeroIsAnsweredAndTheWorkersGoAgain() throws Exception {
    VirtualClock clock = new VirtualClock();
    LocalOptions options = LocalOptions.defaults().clock(clock).maxWorkers(2);
    ExecutorService callers = Executors.newFixedThreadPool(20);
    try (LocalVast local = LocalVast.start(options);
        Api api = new Api(local)) {
      byte[] bundle = Api.bundle("SCRIPT_ANSWER", "up", "SCRIPT_PERF", "500");
      JsonNode put =
          api.deploy(
              Api.config(
                  "burst", bundle, "min_load", 0, "cold_workers", 0, "inactivity_timeout", 60),
              bundle);
      JsonNode endpoint = api.endpoint(put);
      clock.advance(Duration.ofSeconds(61));
      Api.await("no worker", BOOT, () -> api.workers(put).isEmpty());

      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        answers.add(callers.submit(() -> api.callFunction(endpoint)));
      }
      for (Future<String> answer : answers) {
        assertThat(answer.get()).isEqualTo("up");
      }
      assertThat(api.workers(put).size()).isBetween(1, 2);

      Api.await(
          "the last report",
          BOOT,
          () -> {
            clock.advance(Duration.ofSeconds(61));
            return api.workers(put).isEmpty();
          });
      assertThat(api.logs(put).path("info1").asText()).contains("idle");
      assertThat(api.callFunction(endpoint)).isEqualTo("up");
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "killed every two seconds",
      of = "idempotent call",
      outcome = "every call answered")
  void everyCallAnswersWhileWorkersAreKilled() throws Exception {
    LocalOptions options = LocalOptions.defaults().maxWorkers(2).chaos("kill=2s");
    try (LocalVast local = LocalVast.start(options);
        Api api = new Api(local)) {
      byte[] bundle = Api.bundle("SCRIPT_ANSWER", "again", "SCRIPT_PERF", "100");
      JsonNode put = api.deploy(Api.config("mortal", bundle, "min_load", 150), bundle);
      JsonNode endpoint = api.endpoint(put);
      AtomicBoolean done = new AtomicBoolean();
      AtomicInteger answered = new AtomicInteger();
      ExecutorService callers = Executors.newFixedThreadPool(3);
      List<Future<?>> calling = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        calling.add(
            callers.submit(
                () -> {
                  while (!done.get()) {
                    assertThat(api.callFunction(endpoint)).isEqualTo("again");
                    answered.incrementAndGet();
                  }
                }));
      }
      Api.await(
          "three deaths",
          BOOT,
          () -> api.logs(put).path("info0").asText().split("killed by signal", -1).length > 3);
      int before = answered.get();
      Api.await("more answers", BOOT, () -> answered.get() > before + 10);
      done.set(true);
      for (Future<?> caller : calling) {
        caller.get();
      }
      callers.shutdown();
    }
  }
}
