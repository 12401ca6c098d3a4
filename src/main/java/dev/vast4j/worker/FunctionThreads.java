package dev.vast4j.worker;

import dev.vast4j.internal.function.Execution;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The threads that decode arguments and run functions, and do nothing else. Platform threads,
 * because a virtual thread inside native code or a class initializer keeps a processor from all
 * others; virtual ones for functions that ask for them. Thread-safe.
 */
final class FunctionThreads {
  /**
   * How many platform threads one function may hold; further calls wait. More than a GPU can use,
   * fewer than a container allows.
   */
  private static final int MOST = 512;

  private final ExecutorService platform = WorkerThreads.unbounded("vast4j-call-");
  private final ExecutorService virtual =
      WorkerThreads.hasVirtual() ? WorkerThreads.virtual("vast4j-call-") : platform;

  /** {@return the threads that a function runs on} */
  ExecutorService of(Execution execution) {
    return execution.virtualThreads() ? virtual : platform;
  }

  /** {@return how many threads the function may hold} */
  int most(Execution execution) {
    return of(execution) == platform ? MOST : Integer.MAX_VALUE;
  }

  /** {@return the platform threads} */
  ExecutorService platform() {
    return platform;
  }

  /** Interrupts all threads; blocks until they end and returns false if that takes longer. */
  boolean close(long seconds) throws InterruptedException {
    platform.shutdownNow();
    virtual.shutdownNow();
    return platform.awaitTermination(seconds, TimeUnit.SECONDS)
        && virtual.awaitTermination(seconds, TimeUnit.SECONDS);
  }
}
