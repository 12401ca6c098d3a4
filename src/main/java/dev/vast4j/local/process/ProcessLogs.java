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
 * What each worker printed, in a file and its end in memory: of all workers there are, and of those
 * that are gone the latest hundred, since one wants to read why they went. Thread-safe.
 */
final class ProcessLogs {
  static final int KEPT = 100;

  private final Path folder;
  private final Redaction redaction;
  private final BiConsumer<Long, String> listener;
  private final ConcurrentMap<Long, ProcessLog> logs = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Long> gone = new ArrayDeque<>();

  ProcessLogs(Path folder, Redaction redaction, BiConsumer<Long, String> listener) {
    this.folder = folder;
    this.redaction = redaction;
    this.listener = listener;
  }

  /** The log of a worker, a new one when it has none. */
  ProcessLog of(long worker) {
    return logs.computeIfAbsent(
        worker,
        id ->
            new ProcessLog(
                folder.resolve("worker-" + id + ".log"),
                redaction,
                line -> listener.accept(id, line)));
  }

  /** The last lines of a worker, none when nothing is known of it. */
  List<String> lines(long worker) {
    ProcessLog log = logs.get(worker);
    return log == null ? List.of() : log.lines();
  }

  /** The last lines of all workers. */
  SortedMap<Long, List<String>> lines() {
    SortedMap<Long, List<String>> all = new TreeMap<>();
    logs.forEach((id, log) -> all.put(id, log.lines()));
    return all;
  }

  /** A worker is gone for good; returns the logs that are given up for it, to be deleted. */
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
