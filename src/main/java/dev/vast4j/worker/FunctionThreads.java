package dev.vast4j.worker;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that run functions: virtual ones on JDK 21 and later, otherwise a bounded pool. */
final class FunctionThreads {
  private static final String NAME = "vast4j-call-";

  /**
   * How many platform threads may run functions at once; further calls wait. More than a GPU can
   * use, fewer than a container allows.
   */
  private static final int MAX_PLATFORM_THREADS = 512;

  private FunctionThreads() {}

  static ExecutorService create() {
    return Runtime.version().feature() >= 21 ? virtual() : platform();
  }

  /** Uses reflection, since this compiles for JDK 17. */
  private static ExecutorService virtual() {
    try {
      Class<?> type = Class.forName("java.lang.Thread$Builder$OfVirtual");
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      type.getMethod("name", String.class, long.class).invoke(builder, NAME, 1L);
      type.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(builder, false);
      ThreadFactory factory = (ThreadFactory) type.getMethod("factory").invoke(builder);
      ThreadFactory plain = plain(factory);
      return (ExecutorService)
          Executors.class
              .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
              .invoke(null, plain);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot create virtual threads on this JDK", e);
    }
  }

  /** Makes threads that inherit nothing from the thread, often a function's, that needs them. */
  @SuppressWarnings("ThreadPriorityCheck") // undoes what a function did
  private static ThreadFactory plain(ThreadFactory factory) {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return task -> {
      Thread thread = factory.newThread(task);
      thread.setDaemon(true);
      thread.setPriority(Thread.NORM_PRIORITY);
      thread.setContextClassLoader(loader);
      return thread;
    };
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
        plain(task -> new Thread(null, task, NAME + count.incrementAndGet(), 0, false)),
        (task, pool) -> {
          if (pool.isShutdown()) {
            throw new RejectedExecutionException("the worker shuts down");
          }
          queue.put(task);
        });
  }

  /**
   * Accepts a task only if an idle thread takes it at once, so that the pool starts threads up to
   * its maximum; further tasks are put into it and wait. With a plain queue the pool would either
   * never start a second thread, or start all of them before reusing one.
   */
  private static final class HandOver extends LinkedTransferQueue<Runnable> {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean offer(Runnable task) {
      return tryTransfer(task);
    }
  }
}
