package dev.vast4j.worker;

import dev.vast4j.BatchResult;
import dev.vast4j.Batched;
import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import dev.vast4j.Sessions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Batched functions. */
public interface Batching {
  /** The sizes of all batches of {@link #doubled}. */
  List<Integer> SIZES = new CopyOnWriteArrayList<>();

  /** Lets batches of {@link #held} end. */
  Semaphore PERMITS = new Semaphore(0);

  /** Counts the batches of {@link #held} that began. */
  Semaphore STARTED = new Semaphore(0);

  /** Counts the batches of {@link #held} that were interrupted. */
  Semaphore INTERRUPTED = new Semaphore(0);

  @Remote
  @Batched(method = "doubleAll", maxSize = 8, maxWaitMillis = 1)
  @Benchmark(dataset = "{\"x\": 2}", runs = 2, concurrency = 2)
  int doubled(int x);

  default List<Integer> doubleAll(List<Integer> all) {
    SIZES.add(all.size());
    return all.stream().map(x -> 2 * x).toList();
  }

  /** What it is called with: one batch runs, the others wait for it. */
  @Remote(maxConcurrency = 1)
  @Batched(method = "holdAll", maxSize = 16, maxWaitMillis = 0)
  CompletableFuture<String> held(String name);

  default List<BatchResult<String>> holdAll(List<String> names) throws InterruptedException {
    STARTED.release();
    try {
      if (!PERMITS.tryAcquire(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("no permit");
      }
    } catch (InterruptedException e) {
      INTERRUPTED.release();
      throw e;
    }
    List<BatchResult<String>> results = new ArrayList<>();
    for (String name : names) {
      results.add(
          name.equals("none")
              ? null
              : name.startsWith("bad")
                  ? BatchResult.failed(new IllegalArgumentException(name))
                  : BatchResult.of(name + " of " + names.size()));
    }
    return results;
  }

  @Remote(maxConcurrency = 1)
  @Batched(method = "wrongAll", maxWaitMillis = 0)
  String wrong(String how);

  default List<String> wrongAll(List<String> all) {
    if (all.contains("throw")) {
      throw new ArithmeticException("none of it");
    }
    return all.contains("null") ? null : List.of("one", "two");
  }

  @Remote
  @Batched(method = "addAll", maxWaitMillis = 60_000)
  int add(int n);

  default List<Integer> addAll(List<Integer> all) {
    AtomicInteger sum = Sessions.get(AtomicInteger.class, AtomicInteger::new);
    return all.stream().map(n -> all.size() * 1000 + sum.addAndGet(n)).toList();
  }

  @Remote(maxConcurrency = 2)
  default String two(String name) throws InterruptedException {
    STARTED.release();
    PERMITS.acquire();
    return name;
  }

  @Remote(virtualThreads = true)
  default String thread() {
    return Thread.currentThread().toString();
  }

  @Remote(allowParallelRequests = true)
  default String plainThread() {
    return Thread.currentThread().toString();
  }
}
