package dev.vast4j.worker;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The threads that run functions: virtual ones where the JDK has them, else a bounded pool. */
final class CallThreads {
  private static final String NAME = "vast4j-call-";

  /**
   * How many platform threads may run functions at once; further calls wait. Well above what a GPU
   * takes, well below what a container allows.
   */
  private static final int MAX_PLATFORM_THREADS = 512;

  private CallThreads() {}

  static ExecutorService create() {
    ExecutorService virtual = virtual();
    return virtual != null ? virtual : platform();
  }

  private static @Nullable ExecutorService virtual() {
    if (Runtime.version().feature() < 21) {
      return null;
    }
    // By name, since this is compiled for a JDK that has no virtual threads.
    try {
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      Class<?> builder = Class.forName("java.lang.Thread$Builder$OfVirtual");
      MethodHandle ofVirtual =
          lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(builder));
      MethodHandle name =
          lookup.findVirtual(
              builder, "name", MethodType.methodType(builder, String.class, long.class));
      MethodHandle factory =
          lookup.findVirtual(builder, "factory", MethodType.methodType(ThreadFactory.class));
      MethodHandle perTask =
          lookup.findStatic(
              java.util.concurrent.Executors.class,
              "newThreadPerTaskExecutor",
              MethodType.methodType(ExecutorService.class, ThreadFactory.class));
      ThreadFactory threads =
          (ThreadFactory) factory.invoke(name.invoke(ofVirtual.invoke(), NAME, 1L));
      return (ExecutorService) perTask.invoke(threads);
    } catch (Throwable e) {
      throw new IllegalStateException("this JDK's virtual threads are not as known", e);
    }
  }

  private static ExecutorService platform() {
    AtomicInteger count = new AtomicInteger();
    HandOver queue = new HandOver();
    return new ThreadPoolExecutor(
        0,
        MAX_PLATFORM_THREADS,
        30,
        TimeUnit.SECONDS,
        queue,
        task -> {
          Thread thread = new Thread(task, NAME + count.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        },
        (task, pool) -> {
          if (pool.isShutdown()) {
            throw new RejectedExecutionException("the worker ends");
          }
          queue.put(task);
        });
  }

  /**
   * Takes a task only when a thread waits for one, so that the pool starts threads as long as it
   * may; what is put in by then waits. A plain queue would either never start a second thread, or
   * start all of them before it uses one again.
   */
  private static final class HandOver extends LinkedTransferQueue<Runnable> {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean offer(Runnable task) {
      return tryTransfer(task);
    }
  }
}
