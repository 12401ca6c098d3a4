package dev.vast4j.worker;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Creates pools of named daemon threads, which inherit nothing from the thread that needs them. */
final class WorkerThreads {
  private static final long IDLE_SECONDS = 30;

  private WorkerThreads() {}

  /** {@return whether this JDK has virtual threads} */
  static boolean hasVirtual() {
    return Runtime.version().feature() >= 21;
  }

  /** Creates a virtual thread for each task. Uses reflection, since this compiles for JDK 17. */
  static ExecutorService virtual(String name) {
    try {
      Class<?> type = Class.forName("java.lang.Thread$Builder$OfVirtual");
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      type.getMethod("name", String.class, long.class).invoke(builder, name, 1L);
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

  /** Creates a pool that starts a thread whenever none is idle; its users bound it. */
  static ExecutorService unbounded(String name) {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        named(name));
  }

  /** Creates a pool of at most so many threads; further tasks wait. */
  static ExecutorService bounded(String name, int most) {
    HandOver queue = new HandOver();
    return new ThreadPoolExecutor(
        0,
        most,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        queue,
        named(name),
        (task, pool) -> {
          if (pool.isShutdown()) {
            throw new RejectedExecutionException("the worker shuts down");
          }
          queue.put(task);
        });
  }

  private static ThreadFactory named(String name) {
    AtomicInteger count = new AtomicInteger();
    return plain(task -> new Thread(null, task, name + count.incrementAndGet(), 0, false));
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
