package dev.vast4j.local.fleet;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The workers that take requests, ordered by when each will be free. A worker works off its load at
 * its measured rate, so that moment stays the same as time passes and the order changes only with
 * events: finding and charging the best worker is O(log n). Among free workers, the one free for
 * longest comes first.
 */
final class RouteTable {
  private record Slot(double freeAt, long worker) {}

  private final TreeSet<Slot> slots =
      new TreeSet<>(Comparator.comparingDouble(Slot::freeAt).thenComparingLong(Slot::worker));
  private final Map<Long, Slot> byWorker = new HashMap<>();

  /** {@return the worker with the shortest expected queue, or null without workers} */
  @Nullable Long best() {
    return slots.isEmpty() ? null : slots.first().worker();
  }

  /** {@return the seconds that a request sent to the worker now would wait} */
  double queueTime(long worker, double now) {
    Slot slot = byWorker.get(worker);
    return slot == null ? 0 : Math.max(0, slot.freeAt() - now);
  }

  /** Adds or moves a worker. */
  void put(long worker, double freeAt) {
    remove(worker);
    Slot slot = new Slot(freeAt, worker);
    byWorker.put(worker, slot);
    slots.add(slot);
  }

  /** Adds seconds of work to a worker that is in the table. */
  void charge(long worker, double seconds, double now) {
    Slot slot = byWorker.get(worker);
    if (slot != null) {
      put(worker, Math.max(slot.freeAt(), now) + seconds);
    }
  }

  void remove(long worker) {
    Slot slot = byWorker.remove(worker);
    if (slot != null) {
      slots.remove(slot);
    }
  }

  boolean contains(long worker) {
    return byWorker.containsKey(worker);
  }

  int size() {
    return slots.size();
  }
}
