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
 * One life of a worker, from boot to end: the processes that it runs, one after the other. Once it
 * has been told to end it starts none. Run by the worker's own thread; ended by any.
 */
final class WorkerLife {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerLife.class);
  private static final long POLITE_MILLIS = 3000;

  private final WorkerHost.Boot boot;
  private final Watchdog watchdog;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Process process;
  private boolean toEnd;

  WorkerLife(WorkerHost.Boot boot, Watchdog watchdog) {
    this.boot = boot;
    this.watchdog = watchdog;
  }

  WorkerHost.Boot boot() {
    return boot;
  }

  /** Whether it was told to end. */
  boolean isToEnd() {
    lock.lock();
    try {
      return toEnd;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Starts a process and stays until it has ended.
   *
   * @param output reads what it prints, on a thread of its own
   * @param started is told that it runs
   * @return its exit code; -1 when the life was to end before
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
      // What it printed last tells why. A child of its own may hold the output open, so not for
      // long.
      pump.join(100);
      return code;
    } finally {
      begun.destroyForcibly();
      watchdog.forget(begun);
    }
  }

  /** For a process that must not wait for input. */
  static void closeInput(Process process) {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      LOG.debug("a process has ended before its input was closed: {}", e.toString());
    }
  }

  private @Nullable Process begin(ProcessBuilder builder) throws IOException {
    lock.lock();
    try {
      if (toEnd) {
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

  private @Nullable Process toEnd() {
    lock.lock();
    try {
      toEnd = true;
      return process;
    } finally {
      lock.unlock();
    }
  }

  /** Asks it to end; returns at once. */
  void askToEnd() {
    Process running = toEnd();
    if (running != null) {
      running.destroy();
    }
  }

  /** Ends it with all that it started: politely, which may take seconds, then by force. */
  void end(boolean force) {
    Process running = toEnd();
    if (running == null) {
      return;
    }
    List<ProcessHandle> children = running.descendants().toList();
    try {
      if (!force) {
        running.destroy();
        running.waitFor(POLITE_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List<ProcessHandle> all = Stream.concat(children.stream(), running.descendants()).toList();
    running.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
  }

  /** Kills what runs as if by accident. */
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

  /** Waits for the end of what runs. */
  void await(long nanos) throws InterruptedException {
    Process running = toEnd();
    if (running != null) {
      running.waitFor(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    }
  }
}
