package com.example.shop;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;

/** Default methods: needs no implementing class. */
public interface Prices {
  @Remote(allowParallelRequests = true)
  @Benchmark(dataset = "{\"cents\": 1}", runs = 1)
  default CompletableFuture<Integer> doubled(int cents) {
    return CompletableFuture.completedFuture(2 * cents);
  }

  /** Blocks until a file is there. */
  @Remote(allowParallelRequests = true)
  default String when(String file) throws InterruptedException {
    while (!Files.exists(Path.of(file))) {
      Thread.sleep(20);
    }
    return "there";
  }

  @Remote(allowParallelRequests = true)
  default Flow.Publisher<Integer> countdown(int from) {
    SubmissionPublisher<Integer> publisher = new SubmissionPublisher<>();
    CompletableFuture.runAsync(
        () -> {
          while (publisher.getNumberOfSubscribers() == 0) {
            Thread.onSpinWait();
          }
          for (int i = from; i > 0; i--) {
            publisher.submit(i);
          }
          publisher.close();
        });
    return publisher;
  }

  /** Whether the worker has a class. */
  @Remote(allowParallelRequests = true)
  default boolean has(String type) {
    try {
      Class.forName(type);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
