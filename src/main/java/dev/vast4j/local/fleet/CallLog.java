package dev.vast4j.local.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint's calls: those that wait or run, and the latest that ended. Failures are kept longer
 * than successes, which would push them out. Learns from the protocol's reports what they tell, and
 * from vast4j's workers the rest. Bounded; guarded by the engine's lock.
 */
final class CallLog {
  /** Calls that wait or run; beyond them the oldest are forgotten. */
  private static final int MOST_ACTIVE = 10_000;

  private static final int SUCCEEDED_KEPT = 600;
  private static final int OTHERS_KEPT = 400;

  /** Failures whose stack trace is kept. */
  private static final int TRACES_KEPT = 100;

  private static final int TRACE_LENGTH = 16 << 10;
  private static final int MESSAGE_LENGTH = 2_000;
  private static final int NAME_LENGTH = 300;
  private static final int MOST_ATTEMPTS = 50;
  private static final int MOST_FUNCTIONS = 200;

  /** A caller that has its route and does not call for this long has given up. */
  private static final double UNSEEN_SECONDS = 10;

  /**
   * A caller that waits asks at least every 5 seconds, after an answer held for up to 8. One that
   * does not has given up.
   */
  static final double UNPOLLED_SECONDS = 14;

  /** How long to wait for a worker's own report after the protocol's. */
  private static final double DETAILS_SECONDS = 3;

  /** A call in a session, which the engine does not route, by the worker's own number. */
  private record Local(long worker, long number) {}

  private final FleetHistory history;
  private final Map<Long, LoggedCall> calls = new HashMap<>();
  private final Map<Local, LoggedCall> inSessions = new HashMap<>();
  private final Map<Long, LoggedCall> active = new LinkedHashMap<>();
  private final Deque<LoggedCall> succeeded = new ArrayDeque<>();
  private final Deque<LoggedCall> others = new ArrayDeque<>();
  private final Deque<LoggedCall.Attempt> traced = new ArrayDeque<>();
  private final Set<String> functions = new TreeSet<>();
  private final EngineServices services;
  private double meanCost;
  private double swept;

  CallLog(EngineServices services, FleetHistory history) {
    this.services = services;
    this.history = history;
  }

  // -- from the engine ------------------------------------------------------------------------

  void arrived(long id, double cost, double deadline, double now) {
    LoggedCall call = add(new LoggedCall(id, cost, now, 0));
    call.deadline = deadline;
    meanCost = meanCost == 0 ? cost : meanCost + (cost - meanCost) * 0.05;
    history.arrived(now);
  }

  /** Records that a call's caller still waits in the engine. */
  void waits(long id, double cost, double deadline, double now) {
    LoggedCall call = calls.get(id);
    if (call == null) {
      call = add(new LoggedCall(id, cost, now, 0));
    }
    if (deadline > 0) {
      call.deadline = deadline;
    }
    call.queued(now);
    reopen(call);
  }

  void routed(long id, double cost, long worker, long version, double now) {
    LoggedCall call = calls.get(id);
    if (call == null) {
      call = add(new LoggedCall(id, cost, now, 0));
    }
    if (call.attempts.size() < MOST_ATTEMPTS) {
      call.routed(worker, version, now);
    }
    reopen(call);
  }

  private LoggedCall add(LoggedCall call) {
    calls.put(call.id, call);
    active.put(call.id, call);
    if (active.size() > MOST_ACTIVE) {
      Iterator<LoggedCall> eldest = active.values().iterator();
      forget(eldest.next());
      eldest.remove();
    }
    return call;
  }

  private void reopen(LoggedCall call) {
    if (!call.state().ended() && active.putIfAbsent(call.id, call) == null) {
      succeeded.remove(call);
      others.remove(call);
    }
  }

  private void forget(LoggedCall call) {
    calls.remove(call.id);
    for (LoggedCall.Attempt attempt : call.attempts) {
      inSessions.remove(new Local(attempt.worker, attempt.number), call);
    }
  }

  // -- from workers ---------------------------------------------------------------------------

  /** Takes what a status report tells about calls. */
  void reported(FleetWorker worker, ObjectNode report, double now) {
    JsonNode details = report.path("vast4j").path("calls");
    if (details.isArray()) {
      worker.tellsOfCalls();
      details.forEach(json -> reported(worker, json, now));
    } else if (!worker.isTellingOfCalls()) {
      for (JsonNode id : report.path("working_request_idxs")) {
        LoggedCall.Attempt attempt = attempt(calls.get(id.asLong()), worker.id(), 0);
        if (attempt != null && !attempt.state.ended()) {
          attempt.seen = true;
          attempt.state = CallState.RUNNING;
        }
      }
    }
  }

