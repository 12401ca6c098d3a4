package dev.vast4j.e2e;

import dev.vast4j.BatchResult;
import dev.vast4j.Batched;
import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A function in batches whose inputs say how they end. */
public interface Batches {
  /** Fails alone. */
  String BAD = "bad";

  /** Fails all of its batch. */
  String WORSE = "worse";

  @Remote(maxQueueTime = 600)
  @Batched(method = "echoAll", maxSize = 16, maxWaitMillis = 2)
  @Benchmark(dataset = "{\"name\": \"benchmark\"}", runs = 2)
  CompletableFuture<String> echo(String name);

  default List<BatchResult<String>> echoAll(List<String> names) {
    if (names.stream().anyMatch(name -> name.startsWith(WORSE))) {
      throw new IllegalStateException("the batch of " + names);
    }
    return names.stream()
        .map(
            name ->
                name.startsWith(BAD)
                    ? BatchResult.<String>failed(new IllegalArgumentException(name))
                    : BatchResult.of("echo of " + name))
        .toList();
  }
}
