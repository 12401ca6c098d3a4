package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vast4j.Autoscaling;
import dev.vast4j.Benchmark;
import dev.vast4j.CallOptions;
import dev.vast4j.Classpath;
import dev.vast4j.Context;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Progress;
import dev.vast4j.Remote;
import dev.vast4j.UpdateResult;
import dev.vast4j.UpdateTier;
import dev.vast4j.Vast;
import dev.vast4j.api.WorkerInfo;
import dev.vast4j.docs.Proves;
import dev.vast4j.errors.CallRefusedException;
import dev.vast4j.errors.UpdateFailedException;
import dev.vast4j.errors.UpdateFailedException.Reason;
import dev.vast4j.errors.WorkersNotReadyException;
import dev.vast4j.local.LocalVast;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Updates as a user meets them: what runs, which version answers, how an update ends. */
@Timeout(300)
public class UpdatesTest {
  private static final String RESOURCE = "com/example/Updates.txt";
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir Path temp;
  private LocalVast engine;
  private Vast vast;
  private final Queue<Progress> told = new ConcurrentLinkedQueue<>();

  /** The first version. */
  public interface Before {
    @Remote(allowParallelRequests = true)
    @Benchmark(dataset = "{}", runs = 1)
    default String version() throws IOException {
      return read();
    }

    @Remote
    default String removed() {
      return "removed";
    }
  }

  /** The second one, with a function more and one less. */
  public interface After {
    @Remote(allowParallelRequests = true)
    @Benchmark(dataset = "{}", runs = 1)
    default String version() throws IOException {
      return read();
    }

    @Remote
    default String added() throws IOException {
      return "added in " + read();
    }
  }

  /** Throws while a worker starts. */
  public static final class Broken implements Context<String> {
    @Override
    public String enter() {
      throw new IllegalStateException("no weights at /models");
    }
  }

