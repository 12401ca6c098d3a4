package dev.vast4j.browser;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The functions that the page's test deploys. */
public interface Work {
  @Remote(allowParallelRequests = true)
  @Benchmark(dataset = "{\"millis\": 2}", runs = 2)
  default CompletableFuture<Integer> work(int millis) {
    System.out.println("working for " + millis + " ms");
    return new CompletableFuture<Integer>()
        .completeOnTimeout(millis, millis, TimeUnit.MILLISECONDS);
  }

  /** One call at a time, the others wait on the worker. */
  @Remote
  default CompletableFuture<String> alone(String name) {
    return new CompletableFuture<String>().completeOnTimeout(name, 60, TimeUnit.SECONDS);
  }

  @Remote(allowParallelRequests = true)
  default CompletableFuture<Integer> divide(int a, int b) {
    return CompletableFuture.completedFuture(a / b);
  }

  /** Ends the worker's process without a word, a moment after the engine has heard of the call. */
  @Remote(allowParallelRequests = true)
  default CompletableFuture<Integer> die() {
    return new CompletableFuture<Integer>()
        .completeOnTimeout(0, 600, TimeUnit.MILLISECONDS)
        .whenComplete((done, failure) -> Runtime.getRuntime().halt(9));
  }
}
