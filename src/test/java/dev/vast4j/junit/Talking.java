package dev.vast4j.junit;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;

/** A function that prints. */
public interface Talking {
  @Remote
  @Benchmark(dataset = "{}", runs = 1)
  default int talk() {
    System.out.println("words for the log");
    return 1;
  }
}
