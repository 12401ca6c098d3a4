package dev.vast4j.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.local.fleet.Fleet;
import dev.vast4j.local.fleet.Keys;
import dev.vast4j.local.fleet.Placement;
import dev.vast4j.local.fleet.ServiceError;
import dev.vast4j.local.fleet.ServiceJson;
import org.jspecify.annotations.Nullable;

/** Answers route calls. Takes the engine's lock; thread-safe. */
final class Routing {
  /** Receives a route call's result, once, on any thread. */
  interface Reply {
    void placed(String endpoint, Placement placement);
  }

  private final EngineLock lock;
  private final Registry registry;
  private final HeldRoutes held;

  Routing(EngineLock lock, Registry registry, HeldRoutes held) {
    this.lock = lock;
    this.registry = registry;
    this.held = held;
  }

  /** Answers a route call whose caller does not say how long it waits. */
  void route(@Nullable String key, ObjectNode request, Reply reply) {
    route(key, request, 0, reply);
  }

  /**
   * Answers a route call: at once, or, when it repeats an earlier one, once a worker has room.
   *
   * @param timeout the seconds after which its caller gives up, or 0 when unknown
   */
  void route(@Nullable String key, ObjectNode request, double timeout, Reply reply) {
    String name = ServiceJson.requiredText(request, "endpoint");
    double cost = ServiceJson.number(request, "cost", 100);
    long idx = (long) ServiceJson.number(request, "request_idx", 0);
    if (!(cost >= 0 && cost < Double.POSITIVE_INFINITY) || idx < 0) {
      throw ServiceError.invalid("cost must be finite, cost and request_idx not negative");
    }
    Placement placement =
        lock.locked(
            () -> {
              Fleet fleet = fleet(key, name);
              Placement placed = fleet.route(cost, idx, timeout);
              boolean repeated = idx != 0 && placed instanceof Placement.Waiting;
              return repeated && held.hold(fleet, cost, idx, reply) ? null : placed;
            });
    if (placement != null) {
      reply.placed(name, placement);
    }
  }

  private Fleet fleet(@Nullable String key, String name) {
    for (Fleet fleet : registry.endpoints()) {
      if (fleet.endpoint().name().equals(name) && Keys.same(fleet.endpoint().apiKey(), key)) {
        return fleet;
      }
    }
    boolean others =
        registry.endpoints().stream().anyMatch(fleet -> Keys.same(fleet.endpoint().apiKey(), key));
    throw ServiceError.unauthorized(
        others
            ? "the key belongs to an endpoint other than " + name
            : "authenticate_endpoint_apikey: invalid api_key or endpoint " + name + " not found");
  }
}
