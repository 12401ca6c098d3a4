package dev.vast4j.e2e;

import static dev.vast4j.query.Columns.GPU_RAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.Autoscaling;
import dev.vast4j.Classpath;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Progress;
import dev.vast4j.Secret;
import dev.vast4j.UpdatePlan;
import dev.vast4j.UpdateTier;
import dev.vast4j.Vast;
import dev.vast4j.local.LocalVast;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A deployment in which one thing after the other is changed: the tier is the one foretold, only
 * what has to be is uploaded and restarted, and whoever calls meanwhile gets answers.
 */
@Timeout(300)
class TiersTest {
  @TempDir Path temp;
  private LocalVast engine;
  private Vast vast;

  /** What the user's program has come to say, but for the image. */
  private UnaryOperator<Deployment.Builder> settings;

  private String imageName = "vastai/base-image:@vastai-automatic-tag";
  private UnaryOperator<Image> imageSettings = UnaryOperator.identity();

  /** The worker's process after the last change. */
  private long process;

  /** What somebody else calls by, from after the first deploy on. */
  private Square others;

  private Deployment attached;

  @BeforeEach
  void startEngine() throws IOException {
    engine = LocalVast.start();
    vast = engine.client();
    Path classes = writeClass("1");
    settings =
        builder ->
            builder
                .remote(Square.class)
                .classpath(Classpath.current().add(classes))
                .autoscaling(Autoscaling.defaults().maxWorkers(1));
  }

  @AfterEach
  void stopEngine() {
    attached.close();
    vast.close();
    engine.close();
  }

  @Test
  void oneChangeAfterTheOther() throws Exception {
    deploy("a new name", UpdateTier.NEW);
    attached = Deployment.attach("tiers", "default", vast);
    others = attached.remote(Square.class);
    deploy("nothing", UpdateTier.NONE);

    change(b -> b.autoscaling(Autoscaling.defaults().targetUtil(0.5)));
    deploy("autoscaling", UpdateTier.AUTOSCALING);
    change(b -> b.ttl(Duration.ofMinutes(10)));
    deploy("the time to live", UpdateTier.AUTOSCALING);

    writeClass("2");
    deploy("a class", UpdateTier.SOFT);
    extend(with -> with.pipInstall("six==1.17.0"));
    deploy("a package", UpdateTier.SOFT);
    extend(with -> with.runScript("true"));
    deploy("a script", UpdateTier.SOFT);

    extend(with -> with.env("MODE", "fast"));
    deploy("a variable", UpdateTier.HARD);
    extend(with -> with.env("TOKEN", Secret.from("a vault", () -> "one")));
    deploy("a secret", UpdateTier.HARD);
    extend(with -> with.env("TOKEN", Secret.from("a vault", () -> "two")));
    deploy("the secret's value", UpdateTier.HARD);
    extend(with -> with.require(GPU_RAM.gte(1)));
    deploy("a filter", UpdateTier.HARD, false);

    imageName = "vastai/base-image:other";
    deploy("the image", UpdateTier.HARD, false);
    extend(with -> with.dockerLogin("ada", "one", "registry.example"));
    deploy("a login", UpdateTier.HARD, false);
    extend(with -> with.dockerLogin("ada", "two", "registry.example"));
    deploy("the login's password", UpdateTier.HARD, false);

    change(b -> b.tag("canary"));
    deploy("a tag", UpdateTier.NEW);
  }

  private void change(UnaryOperator<Deployment.Builder> more) {
    UnaryOperator<Deployment.Builder> before = settings;
    settings = builder -> more.apply(before.apply(builder));
  }

  private void extend(UnaryOperator<Image> more) {
    UnaryOperator<Image> before = imageSettings;
    imageSettings = with -> more.apply(before.apply(with));
  }

  private void deploy(String changed, UpdateTier expected) throws Exception {
    deploy(changed, expected, expected.level() >= UpdateTier.SOFT.level());
  }

  private void deploy(String changed, UpdateTier expected, boolean uploads) throws Exception {
    Queue<Progress> told = new ConcurrentLinkedQueue<>();
    boolean startsNew = expected == UpdateTier.NEW;
    boolean restarts = expected.level() >= UpdateTier.SOFT.level();
    try (Deployment app =
        settings
            .apply(Deployment.builder("tiers"))
            .vast(vast)
            .image(imageSettings.apply(Image.of(imageName, 16)))
            .progress(told::add)
            .build()) {
      UpdatePlan plan = app.plan();
      assertThat(plan.tier()).as("foretold for %s: %s", changed, plan).isEqualTo(expected);
      told.clear();
      try (Caller caller = startsNew ? null : new Caller(others, process)) {
        if (caller != null) {
          caller.awaitAnswer();
        }
        assertThat(app.ensureReady()).as("taken for %s", changed).isEqualTo(expected);
        assertThat(told.stream().anyMatch(Progress.Uploading.class::isInstance))
            .as("whether %s is uploaded", changed)
            .isEqualTo(uploads);
        if (caller == null) {
          process = app.remote(Square.class).processId();
        } else if (restarts) {
          process = caller.awaitOtherProcess();
        } else {
          caller.awaitAnswer();
          assertThat(app.remote(Square.class).processId()).as(changed).isEqualTo(process);
        }
      }
    }
  }

  private Path writeClass(String content) throws IOException {
    Path file = temp.resolve("classes/com/example/Resource.txt");
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return temp.resolve("classes");
  }

  /** Calls without a break; every call must be answered. */
  private static final class Caller implements AutoCloseable {
    private final Square square;
    private final List<Throwable> failures = new ArrayList<>();
    private final CompletableFuture<Long> otherProcess = new CompletableFuture<>();
    private final Thread thread;
    private volatile CountDownLatch answered = new CountDownLatch(1);
    private volatile boolean stopped;

    Caller(Square square, long process) {
      this.square = square;
      thread = new Thread(() -> callFrom(process), "caller");
      thread.start();
    }

    private void callFrom(long process) {
      while (!stopped) {
        try {
          long answer = square.processId();
          if (answer != process) {
            otherProcess.complete(answer);
          }
          answered.countDown();
        } catch (RuntimeException e) {
          failures.add(e);
          otherProcess.completeExceptionally(e);
          return;
        }
      }
    }

    /** Waits for the answer to a call that began after this. */
    void awaitAnswer() throws InterruptedException {
      for (int i = 0; i < 2; i++) {
        answered = new CountDownLatch(1);
        assertThat(answered.await(1, TimeUnit.MINUTES)).as("answered").isTrue();
      }
    }

    long awaitOtherProcess() throws Exception {
      long other = otherProcess.get(1, TimeUnit.MINUTES);
      awaitAnswer();
      return other;
    }

    @Override
    public void close() {
      stopped = true;
      try {
        thread.join(TimeUnit.MINUTES.toMillis(1));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      assertThat(failures).as("calls that failed").isEmpty();
    }
  }
}