  private void reported(FleetWorker worker, JsonNode json, double now) {
    CallState state = CallState.reported(json.path("state").asText());
    long number = json.path("n").asLong();
    if (state == null || number <= 0) {
      return;
    }
    LoggedCall call = call(worker, json, number, now);
    LoggedCall.Attempt attempt = attempt(call, worker.id(), number);
    if (attempt == null) {
      if (call.attempts.size() >= MOST_ATTEMPTS) {
        return;
      }
      attempt = call.routed(worker.id(), worker.versionId(), json.path("queued_at").asDouble(now));
    }
    String function = text(json, "function", NAME_LENGTH);
    if (function != null) {
      call.function = function;
      if (functions.size() < MOST_FUNCTIONS) {
        functions.add(function);
      }
    }
    if (attempt.state.ended()) {
      return; // reported again, since an answer got lost
    }
    attempt.number = number;
    attempt.seen = true;
    attempt.state = state;
    attempt.queuedAt = json.path("queued_at").asDouble(0);
    attempt.startedAt = json.path("started_at").asDouble(0);
    attempt.batch = json.path("batch").asInt();
    attempt.bytesIn = json.path("in").asLong(-1);
    attempt.bytesOut = json.path("out").asLong(-1);
    attempt.errorClass = text(json, "error", NAME_LENGTH);
    attempt.errorMessage = text(json, "message", MESSAGE_LENGTH);
    attempt.trace = text(json, "trace", TRACE_LENGTH);
    if (attempt.trace != null) {
      traced.addLast(attempt);
      if (traced.size() > TRACES_KEPT) {
        traced.removeFirst().trace = null;
      }
    }
    if (state.ended()) {
      ended(call, attempt, state, json.path("ended_at").asDouble(now), now);
    }
  }

  private LoggedCall call(FleetWorker worker, JsonNode json, long number, double now) {
    long session = json.path("session").asLong();
    if (session == 0) {
      long id = json.path("idx").asLong();
      LoggedCall call = calls.get(id);
      return call != null ? call : add(new LoggedCall(id, 0, queuedAt(json, now), 0));
    }
    return inSessions.computeIfAbsent(
        new Local(worker.id(), number),
        key -> {
          history.arrived(now);
          return add(new LoggedCall(services.newId(), 0, queuedAt(json, now), session));
        });
  }

  private static double queuedAt(JsonNode json, double now) {
    return json.path("queued_at").asDouble(now);
  }

  private static @Nullable String text(JsonNode json, String field, int length) {
    JsonNode value = json.path(field);
    if (!value.isTextual()) {
      return null;
    }
    String text = value.asText();
    return text.length() <= length ? text : text.substring(0, length) + "…";
  }

  /** {@return the attempt on a worker: the one with a number, else one that has none yet} */
  private static LoggedCall.@Nullable Attempt attempt(
      @Nullable LoggedCall call, long worker, long number) {
    if (call == null) {
      return null;
    }
    for (int i = call.attempts.size() - 1; i >= 0; i--) {
      LoggedCall.Attempt attempt = call.attempts.get(i);
      if (attempt.worker == worker
          && (number == 0 || attempt.number == number || attempt.number == 0)) {
        return attempt;
      }
    }
    return null;
  }

  /** Takes the protocol's report that a request ended. */
  void finished(FleetWorker worker, long id, JsonNode report, double now) {
    LoggedCall call = calls.get(id);
    LoggedCall.Attempt attempt = attempt(call, worker.id(), 0);
    if (call == null || attempt == null || attempt.state.ended()) {
      return;
    }
    CallState how =
        switch (report.path("status").asText("Success")) {
          case "Error", "Rejected" -> CallState.FAILED;
          case "Cancelled" -> CallState.CANCELLED;
          default -> CallState.SUCCEEDED;
        };
    if (worker.isTellingOfCalls()) {
      attempt.announcedEnd = how;
      attempt.announcedAt = now;
      return; // it says itself what came of the call
    }
    attempt.queuedAt = report.path("entered_queue_at").asDouble(0);
    attempt.startedAt = report.path("work_started_at").asDouble(0);
    if (report.path("status").asText().equals("Rejected")) {
      attempt.errorMessage = "the worker's queue is full";
    }
    double at = report.path("work_completed_at").asDouble(0);
    attempt.state = how;
    ended(call, attempt, how, at > 0 ? at : now, now);
  }

  /** Records that a worker's process ended, and with it what it worked on. */
  void lost(long worker, String why, double now) {
    for (LoggedCall call : List.copyOf(active.values())) {
      for (LoggedCall.Attempt attempt : call.attempts) {
        if (attempt.worker == worker && !attempt.state.ended()) {
          CallState announced = attempt.announcedEnd;
          attempt.state = announced != null ? announced : CallState.LOST;
          if (attempt.state == CallState.LOST) {
            attempt.errorMessage = "the worker " + EngineLog.firstLine(why);
          }
          ended(call, attempt, attempt.state, now, now);
        }
      }
    }
    // A new process counts from one again.
    inSessions.keySet().removeIf(local -> local.worker() == worker);
  }

