package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.vast4j.Autoscaling;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Progress;
import dev.vast4j.UpdatePlan;
import dev.vast4j.UpdateTier;
import dev.vast4j.Vast;
import dev.vast4j.docs.Proves;
import dev.vast4j.errors.RemoteExecutionException;
import dev.vast4j.local.LocalVast;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole way, with a real worker process: build, deploy, boot, benchmark, route, call. */
@Timeout(120)
class DeployAndCallTest {
  private static LocalVast engine;
  private static Vast vast;

  @BeforeAll
  static void startEngine() {
    engine = LocalVast.start();
    vast = engine.client();
  }

  @AfterAll
  static void stopEngine() {
    vast.close();
    engine.close();
  }

  @Test
  void squaresComeFromAnotherProcess() {
    try (Deployment app = square("squares", b -> b)) {
      assertThat(app.ensureReady()).isEqualTo(UpdateTier.NEW);
      assertThat(app.awaitWorkers(1, Duration.ofMinutes(1))).isNotEmpty();

      Square square = app.remote(Square.class);
      List<CompletableFuture<Integer>> squares =
          IntStream.rangeClosed(1, 9).mapToObj(square::square).toList();

      assertThat(squares.stream().map(CompletableFuture::join))
          .containsExactly(1, 4, 9, 16, 25, 36, 49, 64, 81);
      assertThat(square.processId()).isNotEqualTo(ProcessHandle.current().pid());
      assertThat(square.natural().get("flag")).isEqualTo(true);
      assertThat(((Number) square.natural().get("count")).intValue()).isOne();
      app.delete();
    }
  }

