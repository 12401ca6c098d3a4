package dev.vast4j.internal.http;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads for HTTP: on JDK 21+ a virtual one per exchange, otherwise a bounded pool of platform
 * threads that end when idle.
 */
public final class HttpThreads {
  private static final String NAME = "vast4j-call-";

  private static final @Nullable MethodHandle IS_VIRTUAL = isVirtual();

  private HttpThreads() {}

  /** Whether the thread is virtual. */
  public static boolean isVirtual(Thread thread) {
    if (IS_VIRTUAL == null) {
      return false;
    }
    try {
      return (boolean) IS_VIRTUAL.invokeExact(thread);
    } catch (Throwable e) {
      throw new LinkageError("Thread.isVirtual", e);
    }
  }

  private static @Nullable MethodHandle isVirtual() {
    try {
      return MethodHandles.publicLookup()
          .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
    } catch (NoSuchMethodException | IllegalAccessException e) {
      return null; // before JDK 21
    }
  }

  static ExecutorService create(int platformThreads) {
    ThreadFactory virtual = virtualThreads();
    if (virtual != null) {
      ExecutorService perTask = perTask(virtual);
      if (perTask != null) {
        return perTask;
      }
    }
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            platformThreads,
            platformThreads,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, NAME + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** {@code Thread.ofVirtual().name(NAME, 1).factory()}, or null before JDK 21. */
  private static @Nullable ThreadFactory virtualThreads() {
    if (Runtime.version().feature() < 21) {
      return null;
    }
    try {
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      Class<?> builder = Class.forName("java.lang.Thread$Builder$OfVirtual");
      Object ofVirtual =
          lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(builder)).invoke();
      Object named =
          lookup
              .findVirtual(
                  builder, "name", MethodType.methodType(builder, String.class, long.class))
              .invoke(ofVirtual, NAME, 1L);
      return (ThreadFactory)
          lookup
              .findVirtual(builder, "factory", MethodType.methodType(ThreadFactory.class))
              .invoke(named);
    } catch (Throwable e) {
      throw new LinkageError("virtual threads are missing on this JDK", e);
    }
  }

  private static @Nullable ExecutorService perTask(ThreadFactory factory) {
    try {
      MethodHandle method =
          MethodHandles.publicLookup()
              .findStatic(
                  Executors.class,
                  "newThreadPerTaskExecutor",
                  MethodType.methodType(ExecutorService.class, ThreadFactory.class));
      return (ExecutorService) method.invoke(factory);
    } catch (Throwable e) {
      throw new LinkageError("virtual threads are missing on this JDK", e);
    }
  }
}
