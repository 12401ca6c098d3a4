package dev.vast4j.browser;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The function that the page's test deploys. */
public interface Work {
  @Remote(allowParallelRequests = true)
  @Benchmark(dataset = "{\"millis\": 2}", runs = 2)
  default CompletableFuture<Integer> work(int millis) {
    System.out.println("working for " + millis + " ms");
    return new CompletableFuture<Integer>()
        .completeOnTimeout(millis, millis, TimeUnit.MILLISECONDS);
  }
}
