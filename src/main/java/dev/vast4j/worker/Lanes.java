package dev.vast4j.worker;

import dev.vast4j.internal.function.BatchSpec;
import dev.vast4j.internal.function.Execution;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The queues of a worker's functions: one that functions share, and one for each function with a
 * bound of its own. Thread-safe.
 */
final class Lanes {
  /** Where the calls of a function wait, those that run alone and those that run in batches. */
  private record Places(Lane<QueuedCall>.Group alone, Lane<QueuedCall>.@Nullable Group batches) {}

  private final Map<String, Places> places = new HashMap<>();

  /**
   * Creates the queues.
   *
   * @param memory let go when a function runs out of memory
   */
  Lanes(
      Serving serving,
      FunctionThreads threads,
      LaneTimer timer,
      MemoryReserve memory,
      BatchMetrics metrics) {
    Lane<QueuedCall> shared = new Lane<>(1, timer);
    for (ServedFunction function : serving.functions().values()) {
      Execution execution = function.function().execution();
      Lane<QueuedCall> lane =
          execution.maxConcurrency() == 0 ? shared : new Lane<>(execution.bound(), timer);
      places.put(
          function.name(),
          new Places(
              lane.group(
                  threads.most(execution),
                  threads.of(execution),
                  (calls, waited, group) -> calls.get(0).runAlone()),
              batches(function, lane, serving, threads, memory, metrics)));
    }
  }

  private static Lane<QueuedCall>.@Nullable Group batches(
      ServedFunction function,
      Lane<QueuedCall> lane,
      Serving serving,
      FunctionThreads threads,
      MemoryReserve memory,
      BatchMetrics metrics) {
    Execution execution = function.function().execution();
    BatchSpec batch = execution.batch();
    if (batch == null) {
      return null;
    }
    CallBatch runner = new CallBatch(function, serving.contexts(), memory);
    return lane.batches(
        batch.maxSize(),
        batch.maxWait(),
        threads.most(execution),
        threads.of(execution),
        (calls, waited, group) -> {
          try {
            metrics.begins(function.name(), calls.size(), waited);
            runner.run(calls);
          } finally {
            group.leave();
          }
        });
  }

  /**
   * {@return where a call waits}
   *
   * @param alone whether it must not share a batch, as in a session
   */
  Lane<QueuedCall>.Group of(ServedFunction function, boolean alone) {
    Places found = Objects.requireNonNull(places.get(function.name()), function.name());
    Lane<QueuedCall>.Group batches = found.batches();
    return alone || batches == null ? found.alone() : batches;
  }
}
