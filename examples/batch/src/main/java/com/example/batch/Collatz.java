package com.example.batch;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.util.concurrent.CompletableFuture;

/** A small function to be called very often. */
public interface Collatz {
  /** How often a number is halved or made 3 n + 1 until it is 1. */
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
