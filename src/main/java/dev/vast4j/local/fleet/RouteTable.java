package dev.vast4j.local.fleet;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The workers that take requests, ordered by when each is expected to be free. A worker works its
 * load off at its measured rate, so that moment does not move while time passes, and the order only
 * changes where something happened: finding and charging the best worker is O(log n). Among workers
 * that are free already, the one free the longest comes first.
 */
final class RouteTable {
  private record Slot(double freeAt, long worker) {}

  private final TreeSet<Slot> slots =
      new TreeSet<>(Comparator.comparingDouble(Slot::freeAt).thenComparingLong(Slot::worker));
  private final Map<Long, Slot> byWorker = new HashMap<>();

  /** The worker with the least expected queue time, or null when there is none. */
  @Nullable Long best() {
    return slots.isEmpty() ? null : slots.first().worker();
  }

  /** Seconds that a request sent to the worker now would wait. */
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
