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
import dev.vast4j.observe.CallObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a deployment in use goes through, with real workers: new versions, bursts from nothing,
 * deaths. Each goes on for at least {@code -Delasticity.seconds}; a few seconds unless told. No
 * call is lost, and nothing of an engine stays.
 */
@Timeout(900)
class ElasticityTest {
  private static final long SECONDS = Long.getLong("elasticity.seconds", 8);
  private static final int CALLS_PER_SECOND = 50;
  private static final int BURST = 200;
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final Pattern DEATH = Pattern.compile("was killed by signal 9");
  private static final Pattern UPDATED = Pattern.compile("rolling update to version \\d+ finished");

  /** As many workers as the engine allows, whatever the load. */
  private static final Autoscaling ALWAYS = Autoscaling.defaults().minLoad(1e9);

  /** How single attempts ended, those included of which a caller hears nothing. */
  private static final class Attempts implements CallObserver, CallObserver.Observation {
    final Map<Outcome, Integer> outcomes = new ConcurrentHashMap<>();

    @Override
    public Observation begin(CallInfo call) {
      return this;
    }

    @Override
    public void attempted(Attempt attempt) {
      outcomes.merge(attempt.outcome(), 1, Integer::sum);
    }
  }

  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final Set<ProcessHandle> before =
      ProcessHandle.current().descendants().collect(Collectors.toSet());
  private final Set<Thread> threadsBefore = Thread.getAllStackTraces().keySet();
  private final Set<ProcessHandle> processes = ConcurrentHashMap.newKeySet();
  private final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);

  @BeforeEach
  void watchProcesses() {
    var unused =
        timer.scheduleWithFixedDelay(
            () -> ProcessHandle.current().descendants().forEach(processes::add),
            0,
            200,
            TimeUnit.MILLISECONDS);
  }

  @AfterEach
  void nothingIsLeft() {
    timer.shutdownNow();
    processes.removeAll(before);
    assertThat(processes).as("processes that were seen").hasSizeGreaterThan(1);
    await("the end of all processes", () -> processes.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(ProcessHandle.current().descendants().collect(Collectors.toSet()))
        .isSubsetOf(before);
    // Other tests share an engine that lives as long as this JVM.
    await(
        "the end of all threads",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !threadsBefore.contains(thread))
                .noneMatch(thread -> thread.getName().startsWith("vast4j-local")));
  }

  /** No call is tried twice here, so that a lost one could not be hidden. */
  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "three workers, rolling updates, 50 calls a second",
      of = "any call, one attempt",
      outcome = "none lost; each run by exactly the version that answers")
  void softUpdatesLoseNoCall(@TempDir Path temp) throws Exception {
    Path ledger = Files.createDirectory(temp.resolve("ledger"));
    release(temp, 1);
    Attempts attempts = new Attempts();
    try (LocalVast engine = LocalVast.start(LocalOptions.defaults().maxWorkers(3));
        Deployment app = deployment(engine.client(), temp, ALWAYS, attempts)) {
      app.ensureReady();
      app.awaitWorkers(3, SOON);
      Release release =
          app.remote(Release.class, CallOptions.defaults().maxAttempts(1).idempotent(false));
      List<CompletableFuture<String>> calls = new ArrayList<>();
      ExecutorService callers = Executors.newFixedThreadPool(64);
      Future<?> calling =
          timer.scheduleAtFixedRate(
              () -> {
                int call = calls.size();
                calls.add(CompletableFuture.supplyAsync(() -> enter(release, call), callers));
              },
              0,
              TimeUnit.SECONDS.toMicros(1) / CALLS_PER_SECOND,
              TimeUnit.MICROSECONDS);
      int version = 1;
      while (version == 1 || running()) {
        release(temp, ++version);
        try (Deployment next = deployment(engine.client(), temp, ALWAYS, CallObserver.NONE)) {
          assertThat(next.ensureReady()).isEqualTo(UpdateTier.SOFT);
        }
        int updates = version - 1;
        await("update " + updates, () -> count(UPDATED, app) == updates);
      }
      calling.cancel(false);
      await("the last call", () -> calls.stream().allMatch(CompletableFuture::isDone));
      callers.shutdown();

      assertThat(attempts.outcomes.keySet()).containsExactly(CallObserver.Outcome.OK);
      for (int call = 0; call < calls.size(); call++) {
        assertThat(Files.readAllLines(ledger.resolve(String.valueOf(call))))
            .as("versions that ran call %s", call)
            .containsExactly(calls.get(call).join());
      }
      assertThat(calls).extracting(CompletableFuture::join).contains("1", "" + version);
      assertThat(release.version()).isEqualTo("" + version);
      assertThat(app.workers()).hasSize(3);
      System.out.printf(
          "elasticity: %d calls, %d soft updates, 0 failed%n", calls.size(), version - 1);
    }
  }

  @Test
  void burstsFromZeroAreAnsweredAndTheWorkersGoAgain(@TempDir Path temp) throws Exception {
    Files.createDirectory(temp.resolve("ledger"));
    release(temp, 1);
    try (LocalVast engine = LocalVast.start(LocalOptions.defaults().maxWorkers(2));
        Deployment app =
            deployment(
                engine.client(),
                temp,
                Autoscaling.defaults()
                    .minLoad(0)
                    .coldWorkers(0)
                    .inactivityTimeout(Duration.ofSeconds(2)),
                CallObserver.NONE)) {
      app.ensureReady();
      Release release = app.remote(Release.class);
      int bursts = 0;
      do {
        await("no worker", () -> app.workers().isEmpty());
        ExecutorService callers = Executors.newFixedThreadPool(BURST);
        List<Future<String>> calls =
            IntStream.range(0, BURST).mapToObj(i -> callers.submit(release::version)).toList();
        for (Future<String> call : calls) {
          assertThat(call.get(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo("1");
        }
        callers.shutdown();
        bursts++;
      } while (running());
      await("no worker again", () -> app.workers().isEmpty());
      System.out.printf("elasticity: %d bursts of %d calls from zero, 0 failed%n", bursts, BURST);
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "is killed every five seconds",
      of = "idempotent call",
      outcome = "every call answered")
  void everyCallAnswersWhileWorkersAreKilled(@TempDir Path temp) throws Exception {
    Files.createDirectory(temp.resolve("ledger"));
    release(temp, 1);
    LocalOptions options = LocalOptions.defaults().maxWorkers(2).chaos("kill=5s");
    try (LocalVast engine = LocalVast.start(options);
        Deployment app = deployment(engine.client(), temp, ALWAYS, CallObserver.NONE)) {
      app.ensureReady();
      Release release = app.remote(Release.class, CallOptions.defaults().maxAttempts(50));
      AtomicInteger answered = new AtomicInteger();
      ExecutorService callers = Executors.newFixedThreadPool(8);
      BooleanSupplier more = () -> running() || count(DEATH, app) < 2;
      List<Future<Integer>> calling =
          IntStream.range(0, 8)
              .mapToObj(i -> callers.submit(() -> callWhile(more, release, answered)))
              .toList();
      for (Future<Integer> caller : calling) {
        assertThat(caller.get()).isPositive();
      }
      callers.shutdown();
      System.out.printf(
          "elasticity: %d calls, %d deaths, 0 failed%n", answered.get(), count(DEATH, app));
    }
  }

  private static int callWhile(BooleanSupplier more, Release release, AtomicInteger answered) {
    int calls = 0;
    while (more.getAsBoolean()) {
      assertThat(version(release)).isEqualTo("1");
      answered.incrementAndGet();
      calls++;
    }
    return calls;
  }

  private static String version(Release release) {
    try {
      return release.version();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String enter(Release release, int call) {
    try {
      return release.enter(call);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void release(Path temp, int version) throws IOException {
    Path resource = temp.resolve("classes").resolve(Release.RESOURCE);
    Files.createDirectories(resource.getParent());
    Files.writeString(resource, String.valueOf(version));
  }

  private static Deployment deployment(
      Vast vast, Path temp, Autoscaling autoscaling, CallObserver observer) {
    return Deployment.builder("elastic")
        .vast(vast)
        .remote(Release.class)
        .classpath(Classpath.current().add(temp.resolve("classes")))
        .image(Image.of("test", 16).env("LEDGER", temp.resolve("ledger").toString()))
        .autoscaling(autoscaling)
        .observe(observer)
        .build();
  }

  private boolean running() {
    return System.nanoTime() < end;
  }

  /** How often the deployment's log says so. */
  private static int count(Pattern event, Deployment app) {
    return (int) event.matcher(app.logs().getOrDefault("info0", "")).results().count();
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + SOON.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }
}
