package dev.vast4j.reference;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;

/** The square example. */
public interface Square {
  @Remote
  @Benchmark(dataset = "{\"x\": 2}", runs = 2)
  default int square(int x) {
    return x * x;
  }
}
