package com.example.batch;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.util.concurrent.CompletableFuture;

/** A small function that is called very often. */
public interface Collatz {
  /** Counts the steps, n / 2 or 3 n + 1, until a number is 1. */
  @Remote(allowParallelRequests = true)
  @Benchmark(dataset = {"{\"n\": 27}", "{\"n\": 97}", "{\"n\": 871}"})
  default CompletableFuture<Integer> steps(long n) {
    int steps = 0;
    for (long i = n; i != 1; i = i % 2 == 0 ? i / 2 : Math.addExact(3 * i, 1)) {
      steps++;
    }
    return CompletableFuture.completedFuture(steps);
  }
}
