package dev.vast4j.e2e;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Calls of every kind, for the soak. */
public interface Load {
  @Remote(allowParallelRequests = true, maxQueueTime = 600)
  @Benchmark(dataset = "{\"x\": 2}", runs = 2)
  default CompletableFuture<Long> square(long x) {
    return CompletableFuture.completedFuture(x * x);
  }

  @Remote(allowParallelRequests = true, maxQueueTime = 600)
  default byte[] same(byte[] bytes) {
    return bytes;
  }

  @Remote(allowParallelRequests = true, maxQueueTime = 600)
  default Stream<Integer> count(int to) {
    return IntStream.range(0, to).boxed();
  }

  /** Leaves its number in a file, at each run. */
  @Remote(allowParallelRequests = true, maxQueueTime = 600, idempotent = false)
  default int enter(int entry) throws IOException {
    Files.write(
        Path.of(System.getenv("RUNS")),
        ByteBuffer.allocate(Integer.BYTES).putInt(entry).array(),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    return -entry;
  }
}
