package dev.vast4j.worker;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Functions that leave their thread otherwise than they found it, and one that looks. */
public interface Messy {
  @Remote
  @Benchmark(dataset = "{}", runs = 1, concurrency = 1)
  default int mess() {
    Thread thread = Thread.currentThread();
    thread.setContextClassLoader(new URLClassLoader(new URL[0], null));
    thread.setName("mess");
    thread.setPriority(Thread.MAX_PRIORITY);
    thread.interrupt();
    return 1;
  }

  @Remote
  default int messAndFail() {
    mess();
    throw new IllegalStateException("failed");
  }

  @Remote
  default CompletableFuture<Integer> messLater() {
    mess();
    // Interrupted, so that the worker's own waiting would fail at once.
    return CompletableFuture.supplyAsync(
        () -> 1, CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS));
  }

  @Remote(allowParallelRequests = true)
  default List<String> look() {
    List<String> left = new ArrayList<>();
    Thread thread = Thread.currentThread();
    if (thread.getContextClassLoader() != Messy.class.getClassLoader()) {
      left.add("class loader");
    }
    if (thread.getName().equals("mess")) {
      left.add("name");
    }
    if (thread.getPriority() != Thread.NORM_PRIORITY) {
      left.add("priority");
    }
    if (Thread.interrupted()) {
      left.add("interrupt");
    }
    return left;
  }

  @Remote
  default List<String> lookInTurn() {
    return look();
  }

  /** What a thread that a function starts inherits. */
  @Remote
  default List<String> lookFromNewThread() throws InterruptedException {
    List<String> left = new ArrayList<>();
    Thread thread = new Thread(() -> left.addAll(look()));
    thread.start();
    thread.join();
    return left;
  }
}
