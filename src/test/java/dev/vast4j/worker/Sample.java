package dev.vast4j.worker;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Functions of every kind. */
public interface Sample {
  /** Lets {@link #waitForPermit} return. */
  Semaphore PERMITS = new Semaphore(0);

  /** Counts the interruptions of functions that wait. */
  Semaphore INTERRUPTED = new Semaphore(0);

  /** Counts the functions that began to wait. */
  Semaphore STARTED = new Semaphore(0);

  @Remote(allowParallelRequests = true)
  @Benchmark(dataset = "{\"x\": 2}", runs = 2, concurrency = 2)
  default CompletableFuture<Integer> square(int x) {
    return CompletableFuture.completedFuture(x * x);
  }

  @Remote(workload = LengthWorkload.class, allowParallelRequests = true)
  default String shout(String text) {
    return text.toUpperCase(java.util.Locale.ROOT);
  }

  @Remote(allowParallelRequests = true)
  default int fail(String message) {
    throw new IllegalStateException(message, new ArithmeticException("deeper"));
  }

  @Remote(allowParallelRequests = true)
  default void nothing() {}

  @Remote
  default String waitForPermit(String name) throws InterruptedException {
    STARTED.release();
    try {
      if (!PERMITS.tryAcquire(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("no permit");
      }
      return name;
    } catch (InterruptedException e) {
      INTERRUPTED.release();
      throw e;
    }
  }

  @Remote(allowParallelRequests = true, maxQueueTime = 1e-9)
  default int impatient() {
    return 1;
  }

  @Remote(allowParallelRequests = true)
  default CompletableFuture<String> never() {
    STARTED.release();
    CompletableFuture<String> future = new CompletableFuture<>();
    var unused =
        future.whenComplete(
            (value, failure) -> {
              if (future.isCancelled()) {
                INTERRUPTED.release();
              }
            });
    return future;
  }

  @Remote(allowParallelRequests = true)
  default Stream<Integer> count(int to) {
    return IntStream.range(0, to).boxed();
  }

  @Remote(allowParallelRequests = true)
  default Stream<Integer> later() {
    return Stream.generate(
            () -> {
              PERMITS.acquireUninterruptibly();
              return 7;
            })
        .limit(1);
  }

  @Remote(allowParallelRequests = true)
  default Stream<Integer> breakAt(int at) {
    return IntStream.range(0, at + 1)
        .mapToObj(
            i -> {
              if (i == at) {
                throw new IllegalStateException("broken at " + i);
              }
              return i;
            });
  }

  @Remote(allowParallelRequests = true)
  default Stream<Integer> endless() {
    AtomicInteger next = new AtomicInteger();
    STARTED.release();
    return Stream.generate(next::getAndIncrement).onClose(INTERRUPTED::release);
  }

  @Remote(allowParallelRequests = true)
  default Flow.Publisher<String> publish(List<String> words) {
    SubmissionPublisher<String> publisher = new SubmissionPublisher<>();
    return subscriber -> {
      publisher.subscribe(subscriber);
      words.forEach(publisher::submit);
      publisher.close();
    };
  }

  @Remote(allowParallelRequests = true)
  default byte[] echo(byte[] bytes) {
    return bytes;
  }

  @Remote(allowParallelRequests = true)
  default int addToSession(int n) {
    return dev.vast4j.Sessions.get(Kept.class, Kept::new).sum.addAndGet(n);
  }

  /** Looks the session up only when its stream is read. */
  @Remote(allowParallelRequests = true)
  default Stream<String> sessionIds() {
    return Stream.generate(dev.vast4j.Sessions::id).limit(1);
  }

  /** Keeps a value and ignores its interruption. */
  @Remote(allowParallelRequests = true)
  default int holdOn() {
    Kept kept = dev.vast4j.Sessions.get(Kept.class, Kept::new);
    STARTED.release();
    PERMITS.acquireUninterruptibly();
    return kept.sum.get();
  }

  /** Ignores its interruption and holds up the queue. */
  @Remote
  default int ignore() {
    STARTED.release();
    PERMITS.acquireUninterruptibly();
    return 1;
  }

  /** A value that a session keeps. */
  final class Kept implements AutoCloseable {
    /** Counts the closed instances. */
    static final Semaphore CLOSED = new Semaphore(0);

    private final AtomicInteger sum = new AtomicInteger();

    @Override
    public void close() {
      CLOSED.release();
    }
  }

  /** The text's length; fails for an empty text and is negative for a single letter. */
  final class LengthWorkload {
    public LengthWorkload() {}

    public double workload(String text) {
      if (text.isEmpty()) {
        throw new IllegalArgumentException("empty");
      }
      return text.length() == 1 ? -1 : text.length();
    }
  }
}