  static String read() throws IOException {
    try (InputStream in = UpdatesTest.class.getClassLoader().getResourceAsStream(RESOURCE)) {
      return in == null ? "none" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @BeforeEach
  void startEngine() {
    engine = LocalVast.start();
    vast = engine.client();
  }

  @AfterEach
  void stopEngine() {
    vast.close();
    engine.close();
  }

  private Deployment app(
      Vast by, Class<?> type, String version, UnaryOperator<Deployment.Builder> more)
      throws IOException {
    Path classes = temp.resolve("classes-" + version);
    Files.createDirectories(classes.resolve(RESOURCE).getParent());
    Files.writeString(classes.resolve(RESOURCE), version);
    return more.apply(
            Deployment.builder("updates")
                .vast(by)
                .remote(type)
                .classpath(Classpath.current().add(classes))
                .image(Image.of("vastai/base-image:@vastai-automatic-tag", 16))
                .autoscaling(Autoscaling.defaults().maxWorkers(1))
                .progress(told::add))
        .build();
  }

  /** The version of a worker that takes calls; the one before may still be on its way out. */
  private static String served(Deployment app) {
    return app.workers().stream()
        .filter(WorkerInfo::ready)
        .findFirst()
        .map(WorkerInfo::version)
        .orElseThrow();
  }

  @Test
  void fromADeployToCallsOfTheNewVersion() throws Exception {
    try (Deployment first = app(vast, Before.class, "1", b -> b)) {
      assertThat(first.ensureReady()).isEqualTo(UpdateTier.NEW);
      assertThat(first.awaitUpdate(MINUTE).updated()).isEqualTo(1);
      assertThat(first.remote(Before.class).version()).isEqualTo("1");
      WorkerInfo worker = first.workers().get(0);
      assertThat(worker.version()).matches("[0-9a-f]{12}-[0-9a-f]{8}");

      try (Deployment old = Deployment.attach("updates", "default", vast);
          Deployment second = app(vast, After.class, "2", b -> b)) {
        assertThat(second.ensureReady()).isEqualTo(UpdateTier.SOFT);
        assertThat(second.remote(After.class).added()).isEqualTo("added in 2");

        told.clear();
        UpdateResult result = second.awaitUpdate(MINUTE);
        assertThat(result.inferred()).isFalse();
        assertThat(result.updated()).isEqualTo(result.workers()).isPositive();
        assertThat(told).last().isEqualTo(new Progress.Updated(result));
        After after = second.remote(After.class);
        for (int i = 0; i < 1000; i++) {
          assertThat(after.version()).isEqualTo("2");
        }

        // An old client still calls what both versions have.
        Before before = old.remote(Before.class);
        assertThat(before.version()).isEqualTo("2");
        long began = System.nanoTime();
        CallRefusedException gone =
            catchThrowableOfType(CallRefusedException.class, before::removed);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
        assertThat(gone.clientVersion()).isEqualTo(worker.version());
        assertThat(gone.workerVersion()).isNotEqualTo(worker.version()).isEqualTo(served(second));
        CallRefusedException refused =
            catchThrowableOfType(
                CallRefusedException.class,
                () -> old.remote(Before.class, CallOptions.defaults().currentVersion()).version());
        assertThat(refused.status()).isEqualTo(412);

        String soft = served(second);
        Image other = Image.of("vastai/base-image:other", 16);
        try (Deployment third = app(vast, After.class, "2", b -> b.image(other))) {
          assertThat(third.ensureReady()).isEqualTo(UpdateTier.HARD);
          After current = third.remote(After.class, CallOptions.defaults().currentVersion());
          assertThat(current.version()).isEqualTo("2");
          assertThat(third.awaitUpdate(MINUTE).inferred()).isFalse();
          String hard = served(third);
          assertThat(hard).startsWith(soft.substring(0, 13)).isNotEqualTo(soft);

          third.stop();
          assertThat(third.awaitUpdate(MINUTE))
              .matches(found -> found.workers() == 0 || found.updated() == found.workers());
        }
      }
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "of a new version throws in its context",
      of = "`awaitUpdate`",
      outcome = "`UpdateFailedException` at once, with the worker's error; the old version serves")
  void saysWhyTheNewVersionDoesNotComeUp() throws Exception {
    try (Deployment first = app(vast, Before.class, "1", b -> b);
        Deployment broken = app(vast, Before.class, "2", b -> b.context(Broken.class))) {
      first.ensureReady();
      first.awaitWorkers(1, MINUTE);
      Before before = first.remote(Before.class);
      try (Callers callers = new Callers(before)) {
        assertThat(broken.ensureReady()).isEqualTo(UpdateTier.SOFT);
        UpdateFailedException failed =
            catchThrowableOfType(
                UpdateFailedException.class, () -> broken.awaitUpdate(Duration.ofSeconds(30)));

        assertThat(failed.reason()).isIn(Reason.WORKER_FAILED, Reason.ROLLED_BACK);
        assertThat(failed.error()).contains("no weights at /models");
        assertThat(failed)
            .hasMessageContaining("no weights at /models")
            .hasMessageContaining("updates")
            .hasMessageNotContaining("inferred");
        assertThat(failed.inferred()).isFalse();
        assertThat(failed.deployment()).isEqualTo("updates");
        assertThat(failed.updated()).isZero();
        assertThat(failed.workers()).isPositive();

        WorkersNotReadyException notReady =
            catchThrowableOfType(
                WorkersNotReadyException.class, () -> broken.awaitWorkers(1, MINUTE));
        assertThat(notReady).hasMessageContaining("no weights at /models");
        assertThat(callers.answers()).containsOnly("1");
      }

      // A rollback skips the version that failed.
      try (Deployment third = app(vast, Before.class, "3", b -> b)) {
        third.ensureReady();
        long id = vast.deployments().find("updates", "default").orElseThrow().id();
        assertThat(vast.deployments().rollBack(id).version().fileHash())
            .isEqualTo(first.plan().bundleHash());
      }
    }
  }

  @Test
  void infersWhereTheServiceTellsNothing() throws Exception {
    try (SilentService silent = new SilentService(engine.url());
        Vast live =
            Vast.builder()
                .apiKey(engine.apiKey())
                .webUrl(silent.url().toString())
                .engineUrl(silent.url().toString())
                .build();
        Deployment first = app(live, Before.class, "1", b -> b);
        Deployment second = app(live, After.class, "2", b -> b);
        Deployment broken = app(live, After.class, "3", b -> b.context(Broken.class))) {
      first.ensureReady();
      first.awaitWorkers(1, MINUTE);
      assertThat(first.workers().get(0).version()).isNull();
      assertThat(second.ensureReady()).isEqualTo(UpdateTier.SOFT);

      UpdateResult result = second.awaitUpdate(MINUTE);
      assertThat(result.inferred()).isTrue();
      assertThat(result.description()).contains("inferred");
      After after = second.remote(After.class);
      for (int i = 0; i < 200; i++) {
        assertThat(after.version()).isEqualTo("2");
      }
      told.clear();
      second.awaitWorkers(1, MINUTE);
      assertThat(told)
          .last()
          .isInstanceOfSatisfying(
              Progress.WorkersReady.class, ready -> assertThat(ready.versionKnown()).isFalse());

      broken.ensureReady();
      UpdateFailedException failed =
          catchThrowableOfType(UpdateFailedException.class, () -> broken.awaitUpdate(MINUTE));
      assertThat(failed.inferred()).isTrue();
      assertThat(failed.reason()).isIn(Reason.WORKER_FAILED, Reason.REPLACED);
      assertThat(after.version()).isEqualTo("2");
    }
  }

  /** Calls fifty times a second; every call must be answered. */
  private static final class Callers implements AutoCloseable {
    private final Queue<String> answers = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean stopped;

    Callers(Before before) {
      thread =
          new Thread(
              () -> {
                while (!stopped) {
                  try {
                    answers.add(before.version());
                    TimeUnit.MILLISECONDS.sleep(20);
                  } catch (Exception e) {
                    failures.add(e);
                  }
                }
              },
              "callers");
      thread.start();
    }

    Queue<String> answers() {
      return answers;
    }

    @Override
    public void close() throws InterruptedException {
      stopped = true;
      thread.join(TimeUnit.MINUTES.toMillis(1));
      assertThat(failures).as("calls that failed").isEmpty();
    }
  }
}
