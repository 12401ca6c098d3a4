package dev.vast4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.junit.LocalVastExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
public class AwaitCallsTest {
  @RegisterExtension static final LocalVastExtension local = LocalVastExtension.shared();

  @TempDir Path folder;

  /** A function that waits for a file, and one that streams. */
  public interface Patient {
    @Remote(allowParallelRequests = true)
    default CompletableFuture<String> until(String file) throws InterruptedException {
      while (!Files.exists(Path.of(file))) {
        Thread.sleep(20);
      }
      return CompletableFuture.completedFuture("seen");
    }

    @Remote(allowParallelRequests = true)
    @Benchmark(dataset = "{}")
    default Stream<Integer> numbers() {
      return IntStream.range(0, 100_000).boxed();
    }
  }

  /** Other tests share the engine. */
  @AfterEach
  void delete(Vast vast) {
    vast.deployments().list().forEach(found -> vast.deployments().delete(found.id()));
  }

  @Test
  void waitsForCallsAndStreams(Vast vast) throws Exception {
    Path file = folder.resolve("go");
    try (Deployment app = deployed(vast)) {
      Patient patient = app.remote(Patient.class);
      assertThat(app.awaitCalls(Duration.ZERO)).isTrue();

      CompletableFuture<String> call = patient.until(file.toString());
      assertThat(app.awaitCalls(Duration.ofMillis(20))).isFalse();
      CompletableFuture<Boolean> idle =
          CompletableFuture.supplyAsync(() -> app.awaitCalls(Duration.ofSeconds(Long.MAX_VALUE)));
      Files.createFile(file);
      assertThat(idle.get(60, TimeUnit.SECONDS)).isTrue();
      assertThat(call).succeedsWithin(Duration.ofSeconds(30)).isEqualTo("seen");

      try (Stream<Integer> numbers = patient.numbers()) {
        Iterator<Integer> elements = numbers.iterator();
        assertThat(elements.next()).isZero();
        assertThat(app.awaitCalls(Duration.ofSeconds(-1))).isFalse();
      }
      assertThat(app.awaitCalls(Duration.ofSeconds(10))).isTrue();
      assertThat(patient.numbers().count()).isEqualTo(100_000);
      assertThat(app.awaitCalls(Duration.ofSeconds(10))).isTrue();
    }
  }

  @Test
  void returnsOnCloseAndOnInterrupt(Vast vast) throws Exception {
    Deployment app = deployed(vast);
    CompletableFuture<String> call =
        app.remote(Patient.class).until(folder.resolve("never").toString());

    Thread.currentThread().interrupt();
    assertThat(app.awaitCalls(Duration.ofMinutes(1))).isFalse();
    assertThat(Thread.interrupted()).isTrue();

    CompletableFuture<Boolean> idle =
        CompletableFuture.supplyAsync(() -> app.awaitCalls(Duration.ofMinutes(10)));
    app.close();
    assertThat(idle.get(60, TimeUnit.SECONDS)).isTrue();
    assertThat(call).failsWithin(Duration.ofSeconds(30));
    assertThat(app.awaitCalls(Duration.ZERO)).isTrue();
  }

  private static Deployment deployed(Vast vast) {
    Deployment app =
        Deployment.builder("await-calls")
            .vast(vast)
            .remote(Patient.class)
            .image(Image.of("image", 1))
            .build();
    app.ensureReady();
    return app;
  }
}
