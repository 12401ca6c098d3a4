package com.example.trainmnist;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** Recognizes the digit in a picture. */
public interface Classifier {
  @Remote(allowParallelRequests = true)
  @Benchmark(generator = AnyPixels.class)
  CompletableFuture<Guess> infer(double[] pixels);

  /**
   * The model's answer.
   *
   * @param digit the likeliest digit
   * @param probability how likely it is, up to 1
   */
  record Guess(int digit, double probability) {}

  /** Inputs for the benchmark: random, because every guess takes equally long. */
  final class AnyPixels implements Supplier<Map<String, Object>> {
    @Override
    public Map<String, Object> get() {
      return Map.of("pixels", ThreadLocalRandom.current().doubles(64, 0, 16).toArray());
    }
  }
}
