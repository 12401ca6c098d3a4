package com.example.square;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.util.concurrent.CompletableFuture;

/** The remote functions: their bodies run on a worker. */
public interface Square {
  @Remote
  @Benchmark(dataset = "{\"x\": 2}")
  default CompletableFuture<Integer> square(int x) {
    return CompletableFuture.completedFuture(x * x);
  }

  /** Returns the id of the process that answers, which is not the caller's. */
  @Remote
  default long processId() {
    return ProcessHandle.current().pid();
  }
}
