package dev.vast4j.e2e;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;

/** Functions that leave a trace of each run. */
public interface Ledger {
  @Remote(allowParallelRequests = true, maxQueueTime = 600)
  @Benchmark(dataset = "{\"x\": 2}", runs = 2)
  default CompletableFuture<Integer> square(int x) {
    return CompletableFuture.completedFuture(x * x);
  }

  /** Adds a byte to the entry's file, so that its size is the number of runs. */
  @Remote(allowParallelRequests = true, maxQueueTime = 600, idempotent = false)
  default int enter(int entry) throws IOException {
    Path file = Path.of(System.getenv("LEDGER")).resolve(String.valueOf(entry));
    Files.write(file, new byte[1], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return -entry;
  }
}
