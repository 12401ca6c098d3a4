package dev.vast4j.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.launcher.EngineHttp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a worker, from their opening to when all that they kept is closed. Thread-safe.
 * The methods that end sessions block while the callback is posted, at most for the HTTP client's
 * deadline.
 */
final class Sessions {
  static final int MAX_SESSIONS = 10;

  private final LoadMetrics metrics;
  private final EngineHttp http;
  private final WorkerLog log;
  private final Executor threads;

  // Guarded by this.
  private final Map<String, WorkerSession> open = new HashMap<>();

  /** Done when all that ended sessions kept is closed. Guarded by this. */
  private CompletableFuture<Void> closing = CompletableFuture.completedFuture(null);

  /**
   * The sessions of a worker; none yet.
   *
   * @param threads on these the values that sessions kept are closed
   */
  Sessions(LoadMetrics metrics, EngineHttp http, Executor threads, WorkerLog log) {
    this.metrics = metrics;
    this.http = http;
    this.threads = threads;
    this.log = log;
  }

  /** Adds a session, in work from now on; false, and rejected, when there are too many. */
  synchronized boolean open(WorkerSession session) {
    if (open.size() >= MAX_SESSIONS) {
      metrics.reject(session.record);
      return false;
    }
    open.put(session.id, session);
    metrics.start(session.record);
    return true;
  }

  /** The session of an id, or null when there is none or it ended. */
  synchronized @Nullable WorkerSession find(String id) {
    return open.get(id);
  }

  /** Adds a call to a session and extends it; false when it has ended. */
  synchronized boolean join(WorkerSession session, Call call) {
    if (open.get(session.id) != session) {
      return false;
    }
    session.expiration += session.lifetime;
    session.calls.add(call);
    return true;
  }

  /** A call of the session is over. */
  void leave(WorkerSession session, Call call) {
    boolean last;
    synchronized (this) {
      last = session.calls.remove(call) && over(session);
    }
    if (last) {
      closeValues(session);
    }
  }

  /** Whether the session has ended and none of its calls runs any more. Guarded by this. */
  private boolean over(WorkerSession session) {
    return open.get(session.id) != session && session.calls.isEmpty();
  }

  /** Closes what the session kept, on a thread that the user's code may hold up. */
  private void closeValues(WorkerSession session) {
    List<AutoCloseable> values = session.values.end();
    if (values.isEmpty()) {
      return;
    }
    try {
      CompletableFuture<Void> done =
          CompletableFuture.runAsync(() -> closeAll(values, log), threads);
      synchronized (this) {
        closing = CompletableFuture.allOf(closing, done);
      }
    } catch (RejectedExecutionException e) {
      // The worker has ended, and this was kept in use until then by a call that ignored it.
      log.warn("what a session kept is not closed: its last call outlived the worker");
    }
  }

  /** Closes what an ended session kept; failures are logged. */
  static void closeAll(List<AutoCloseable> values, WorkerLog log) {
    for (AutoCloseable value : values) {
      try {
        value.close();
      } catch (Throwable e) {
        // The user's code; there is nobody left to hand its failure to.
        log.warn("closing a session's " + value.getClass().getName() + " failed", e);
      }
    }
  }

  /** Ends the sessions whose time is up. */
  void closeExpired() {
    double now = metrics.now();
    List<WorkerSession> expired = new ArrayList<>();
    synchronized (this) {
      for (WorkerSession session : open.values()) {
        if (session.expiration <= now) {
          expired.add(session);
        }
      }
    }
    expired.forEach(this::close);
  }

  /** Ends all sessions. Blocks until what they kept is closed, at most for the grace period. */
  void closeAll(Duration grace) {
    List<WorkerSession> all;
    synchronized (this) {
      all = List.copyOf(open.values());
    }
    all.forEach(this::close);
    CompletableFuture<Void> closed;
    synchronized (this) {
      closed = closing;
    }
    try {
      closed.get(grace.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      log.warn("not all that sessions kept was closed within " + grace.toSeconds() + " s");
    } catch (ExecutionException e) {
      throw new IllegalStateException("closing what a session kept never fails", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends a session: cancels its calls, posts the callback; false when somebody else did that. */
  boolean close(WorkerSession session) {
    List<Call> calls;
    boolean idle;
    synchronized (this) {
      if (!open.remove(session.id, session)) {
        return false;
      }
      calls = List.copyOf(session.calls);
      idle = over(session);
    }
    for (Call call : calls) {
      call.cancel(410, "the session has ended");
    }
    if (idle) {
      closeValues(session);
    }
    postCallback(session);
    metrics.succeed(session.record);
    return true;
  }

  private void postCallback(WorkerSession session) {
    String route = session.onCloseRoute;
    if (route == null) {
      return;
    }
    ObjectNode body = Json.MAPPER.createObjectNode();
    JsonNode payload = session.onClosePayload;
    if (payload instanceof ObjectNode object) {
      body.setAll(object);
    } else if (payload != null) {
      body.set("payload", payload);
    }
    if (!body.has("session_id")) {
      body.put("session_id", session.id);
    }
    try {
      int status = http.postJson(route, Json.bytes(body));
      if (status >= 400) {
        log.warn("the callback at the end of a session was answered with status " + status);
      }
    } catch (IOException e) {
      log.warn("the callback at the end of a session failed: " + Failures.describe(e));
    }
  }

  /**
   * As a call would. The reference knows only calls; our clients ask for this to keep a session
   * open between calls.
   */
  synchronized void extend(WorkerSession session) {
    session.expiration += session.lifetime;
  }

  /** When the session ends unless it is extended, in seconds since 1970. */
  synchronized double expiration(WorkerSession session) {
    return session.expiration;
  }
}
