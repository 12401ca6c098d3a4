package dev.vast4j.e2e;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The functions of the end-to-end tests. */
public interface Square {
  @Remote(allowParallelRequests = true)
  @Benchmark(dataset = "{\"x\": 2}", runs = 2)
  default CompletableFuture<Integer> square(int x) {
    return CompletableFuture.completedFuture(x * x);
  }

  /** Values whose types only the value tells. */
  @Remote
  default Map<String, Object> natural() {
    return Map.of("flag", true, "count", 1, "ratio", 0.5, "none", List.of());
  }

  @Remote
  default long processId() {
    return ProcessHandle.current().pid();
  }
}
