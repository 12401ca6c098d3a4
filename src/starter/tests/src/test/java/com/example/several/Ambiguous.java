package com.example.several;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;

/** Two classes implement it. */
public interface Ambiguous {
  @Remote
  @Benchmark(dataset = "{}", runs = 1)
  String which();

  /** One. */
  class First implements Ambiguous {
    @Override
    public String which() {
      return "first";
    }
  }

  /** The other. */
  class Second implements Ambiguous {
    @Override
    public String which() {
      return "second";
    }
  }
}
