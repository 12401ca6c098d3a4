package dev.vast4j.local.fleet;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The latest requests and their outcomes. Guarded by the engine's lock. */
final class RequestLog {
  private static final int KEPT = 200;

  private static final class Logged {
    final double cost;
    final double arrivedAt;
    double routedAt;
    double startedAt;
    double endedAt;
    long worker;
    String status = "queued";

    Logged(double cost, double arrivedAt) {
      this.cost = cost;
      this.arrivedAt = arrivedAt;
    }
  }

  private final Map<Long, Logged> entries =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Logged> eldest) {
          return size() > KEPT;
        }
      };

  void arrived(long idx, double cost, double now) {
    entries.put(idx, new Logged(cost, now));
  }

  void routed(long idx, double cost, long worker, double now) {
    Logged entry = entries.computeIfAbsent(idx, key -> new Logged(cost, now));
    entry.routedAt = now;
    entry.worker = worker;
    entry.status = "routed";
  }

  void finished(long idx, ObjectNode report, double now) {
    Logged entry = entries.get(idx);
    if (entry != null) {
      entry.status = report.path("status").asText("Success").toLowerCase(Locale.ROOT);
      entry.startedAt = report.path("work_started_at").asDouble(0);
      entry.endedAt = report.path("work_completed_at").asDouble(now);
    }
  }

  /** {@return the latest requests, oldest first} */
  ArrayNode toJson(int count) {
    ArrayNode array = ServiceJson.MAPPER.createArrayNode();
    entries.entrySet().stream()
        .skip(Math.max(0, entries.size() - count))
        .forEach(request -> add(array, request.getKey(), request.getValue()));
    return array;
  }

  private static void add(ArrayNode array, long idx, Logged entry) {
    array
        .addObject()
        .put("idx", idx)
        .put("cost", entry.cost)
        .put("worker", entry.worker)
        .put("status", entry.status)
        .put("arrived_at", entry.arrivedAt)
        .put("routed_at", entry.routedAt)
        .put("started_at", entry.startedAt)
        .put("ended_at", entry.endedAt);
  }
}
