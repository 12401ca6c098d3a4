package dev.vast4j.local.process;

import dev.vast4j.local.fleet.WorkerHost;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life of a worker, from boot to end: the processes that it runs, one after another. Starts
 * none once it was told to end. Run by the worker's own thread, ended by any.
 */
final class WorkerLife {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerLife.class);
  private static final long GRACE_MILLIS = 3000;

  private final WorkerHost.Boot boot;
  private final Watchdog watchdog;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Process process;
  private boolean ending;

  WorkerLife(WorkerHost.Boot boot, Watchdog watchdog) {
    this.boot = boot;
    this.watchdog = watchdog;
  }

  WorkerHost.Boot boot() {
    return boot;
  }

  /** {@return whether it was told to end} */
  boolean isEnding() {
    lock.lock();
    try {
      return ending;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Runs a process to its end.
   *
   * @param output reads its output, on its own thread
   * @param started hears that it runs
   * @return its exit code, or -1 when the life was told to end before
   */
  int run(ProcessBuilder builder, Consumer<InputStream> output, Consumer<Process> started)
      throws IOException, InterruptedException {
    Process begun = begin(builder);
    if (begun == null) {
      return -1;
    }
    try {
      Thread pump =
          Threads.daemon("vast4j-local-log-" + boot.worker())
              .newThread(() -> output.accept(begun.getInputStream()));
      pump.start();
      started.accept(begun);
      int code = begun.waitFor();
      // Its last lines say why. A child process may hold the output open, so wait briefly.
      pump.join(100);
      return code;
    } finally {
      begun.destroyForcibly();
      watchdog.forget(begun);
    }
  }

  /** Closes a process's input, so that it does not wait for any. */
  static void closeInput(Process process) {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      LOG.debug("a process ended before its input was closed: {}", e.toString());
    }
  }

  private @Nullable Process begin(ProcessBuilder builder) throws IOException {
    lock.lock();
    try {
      if (ending) {
        return null;
      }
      Process begun = builder.start();
      watchdog.watch(begun);
      process = begun;
      return begun;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Process requestEnd() {
    lock.lock();
    try {
      ending = true;
      return process;
    } finally {
      lock.unlock();
    }
  }

  /** Asks the running process to end; returns at once. */
  void askToEnd() {
    Process running = requestEnd();
    if (running != null) {
      running.destroy();
    }
  }

  /**
   * Ends the running process and its descendants: gracefully, which can take seconds, then by
   * force.
   */
  void end(boolean force) {
    Process running = requestEnd();
    if (running == null) {
      return;
    }
    List<ProcessHandle> children = running.descendants().toList();
    try {
      if (!force) {
        running.destroy();
        running.waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List<ProcessHandle> all = Stream.concat(children.stream(), running.descendants()).toList();
    running.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
  }

  /** Kills the running process as if by accident. */
  void kill() {
    lock.lock();
    try {
      if (process != null) {
        process.destroyForcibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the end of the running process. */
  void await(long nanos) throws InterruptedException {
    Process running = requestEnd();
    if (running != null) {
      running.waitFor(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    }
  }
}