  /** As in the cloud, where no local repository is at hand. */
  @Test
  void aWorkerFetchesItsJarsOverTheNetwork(@TempDir Path empty) throws IOException {
    Path repository =
        Path.of(
            System.getProperty(
                "maven.repo.local", System.getProperty("user.home") + "/.m2/repository"));
    Set<String> served = ConcurrentHashMap.newKeySet();
    HttpServer central =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    central.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] jar =
                Files.readAllBytes(
                    repository.resolve(exchange.getRequestURI().getPath().substring(1)));
            exchange.sendResponseHeaders(200, jar.length);
            exchange.getResponseBody().write(jar);
            served.add(exchange.getRequestURI().getPath());
          }
        });
    central.start();
    String url = "http://127.0.0.1:" + central.getAddress().getPort() + "/";
    try (Deployment app =
        square(
            "fetched",
            b ->
                b.image(
                    image()
                        .env("VAST4J_LOCAL_REPOSITORY", empty.toString())
                        .env("VAST4J_REPOSITORIES", url)))) {
      app.ensureReady();

      assertThat(app.remote(Square.class).square(6).join()).isEqualTo(36);

      assertThat(served).anyMatch(path -> path.contains("slf4j-api"));
      // Two programs, but one worker.
      assertThat(app.logs().get("info0"))
          .containsOnlyOnce("is fetching the jars and assets that its bundle names")
          .containsOnlyOnce("started its process");
      app.delete();
    } finally {
      central.stop(0);
    }
  }

  @Test
  void callsWaitForTheFirstWorker() {
    try (Deployment app = square("waiting", b -> b)) {
      app.ensureReady();
      assertThat(app.remote(Square.class).square(12).join()).isEqualTo(144);
      app.delete();
    }
  }

  @Test
  void aSecondDeployUploadsNothing() {
    List<Progress> told = new ArrayList<>();
    try (Deployment first = square("twice", b -> b);
        Deployment second = square("twice", b -> b.progress(told::add))) {
      assertThat(second.plan().tier()).isEqualTo(UpdateTier.NEW);
      assertThat(first.ensureReady()).isEqualTo(UpdateTier.NEW);
      UpdatePlan plan = second.plan();
      assertThat(plan.tier()).isEqualTo(UpdateTier.NONE);
      assertThat(plan.changes()).isEmpty();
      told.clear();

      assertThat(second.ensureReady()).isEqualTo(UpdateTier.NONE);

      assertThat(told).noneMatch(Progress.Uploading.class::isInstance);
      assertThat(second.remote(Square.class).square(3).join()).isEqualTo(9);
      second.delete();
    }
  }

  @Test
  void onlyScalingValuesDiffer() {
    try (Deployment first = square("scaled", b -> b);
        Deployment second =
            square("scaled", b -> b.autoscaling(Autoscaling.defaults().targetUtil(0.5)))) {
      first.ensureReady();
      UpdatePlan plan = second.plan();
      assertThat(plan.tier()).isEqualTo(UpdateTier.AUTOSCALING);
      assertThat(plan.toString()).contains("targetUtil").contains("0.5");
      assertThat(second.ensureReady()).isEqualTo(UpdateTier.AUTOSCALING);
      second.delete();
    }
  }

  @Test
  void anEnvironmentVariableIsAHardUpdateAndStaysOutOfThePlan() {
    try (Deployment first = square("env", b -> b);
        Deployment second =
            square("env", b -> b.image(image().env("TOKEN", "very-secret-value")))) {
      first.ensureReady();
      UpdatePlan plan = second.plan();
      assertThat(plan.tier()).isEqualTo(UpdateTier.HARD);
      assertThat(plan.toString()).contains("env").doesNotContain("very-secret-value");
      assertThat(second.ensureReady()).isEqualTo(UpdateTier.HARD);
      assertThat(second.remote(Square.class).square(4).join()).isEqualTo(16);
      second.delete();
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "`kill -9`",
      of = "idempotent call",
      outcome = "answered by the next worker")
  void aKilledWorkerIsReplacedAndNoCallerSeesIt() {
    try (Deployment app = square("killed", b -> b)) {
      app.ensureReady();
      Square square = app.remote(Square.class);
      long worker = square.processId();
      List<CompletableFuture<Integer>> calls = new ArrayList<>();
      for (int x = 0; x < 200; x++) {
        calls.add(square.square(x));
        if (x == 100) {
          ProcessHandle.of(worker).orElseThrow().destroyForcibly();
        }
      }

      for (int x = 0; x < calls.size(); x++) {
        assertThat(calls.get(x).join()).isEqualTo(x * x);
      }
      assertThat(square.processId()).isNotEqualTo(worker);
      app.delete();
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "a function exhausts the heap",
      outcome = "`RemoteExecutionException` with an `OutOfMemoryError`; the worker keeps serving")
  void aFunctionThatUsesUpTheHeapFailsAlone() {
    try (Deployment app = hazards("memory", image().jvmArgs("-Xmx96m"))) {
      app.ensureReady();
      Hazards hazards = app.remote(Hazards.class);
      long process = hazards.processId();
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(hazards::fillMemory)
            .isInstanceOfSatisfying(
                RemoteExecutionException.class,
                e -> assertThat(e.remoteClass()).isEqualTo("java.lang.OutOfMemoryError"));
        assertThat(hazards.processId()).isEqualTo(process);
      }
      app.delete();
    }
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "two clients deploy the same code at once",
      of = "deploy",
      outcome = "one deployment; both can call it")
  void twoMayDeployTheSameAtOnce() {
    try (Deployment one = hazards("same", image());
        Deployment two = hazards("same", image())) {
      CompletableFuture<UpdateTier> first = one.ensureReadyAsync();
      CompletableFuture<UpdateTier> second = two.ensureReadyAsync();
      assertThat(List.of(first.join(), second.join())).contains(UpdateTier.NEW);

      assertThat(one.remote(Hazards.class).variable("NONE")).isEqualTo("null");
      assertThat(two.remote(Hazards.class).variable("NONE")).isEqualTo("null");
      assertThat(vast.deployments().list())
          .filteredOn(listed -> listed.name().equals("same"))
          .hasSize(1);
      assertThat(two.plan().tier()).isEqualTo(UpdateTier.NONE);
      two.delete();
    }
  }

  @Test
  @Proves(
      at = Proves.At.CLIENT,
      fault = "two clients deploy different code under one name at once",
      of = "deploy",
      outcome = "one of the two is served, complete; deploying again resolves it")
  void oneOfTwoWhoDeployAtOnceIsTheLast() {
    try (Deployment one = hazards("different", image().env("MODE", "one"));
        Deployment two = hazards("different", image().env("MODE", "two"))) {
      CompletableFuture<UpdateTier> first = one.ensureReadyAsync();
      CompletableFuture<UpdateTier> second = two.ensureReadyAsync();
      CompletableFuture.allOf(first, second).join();

      assertThat(one.remote(Hazards.class).variable("MODE")).isIn("one", "two");
      assertThat(List.of(one.plan().tier(), two.plan().tier()))
          .as("one of them is deployed, the other is not")
          .containsExactlyInAnyOrder(UpdateTier.NONE, UpdateTier.HARD);

      one.ensureReady();
      Hazards hazards = two.remote(Hazards.class);
      long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
      while (!hazards.variable("MODE").equals("one")) {
        assertThat(System.nanoTime()).as("before the deadline").isLessThan(deadline);
      }
      one.delete();
    }
  }

  private static Deployment hazards(String name, Image image) {
    return Deployment.builder(name)
        .vast(vast)
        .remote(Hazards.class)
        .image(image)
        .autoscaling(Autoscaling.defaults().maxWorkers(1))
        .build();
  }

  @Test
  void anyoneCanCallWhatIsDeployed() {
    try (Deployment app = square("attached", b -> b.tag("v2"))) {
      app.ensureReady();
      try (Deployment attached = Deployment.attach("attached", "v2", vast)) {
        assertThat(attached.remote(Square.class).square(6).join()).isEqualTo(36);
      }
      app.delete();
    }
  }

  private static Image image() {
    return Image.of("vastai/base-image:@vastai-automatic-tag", 16);
  }

  private static Deployment square(String name, UnaryOperator<Deployment.Builder> change) {
    return change
        .apply(
            Deployment.builder(name)
                .vast(vast)
                .remote(Square.class)
                .image(image())
                .autoscaling(Autoscaling.defaults().maxWorkers(1)))
        .build();
  }
}
