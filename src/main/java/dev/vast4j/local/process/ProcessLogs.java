package dev.vast4j.local.process;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

/**
 * The output of all workers that exist and of the latest hundred removed ones, to show why they
 * ended. Thread-safe.
 */
final class ProcessLogs {
  static final int KEPT = 100;

  private final Path folder;
  private final Redaction redaction;
  private final LineNumbers numbers;
  private final BiConsumer<Long, String> listener;
  private final ConcurrentMap<Long, ProcessLog> logs = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Long> gone = new ArrayDeque<>();

  ProcessLogs(
      Path folder, Redaction redaction, LineNumbers numbers, BiConsumer<Long, String> listener) {
    this.folder = folder;
    this.numbers = numbers;
    this.redaction = redaction;
    this.listener = listener;
  }

  /** {@return a worker's log, created when needed} */
  ProcessLog of(long worker) {
    return logs.computeIfAbsent(
        worker,
        id ->
            new ProcessLog(
                folder.resolve("worker-" + id + ".log"),
                redaction,
                numbers,
                line -> listener.accept(id, line)));
  }

  /** {@return the last lines of a worker; empty when the worker is unknown} */
  List<String> lines(long worker) {
    ProcessLog log = logs.get(worker);
    return log == null ? List.of() : log.lines();
  }

  /** {@return a worker's lines with a number above this; empty when the worker is unknown} */
  List<ProcessHost.Line> after(long worker, long number) {
    ProcessLog log = logs.get(worker);
    return log == null ? List.of() : log.after(number);
  }

  /** {@return the last lines of each worker} */
  SortedMap<Long, List<String>> lines() {
    SortedMap<Long, List<String>> all = new TreeMap<>();
    logs.forEach((id, log) -> all.put(id, log.lines()));
    return all;
  }

  /** Records that a worker was removed; returns the logs to delete in exchange. */
  List<ProcessLog> gone(long worker) {
    lock.lock();
    try {
      gone.addLast(worker);
      ProcessLog oldest = gone.size() > KEPT ? logs.remove(gone.removeFirst()) : null;
      return oldest == null ? List.of() : List.of(oldest);
    } finally {
      lock.unlock();
    }
  }
}
