package com.example.classify;

import dev.vast4j.Batched;
import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Sorts messages by topic. */
public interface Helpdesk {
  /** A topic, and how alike the message is to its examples: 1 for the same meaning. */
  record Topic(String name, double likeness) {}

  /** Takes one message; the worker runs the model once for up to 32. */
  @Remote
  @Batched(method = "sortAll", maxSize = 32, maxWaitMillis = 5)
  @Benchmark(dataset = "{\"message\": \"My order has not arrived.\"}")
  default CompletableFuture<Topic> sort(String message) {
    return CompletableFuture.completedFuture(sortAll(List.of(message)).get(0));
  }

  /** Runs on the worker for a whole batch; not remote itself. */
  List<Topic> sortAll(List<String> messages);
}
