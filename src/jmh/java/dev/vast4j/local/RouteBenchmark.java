package dev.vast4j.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.local.fleet.Placement;
import dev.vast4j.local.fleet.ServiceJson;
import dev.vast4j.local.process.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The embedded engine's choice of a worker, without HTTP and without its signature. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@NullUnmarked // JMH calls set-up first
public class RouteBenchmark {
  /** How many workers are ready. */
  @Param({"1", "10", "100", "1000"})
  public int workers;

  private Path folder;
  private Engine engine;
  private String key;
  private ObjectNode request;

  /** Makes the workers ready. */
  @Setup
  public void start() throws IOException {
    folder = Files.createTempDirectory("route-benchmark");
    engine = Routes.ready(folder, "many", workers);
    key = engine.endpoints().list().path("results").path(0).path("api_key").asText();
    // So cheap that no queue is ever too long.
    request = ServiceJson.object().put("endpoint", "many").put("cost", 0.001);
  }

  /** Removes what they left. */
  @TearDown(Level.Trial)
  public void stop() {
    Home.deleteQuietly(folder);
  }

  /** One route. */
  @Benchmark
  public boolean route() {
    boolean[] ready = new boolean[1];
    engine
        .routing()
        .route(key, request, (name, placed) -> ready[0] = placed instanceof Placement.Ready);
    if (!ready[0]) {
      throw new IllegalStateException("no worker");
    }
    return ready[0];
  }
}
