package dev.vast4j.local;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.DoubleSupplier;

/** The route calls that wait for room on a worker. Confined to the engine's lock. */
final class HeldRoutes {
  private record Held(
      Fleet fleet, double cost, long requestIdx, double until, Routing.Reply reply) {}

  private final List<Held> held = new ArrayList<>();
  private final DoubleSupplier elapsed;

  HeldRoutes(DoubleSupplier elapsed) {
    this.elapsed = elapsed;
  }

  /** Holds a call until its fleet has room, or for that many seconds. */
  void hold(Fleet fleet, double cost, long requestIdx, double seconds, Routing.Reply reply) {
    held.add(new Held(fleet, cost, requestIdx, elapsed.getAsDouble() + seconds, reply));
  }

  /** Takes out what can be answered now; the answers are given by whoever lets the lock go. */
  List<Runnable> answers() {
    if (held.isEmpty()) {
      return List.of();
    }
    double now = elapsed.getAsDouble();
    List<Runnable> answers = new ArrayList<>();
    for (Iterator<Held> it = held.iterator(); it.hasNext(); ) {
      Held route = it.next();
      if (route.fleet().hasRoom() || now >= route.until()) {
        it.remove();
        Placement placement = route.fleet().route(route.cost(), route.requestIdx());
        String name = route.fleet().endpoint().name();
        answers.add(() -> route.reply().placed(name, placement));
      }
    }
    return answers;
  }
}
