package dev.vast4j.internal.spi;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.xnio.OptionMap;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

/** Makes the threads of a web server. */
public final class ServerThreads {
  private static final long IDLE_SECONDS = 60;

  private ServerThreads() {}

  /**
   * Starts I/O threads, with an executor of the JDK for blocking tasks. XNIO's own executor uses
   * methods of {@code sun.misc.Unsafe} for which JDK 24 and later print a warning.
   *
   * @param name the name of the threads, which are daemons
   * @param tasks the number of threads for blocking tasks; idle ones end
   * @param options further options
   * @return the threads, which the caller shuts down
   */
  public static XnioWorker start(String name, int ioThreads, int tasks, OptionMap options) {
    return start(name, ioThreads, tasks, options, null);
  }

  /**
   * Starts I/O threads, with an executor of the JDK for blocking tasks.
   *
   * @param name the name of the threads, which are daemons
   * @param tasks the number of threads for blocking tasks; idle ones end
   * @param options further options
   * @param group the group of the I/O threads, which learns when one of them dies; null for the
   *     calling thread's
   * @return the threads, which the caller shuts down
   */
  public static XnioWorker start(
      String name, int ioThreads, int tasks, OptionMap options, @Nullable ThreadGroup group) {
    AtomicInteger count = new AtomicInteger();
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            tasks,
            tasks,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, name + "-task-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    return Xnio.getInstance(ServerThreads.class.getClassLoader())
        .createWorkerBuilder()
        .setThreadGroup(group)
        .populateFromOptions(options)
        .setWorkerName(name)
        .setDaemon(true)
        .setWorkerIoThreads(ioThreads)
        .setExternalExecutorService(executor)
        .setTerminationTask(executor::shutdown)
        .build();
  }
}
