package com.acme.square;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.util.concurrent.CompletableFuture;

public interface Square {
  @Remote
  @Benchmark(dataset = "{\"x\": 2}", runs = 1)
  default CompletableFuture<Integer> square(int x) {
    return CompletableFuture.completedFuture(x * x);
  }
}