  private void ended(
      LoggedCall call, LoggedCall.Attempt attempt, CallState how, double at, double now) {
    attempt.endedAt = at;
    double begun = attempt == call.attempts.get(0) ? call.arrivedAt : attempt.routedAt;
    history.ended(how, Math.max(0, at - begun), now);
    if (call.state().ended()) {
      keep(call);
    }
  }

  private void keep(LoggedCall call) {
    if (active.remove(call.id) == null) {
      return;
    }
    boolean success = call.state() == CallState.SUCCEEDED;
    Deque<LoggedCall> kept = success ? succeeded : others;
    kept.addLast(call);
    if (kept.size() > (success ? SUCCEEDED_KEPT : OTHERS_KEPT)) {
      forget(kept.removeFirst());
    }
  }

  // -- time -----------------------------------------------------------------------------------

  /** Ends the calls whose callers have given up. Looks once a second. */
  void tick(double now) {
    if (Math.abs(now - swept) < 1) {
      return;
    }
    swept = now;
    for (LoggedCall call : List.copyOf(active.values())) {
      if (call.state() == CallState.QUEUED) {
        boolean late = call.deadline > 0 && now > call.deadline;
        if (late || now - call.polledAt > UNPOLLED_SECONDS) {
          CallState how = late ? CallState.TIMED_OUT : CallState.CANCELLED;
          call.endedInQueue(how, late ? call.deadline : call.polledAt);
          history.ended(how, call.seconds(), now);
          keep(call);
        }
      }
      for (LoggedCall.Attempt attempt : call.attempts) {
        if (!attempt.state.ended()) {
          tick(call, attempt, now);
        }
      }
    }
  }

  private void tick(LoggedCall call, LoggedCall.Attempt attempt, double now) {
    CallState announced = attempt.announcedEnd;
    if (announced != null) {
      if (now - attempt.announcedAt > DETAILS_SECONDS) {
        attempt.state = announced;
        ended(call, attempt, announced, attempt.announcedAt, now);
      }
    } else if (!attempt.seen && now - attempt.routedAt > UNSEEN_SECONDS) {
      boolean again = attempt != call.last() || call.state() == CallState.QUEUED;
      attempt.state = again ? CallState.LOST : CallState.CANCELLED;
      attempt.errorMessage =
          again ? "the caller could not reach the worker" : "the caller did not call the worker";
      ended(call, attempt, attempt.state, attempt.routedAt, now);
    }
  }

  /** Ends everything that still waits or runs, since the endpoint is deleted. */
  void clear(double now) {
    for (LoggedCall call : List.copyOf(active.values())) {
      if (call.state() == CallState.QUEUED) {
        call.endedInQueue(CallState.CANCELLED, now);
        keep(call);
      }
    }
  }

  // -- views ----------------------------------------------------------------------------------

  /** {@return the mean workload of a call, or 100 before the first} */
  double meanCost() {
    return meanCost > 0 ? meanCost : 100;
  }

  /** {@return how many calls of each worker are in this state} */
  Map<Long, Integer> byWorker(CallState state) {
    Map<Long, Integer> counts = new HashMap<>();
    for (LoggedCall call : active.values()) {
      LoggedCall.Attempt last = call.last();
      if (last != null && call.state() == state) {
        counts.merge(last.worker, 1, Integer::sum);
      }
    }
    return counts;
  }

  /** {@return the latest calls that a filter selects, newest first, and how many there are} */
  ObjectNode toJson(CallFilter filter, int most) {
    List<LoggedCall> selected = new ArrayList<>();
    for (Iterable<LoggedCall> some : List.of(active.values(), succeeded, others)) {
      for (LoggedCall call : some) {
        if (filter.selects(call)) {
          selected.add(call);
        }
      }
    }
    selected.sort(
        Comparator.comparingDouble((LoggedCall call) -> call.arrivedAt)
            .thenComparingLong(call -> call.id)
            .reversed());
    ObjectNode json = ServiceJson.object().put("matching", selected.size());
    json.put("kept", active.size() + succeeded.size() + others.size());
    ArrayNode names = json.putArray("functions");
    functions.forEach(names::add);
    ArrayNode rows = json.putArray("rows");
    selected.stream().limit(most).forEach(call -> rows.add(call.toRow()));
    return json;
  }

  /** {@return everything that is known about a call, or null when it is not known} */
  @Nullable ObjectNode callJson(long id) {
    LoggedCall call = calls.get(id);
    return call == null ? null : call.toJson();
  }
}
