package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.Autoscaling;
import dev.vast4j.CallOptions;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Vast;
import dev.vast4j.docs.Proves;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.errors.VastException;
import dev.vast4j.errors.WorkerLostException;
import dev.vast4j.local.LocalVast;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calls through a proxy that spoils one exchange in five, with the engine and with workers. With
 * {@code -Dchaos.calls=10000} it does more of it.
 */
@Timeout(600)
class ChaosTest {
  private static final int CALLS = Integer.getInteger("chaos.calls", 1000);
  private static final int CALLERS = 64;

  @TempDir static Path ledger;
  private static ChaosProxy proxy;
  private static LocalVast engine;
  private static Vast vast;
  private static Deployment app;

  @BeforeAll
  static void deploy() throws IOException {
    proxy = ChaosProxy.open();
    engine = LocalVast.start();
    vast = engine.client();
    app =
        Deployment.builder("ledger")
            .vast(vast)
            .remote(Ledger.class)
            .image(Image.of("test", 16).env("LEDGER", ledger.toString()))
            .autoscaling(Autoscaling.defaults().minLoad(1e9).coldWorkers(2).maxWorkers(2))
            .build();
    app.ensureReady();
    app.awaitWorkers(2, Duration.ofMinutes(2));
  }

  @AfterAll
  static void end() throws IOException {
    app.close();
    vast.close();
    engine.close();
    proxy.close();
  }

  @AfterEach
  void calm() {
    proxy.calm();
  }

  @Test
  @Proves(
      at = Proves.At.ENGINE,
      fault = "ten kinds of faults in one of five exchanges, workers included",
      of = "1,000 idempotent calls to real workers",
      outcome = "all answered correctly")
  void callsThatMayBeRepeatedAreAllAnswered() throws Exception {
    Ledger calls =
        app.remote(
            Ledger.class,
            CallOptions.defaults().maxAttempts(20).workerTimeout(Duration.ofSeconds(2)));
    proxy.stir();
    List<Integer> squares = inParallel(x -> calls.square(x).join());
    for (int x = 0; x < CALLS; x++) {
      assertThat(squares.get(x)).isEqualTo(x * x);
    }
    assertThat(proxy.faults().values()).allSatisfy(count -> assertThat(count).hasPositiveValue());
  }

  @Test
  @Proves(
      at = Proves.At.ENGINE,
      fault = "ten kinds of faults in one of five exchanges, workers included",
      of = "1,000 non-idempotent calls to real workers",
      outcome = "none runs twice; each ends with an answer or one typed error")
  void callsThatMayNotBeRepeatedRunOnceAtMost() throws Exception {
    Ledger calls =
        app.remote(
            Ledger.class,
            CallOptions.defaults().maxAttempts(20).workerTimeout(Duration.ofSeconds(2)));
    proxy.stir();
    List<Object> outcomes =
        inParallel(
            entry -> {
              try {
                return calls.enter(entry);
              } catch (VastException e) {
                return e;
              }
            });
    assertThat(proxy.faults().values()).allSatisfy(count -> assertThat(count).hasPositiveValue());
    int answered = 0;
    for (int entry = 0; entry < CALLS; entry++) {
      int runs = runs(entry);
      if (outcomes.get(entry) instanceof Integer value) {
        assertThat(value).isEqualTo(-entry);
        assertThat(runs).as("an answer, and the function ran").isOne();
        answered++;
      } else {
        assertThat(outcomes.get(entry))
            .isInstanceOfAny(WorkerLostException.class, CallTimeoutException.class);
        assertThat(runs).isLessThanOrEqualTo(1);
      }
    }
    // Of ten faults, one spoils nothing and three are known to have run nothing.
    assertThat(answered).isGreaterThan(CALLS * 7 / 10);
    try (Stream<Path> entries = Files.list(ledger)) {
      assertThat(entries).hasSizeGreaterThan(answered);
    }
  }

  private static int runs(int entry) throws IOException {
    Path file = ledger.resolve(String.valueOf(entry));
    return Files.exists(file) ? (int) Files.size(file) : 0;
  }

  private interface Call<T> {
    T of(int number) throws IOException;
  }

  /** Outcomes in order of numbers. */
  private static <T> List<T> inParallel(Call<T> call) throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    try {
      List<Callable<T>> tasks = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        int number = i;
        tasks.add(() -> call.of(number));
      }
      List<T> outcomes = new ArrayList<>();
      for (Future<T> outcome : callers.invokeAll(tasks)) {
        outcomes.add(outcome.get());
      }
      return outcomes;
    } finally {
      callers.shutdownNow();
    }
  }
}
