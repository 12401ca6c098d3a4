package dev.vast4j.local;

import dev.vast4j.local.fleet.Fleet;
import dev.vast4j.local.fleet.Placement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * The route calls that wait for room on a worker, first come, first served. All are held equally
 * long, so only the first of each fleet matters. Guarded by the engine's lock.
 */
final class HeldRoutes {
  private record Held(double cost, long requestIdx, double until, Routing.Reply reply) {}

  private final Map<Fleet, Deque<Held>> held = new LinkedHashMap<>();
  private final double holdSeconds;
  private final DoubleSupplier elapsed;

  /**
   * Creates it without calls.
   *
   * @param holdSeconds how long to hold a call at most; 0 to hold none
   */
  HeldRoutes(double holdSeconds, DoubleSupplier elapsed) {
    this.holdSeconds = holdSeconds;
    this.elapsed = elapsed;
  }

  /** Holds a call until its fleet has room or its time is up; false when calls are not held. */
  boolean hold(Fleet fleet, double cost, long requestIdx, Routing.Reply reply) {
    if (holdSeconds == 0) {
      return false;
    }
    held.computeIfAbsent(fleet, key -> new ArrayDeque<>())
        .add(new Held(cost, requestIdx, elapsed.getAsDouble() + holdSeconds, reply));
    return true;
  }

  /** Removes the calls that can be answered now; whoever releases the lock runs the answers. */
  List<Runnable> answers() {
    if (held.isEmpty()) {
      return List.of();
    }
    double now = elapsed.getAsDouble();
    List<Runnable> answers = new ArrayList<>();
    for (Iterator<Map.Entry<Fleet, Deque<Held>>> it = held.entrySet().iterator(); it.hasNext(); ) {
      Map.Entry<Fleet, Deque<Held>> waiting = it.next();
      Fleet fleet = waiting.getKey();
      Deque<Held> routes = waiting.getValue();
      while (!routes.isEmpty() && (fleet.hasRoom() || now >= routes.getFirst().until())) {
        Held route = routes.removeFirst();
        Placement placement = fleet.route(route.cost(), route.requestIdx());
        answers.add(() -> route.reply().placed(fleet.endpoint().name(), placement));
      }
      if (routes.isEmpty()) {
        it.remove();
      }
    }
    return answers;
  }
}
