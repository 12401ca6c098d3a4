package dev.vast4j.local.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Routes an endpoint's requests, each to the worker with the shortest expected queue, and keeps
 * those that wait. Guarded by the engine's lock.
 */
final class Dispatcher {
  /** Placed requests to remember, for clients that ask again. */
  private static final int PLACED = 10_000;

  private static final double NEVER = Double.NEGATIVE_INFINITY;

  private static final class Queued {
    final double cost;
    final double since;
    double deadline;
    double polled;

    Queued(double cost, double now, double elapsed) {
      this.cost = cost;
      this.since = now;
      this.polled = elapsed;
    }
  }

  private final EngineServices services;
  private final EndpointState endpoint;
  private final WorkerPool pool;
  private final EngineLog log;
  private final CallLog calls;
  private final Map<Long, Queued> queue = new LinkedHashMap<>();
  private final Map<Long, Long> placed =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
          return size() > PLACED; // reports that would have removed it can get lost
        }
      };
  private final ArrivalMeter arrivals = new ArrivalMeter();
  private final ArrivalMeter reported = new ArrivalMeter();
  private double lastActivity = NEVER;

  Dispatcher(
      EngineServices services,
      EndpointState endpoint,
      WorkerPool pool,
      FleetHistory history,
      EngineLog log) {
    this.services = services;
    this.endpoint = endpoint;
    this.pool = pool;
    this.log = log;
    this.calls = new CallLog(services, history);
  }

  /** Starts counting idle time once the endpoint has an inactivity timeout. */
  void countIdleTime() {
    if (lastActivity == NEVER && endpoint.scaling().inactivityTimeout().orElse(0) > 0) {
      lastActivity = services.now();
    }
  }

  /**
   * Places a request. A new one has index 0, a repeated one the index it got before.
   *
   * @param timeout the seconds after which its caller gives up, or 0 when unknown
   */
  Placement route(double cost, long requestIdx, double timeout) {
    double now = services.now();
    lastActivity = now;
    double deadline = timeout > 0 ? now + timeout : 0;
    long idx = requestIdx;
    if (idx == 0) {
      idx = services.newId();
      arrivals.add(cost, now);
      calls.arrived(idx, cost, deadline, now);
    }
    unplace(idx);
    Placement.Ready ready = place(idx, cost, now);
    if (ready != null) {
      queue.remove(idx);
      return ready;
    }
    calls.waits(idx, cost, deadline, now);
    Queued queued = queue.get(idx);
    if (queued == null) {
      queued = new Queued(cost, now, services.elapsed());
      queue.put(idx, queued);
      log.trace("request " + idx + " waits: " + pool.statusText());
    } else {
      queued.polled = services.elapsed();
    }
    queued.deadline = deadline;
    return new Placement.Waiting(idx, pool.statusText());
  }

  private Placement.@Nullable Ready place(long idx, double cost, double now) {
    RouteTable routes = pool.routes();
    Long best = routes.best();
    if (best == null || routes.queueTime(best, now) > endpoint.scaling().maxQueueTime()) {
      return null;
    }
    FleetWorker worker = pool.worker(best);
    String url = worker == null ? null : worker.url();
    if (worker == null || url == null) {
      return null;
    }
    long reqnum = worker.route(idx, cost, services.elapsed());
    placed.put(idx, best);
    routes.charge(best, worker.secondsFor(cost), now);
    calls.routed(idx, cost, best, worker.versionId(), now);
    return new Placement.Ready(best, url, idx, reqnum);
  }

  private void unplace(long idx) {
    Long before = placed.remove(idx);
    FleetWorker worker = before == null ? null : pool.worker(before);
    if (worker != null) {
      worker.finished(idx);
    }
  }

  /** {@return whether a request can be placed now} */
  boolean hasRoom() {
    Long best = pool.routes().best();
    return best != null
        && pool.routes().queueTime(best, services.now()) <= endpoint.scaling().maxQueueTime();
  }

  /** Takes a worker's report of its load and its work. */
  void reported(FleetWorker worker, ObjectNode report) {
    double now = services.now();
    calls.reported(worker, report, now);
    if (worker.newLoad() > 0) {
      reported.add(worker.newLoad(), now);
    }
    if (worker.hasWork()) {
      lastActivity = now;
    }
  }

  /** Takes a worker's report that a request ended. */
  void finished(FleetWorker worker, ObjectNode request) {
    long idx = request.path("request_idx").asLong();
    worker.finished(idx);
    placed.remove(idx);
    calls.finished(worker, idx, request, services.now());
  }

  /** Forgets what was placed on a worker whose process ended, so that it is placed again. */
  void forget(FleetWorker worker, String why) {
    calls.lost(worker.id(), why, services.now());
    placed.values().removeIf(id -> id == worker.id());
  }

  /** Drops requests whose caller has given up, or that no client polls any more. */
  void tick() {
    double elapsed = services.elapsed();
    double now = services.now();
    queue
        .values()
        .removeIf(
            queued ->
                elapsed - queued.polled > CallLog.UNPOLLED_SECONDS
                    || (queued.deadline > 0 && now > queued.deadline));
    calls.tick(now);
  }

  void clear() {
    queue.clear();
    calls.clear(services.now());
  }

  int waiting() {
    return queue.size();
  }

  /**
   * {@return the smoothed load per second, as clients request it or as workers see it, whichever is
   * higher}
   */
  double arrivalRate() {
    double now = services.now();
    return Math.max(arrivals.rate(now), reported.rate(now));
  }

  double queuedLoad() {
    return queue.values().stream().mapToDouble(queued -> queued.cost).sum();
  }

  /** {@return the seconds a new request would wait or the oldest has waited, whichever is more} */
  double queueTime() {
    double now = services.now();
    double waited =
        queue.values().stream().mapToDouble(queued -> now - queued.since).max().orElse(0);
    Long best = pool.routes().best();
    return Math.max(waited, best == null ? 0 : pool.routes().queueTime(best, now));
  }

  double secondsSinceActivity() {
    return services.now() - lastActivity;
  }

  CallLog calls() {
    return calls;
  }
}
