package dev.vast4j.internal.function;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A function's benchmark, validated.
 *
 * @param dataset JSON objects; empty exactly when there is a generator
 * @param generator creates inputs, or null
 * @param runs rounds, at least 1
 * @param concurrency calls at once, at least 1
 * @param warmup whether a first call does not count
 */
public record BenchmarkSpec(
    List<String> dataset,
    @Nullable Class<? extends Supplier<? extends Map<String, ?>>> generator,
    int runs,
    int concurrency,
    boolean warmup) {

  /** Copies the data set. */
  public BenchmarkSpec {
    dataset = List.copyOf(dataset);
  }
}
