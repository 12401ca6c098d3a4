package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vast4j.Benchmark;
import dev.vast4j.CallOptions;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Remote;
import dev.vast4j.Vast;
import dev.vast4j.docs.Proves;
import dev.vast4j.errors.RemoteExecutionException;
import dev.vast4j.errors.WorkerLostException;
import dev.vast4j.local.LocalVast;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Functions that end their worker, or take its memory. */
@Timeout(180)
public class ExitTest {
  /** Ends the process in several ways. */
  public interface Fragile {
    List<byte[]> LEAK = new ArrayList<>();

    @Remote
    @Benchmark(dataset = "{}")
    default int ping() {
      return 1;
    }

    @Remote
    default int exit() {
      System.exit(3);
      return 0;
    }

    @Remote(allowParallelRequests = true)
    default int exitOnAnotherThread() throws Exception {
      CompletableFuture.runAsync(() -> Runtime.getRuntime().exit(0)).get();
      return 0;
    }

    @Remote
    default Stream<Integer> exitInStream() {
      return Stream.of(1, 2)
          .peek(
              i -> {
                if (i == 2) {
                  System.exit(4);
                }
              });
    }

    @Remote
    default long tooLargeArray() {
      return new long[Integer.MAX_VALUE].length;
    }

    @Remote
    default int leak() {
      while (true) {
        LEAK.add(new byte[100_000]);
      }
    }
  }

  private static Deployment fragile(Vast vast) {
    Deployment app =
        Deployment.builder("fragile")
            .vast(vast)
            .remote(Fragile.class)
            .image(Image.of("vastai/base-image:@vastai-automatic-tag", 16))
            .build();
    app.ensureReady();
    return app;
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "a function calls System.exit",
      outcome =
          "WorkerLostException at once, naming the function; no retry; the worker starts anew")
  void answersTheCallOfAFunctionThatExits() {
    try (LocalVast engine = LocalVast.start();
        Vast vast = engine.client();
        Deployment app = fragile(vast)) {
      Fragile fragile =
          app.remote(Fragile.class, CallOptions.defaults().timeout(Duration.ofSeconds(100)));
      assertThat(fragile.ping()).isEqualTo(1);
      long start = System.nanoTime();
      WorkerLostException exit = catchThrowableOfType(WorkerLostException.class, fragile::exit);
      assertThat(exit.getCause()).hasMessageContaining("function 'exit' called System.exit");
      assertThat(exit.getCause()).hasMessageContaining("ExitTest");
      assertThat(exit.attempts()).isEqualTo(1);
      assertThat(fragile.ping()).isEqualTo(1);
      WorkerLostException other =
          catchThrowableOfType(WorkerLostException.class, fragile::exitOnAnotherThread);
      assertThat(other.getCause()).hasMessageContaining("exitOnAnotherThread");
      assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)).isLessThan(60);
      assertThat(fragile.ping()).isEqualTo(1);
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "a function calls System.exit between two elements",
      of = "stream",
      outcome =
          "the elements sent so far, then an exception that says so, with the function's line")
  void endsTheStreamOfAFunctionThatExits() {
    try (LocalVast engine = LocalVast.start();
        Vast vast = engine.client();
        Deployment app = fragile(vast)) {
      Fragile fragile =
          app.remote(Fragile.class, CallOptions.defaults().timeout(Duration.ofSeconds(100)));
      List<Integer> seen = new ArrayList<>();
      try (Stream<Integer> elements = fragile.exitInStream()) {
        assertThat(
                catchThrowableOfType(
                    RemoteExecutionException.class, () -> elements.forEach(seen::add)))
            .hasMessageContaining("function 'exitInStream' called System.exit")
            .hasStackTraceContaining("ExitTest.java:");
      }
      assertThat(seen).containsExactly(1);
      assertThat(fragile.ping()).isEqualTo(1);
    }
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "a function runs out of memory, or leaks until nothing is left",
      outcome = "that call fails with the error; a worker whose heap stays full starts anew")
  void survivesFunctionsThatTakeAllMemory() {
    try (LocalVast engine =
            LocalVast.start(dev.vast4j.local.LocalOptions.defaults().workerHeap("128m"));
        Vast vast = engine.client();
        Deployment app =
            Deployment.builder("hungry")
                .vast(vast)
                .remote(Fragile.class)
                .image(Image.of("vastai/base-image:@vastai-automatic-tag", 16))
                .build()) {
      app.ensureReady();
      Fragile fragile =
          app.remote(Fragile.class, CallOptions.defaults().timeout(Duration.ofSeconds(100)));
      assertThat(fragile.ping()).isEqualTo(1);
      assertThat(catchThrowableOfType(RemoteExecutionException.class, fragile::tooLargeArray))
          .hasMessageContaining("OutOfMemoryError");
      assertThat(fragile.ping()).isEqualTo(1);
      assertThat(catchThrowableOfType(RemoteExecutionException.class, fragile::leak))
          .hasMessageContaining("OutOfMemoryError");
      assertThat(fragile.ping()).isEqualTo(1);
    }
  }
}
