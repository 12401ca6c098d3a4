package dev.vast4j.local.fleet;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A call and its attempts, each on one worker. Times in seconds; 0 is unknown. */
final class LoggedCall {
  /** One attempt, on one worker. */
  static final class Attempt {
    final long worker;
    final long version;
    final double routedAt;

    /** The number that the worker gave the call, or 0 until it reports one. */
    long number;

    CallState state = CallState.ASSIGNED;
    boolean seen;
    double queuedAt;
    double startedAt;
    double endedAt;
    @Nullable String errorClass;
    @Nullable String errorMessage;
    @Nullable String trace;
    int batch;
    long bytesIn = -1;
    long bytesOut = -1;

    /** The end by the protocol's report, until the worker's own report says more. */
    @Nullable CallState announcedEnd;

    double announcedAt;

    Attempt(long worker, long version, double routedAt) {
      this.worker = worker;
      this.version = version;
      this.routedAt = routedAt;
    }

    private ObjectNode toJson() {
      ObjectNode json =
          ServiceJson.object()
              .put("worker", worker)
              .put("version", version)
              .put("state", state.wireName())
              .put("routed_at", routedAt)
              .put("queued_at", queuedAt)
              .put("started_at", startedAt)
              .put("ended_at", endedAt);
      putIfKnown(json, "in", bytesIn);
      putIfKnown(json, "out", bytesOut);
      if (batch > 1) {
        json.put("batch", batch);
      }
      if (errorClass != null) {
        json.put("error", errorClass);
      }
      if (errorMessage != null) {
        json.put("message", errorMessage);
      }
      if (trace != null) {
        json.put("trace", trace);
      }
      return json;
    }

    private static void putIfKnown(ObjectNode json, String name, long value) {
      if (value >= 0) {
        json.put(name, value);
      }
    }
  }

  final long id;
  final double cost;
  final double arrivedAt;

  /** The id of the session's own request, or 0. */
  final long session;

  final List<Attempt> attempts = new ArrayList<>(1);
  @Nullable String function;

  /** When its caller gives up, or 0 when the caller did not say. */
  double deadline;

  /** When the engine last heard of its caller while it was queued. */
  double polledAt;

  private boolean queued = true;
  private @Nullable CallState endedInQueue;
  private double leftQueueAt;

  LoggedCall(long id, double cost, double arrivedAt, long session) {
    this.id = id;
    this.cost = cost;
    this.arrivedAt = arrivedAt;
    this.session = session;
    this.polledAt = arrivedAt;
  }

  void queued(double now) {
    queued = true;
    endedInQueue = null;
    polledAt = now;
  }

  Attempt routed(long worker, long version, double now) {
    queued = false;
    endedInQueue = null;
    Attempt attempt = new Attempt(worker, version, now);
    attempts.add(attempt);
    return attempt;
  }

  void endedInQueue(CallState how, double now) {
    endedInQueue = how;
    leftQueueAt = now;
  }

  CallState state() {
    if (endedInQueue != null) {
      return endedInQueue;
    }
    Attempt last = last();
    return queued || last == null ? CallState.QUEUED : last.state;
  }

  @Nullable Attempt last() {
    return attempts.isEmpty() ? null : attempts.get(attempts.size() - 1);
  }

  double endedAt() {
    Attempt last = last();
    return endedInQueue != null ? leftQueueAt : state().ended() && last != null ? last.endedAt : 0;
  }

  /** {@return seconds from the caller's first request to the end} */
  double seconds() {
    return Math.max(0, endedAt() - arrivedAt);
  }

  long version() {
    Attempt last = last();
    return last == null ? 0 : last.version;
  }

  /** {@return whether a text occurs in what identifies the call; the text is in lower case} */
  boolean mentions(String text) {
    if (text.isEmpty() || contains("#" + id, text) || contains(function, text)) {
      return true;
    }
    for (Attempt attempt : attempts) {
      if (contains(attempt.errorClass, text)
          || contains(attempt.errorMessage, text)
          || String.valueOf(attempt.worker).equals(text)) {
        return true;
      }
    }
    return false;
  }

  private static boolean contains(@Nullable String in, String text) {
    return in != null && in.toLowerCase(Locale.ROOT).contains(text);
  }

  /** {@return a row of the list} */
  ObjectNode toRow() {
    ObjectNode json = head();
    Attempt last = last();
    if (last != null) {
      json.put("worker", last.worker)
          .put("version", last.version)
          .put("routed_at", last.routedAt)
          .put("started_at", last.startedAt);
      if (last.errorClass != null) {
        json.put("error", last.errorClass);
      }
    }
    return json;
  }

  /** {@return everything that is known} */
  ObjectNode toJson() {
    ObjectNode json = head().put("cost", cost).put("deadline", deadline);
    ArrayNode array = json.putArray("tries");
    attempts.forEach(attempt -> array.add(attempt.toJson()));
    return json;
  }

  private ObjectNode head() {
    ObjectNode json =
        ServiceJson.object()
            .put("id", id)
            .put("state", state().wireName())
            .put("arrived_at", arrivedAt)
            .put("ended_at", endedAt())
            .put("attempts", attempts.size());
    if (function != null) {
      json.put("function", function);
    }
    if (session != 0) {
      json.put("session", session);
    }
    return json;
  }
}
