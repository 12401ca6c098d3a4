package com.example.embeddings;

import dev.vast4j.Batched;
import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Turns sentences into numbers. */
public interface Embedder {
  /** Takes one sentence; the worker runs up to 64 at once. */
  @Remote
  @Batched(method = "embedAll", maxSize = 64, maxWaitMillis = 5)
  @Benchmark(generator = AnySentence.class)
  default float[] embed(String text) {
    return embedAll(List.of(text)).get(0);
  }

  /** The same without batching, to compare. */
  @Remote
  default float[] embedAlone(String text) {
    return embedAll(List.of(text)).get(0);
  }

  /** Runs on the worker for a whole batch; not remote itself. */
  List<float[]> embedAll(List<String> texts);

  /** Inputs for the benchmark. */
  final class AnySentence implements Supplier<Map<String, Object>> {
    @Override
    public Map<String, Object> get() {
      return Map.of("text", Sentences.any());
    }
  }
}
