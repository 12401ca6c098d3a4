package dev.vast4j.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.launcher.EngineHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
 * The sessions of a worker. Thread-safe. The methods that end sessions block while the callback is
 * posted, at most for the HTTP client's deadline.
 */
final class SessionTable {
  static final int MAX_SESSIONS = 10;

  private final LoadMetrics metrics;
  private final EngineHttp http;
  private final ConsoleLog log;
  private final Executor threads;

  // Guarded by this.
  private final Map<String, WorkerSession> open = new HashMap<>();

  /** Completes when all values of ended sessions are closed. Guarded by this. */
  private CompletableFuture<Void> closing = CompletableFuture.completedFuture(null);

  /**
   * Creates an empty table.
   *
   * @param threads close the values of sessions
   */
  SessionTable(LoadMetrics metrics, EngineHttp http, Executor threads, ConsoleLog log) {
    this.metrics = metrics;
    this.http = http;
    this.threads = threads;
    this.log = log;
  }

  /**
   * Adds a session and counts it as in work; rejects it, returning false, if there are too many.
   */
  synchronized boolean open(WorkerSession session) {
    if (open.size() >= MAX_SESSIONS) {
      metrics.reject(session.record);
      return false;
    }
    open.put(session.id, session);
    metrics.start(session.record);
    return true;
  }

  /** {@return the open session of an id, or null} */
  synchronized @Nullable WorkerSession find(String id) {
    return open.get(id);
  }

  /** Adds a call to a session and extends the session; returns false if the session has ended. */
  synchronized boolean join(WorkerSession session, WorkerSession.Member call) {
    if (open.get(session.id) != session) {
      return false;
    }
    extend(session);
    session.calls.add(call);
    return true;
  }

  /**
   * Removes a call whose function has returned. After the last one, the session lasts for at least
   * a lifetime, as after any call.
   */
  void leave(WorkerSession session, WorkerSession.Member call) {
    boolean last;
    synchronized (this) {
      boolean left = session.calls.remove(call);
      if (left && session.calls.isEmpty()) {
        session.expiration = Math.max(session.expiration, metrics.now() + session.lifetime);
      }
      last = left && over(session);
    }
    if (last) {
      closeValues(session);
    }
  }

  private synchronized boolean idle(WorkerSession session) {
    return session.calls.isEmpty();
  }

  /** {@return whether the session has ended and all its calls have returned} Guarded by this. */
  private boolean over(WorkerSession session) {
    return open.get(session.id) != session && session.calls.isEmpty();
  }

  /** Closes the session's values on a thread that the user's code may block. */
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
      // A call that ignored its cancellation used the values until the worker shut down.
      log.warn("did not close the values of a session: its last call outlived the worker");
    }
  }

  /** Closes the values of an ended session; logs failures. */
  static void closeAll(List<AutoCloseable> values, ConsoleLog log) {
    for (AutoCloseable value : values) {
      try {
        value.close();
      } catch (Throwable e) {
        // The user's code; nobody is left to throw to.
        log.warn("closing a session's " + value.getClass().getName() + " failed", e);
      }
    }
  }

  /**
   * Ends the sessions that have expired and in which no call waits or runs; a cancelled call that
   * ignores its interrupt doesn't count. The reference cancels such calls, so that a call cannot be
   * longer than its session's lifetime.
   */
  void closeExpired() {
    double now = metrics.now();
    List<WorkerSession> expired = new ArrayList<>();
    synchronized (this) {
      for (WorkerSession session : open.values()) {
        if (session.expiration <= now
            && session.calls.stream().allMatch(WorkerSession.Member::isOver)) {
          expired.add(session);
        }
      }
      // Now, so that no call joins one of them and is cancelled at once.
      expired.forEach(session -> open.remove(session.id, session));
    }
    for (WorkerSession session : expired) {
      end(session, List.of(), idle(session));
    }
  }

  /** Ends all sessions. Blocks until their values are closed, at most for the grace period. */
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
      log.warn("could not close the values of all sessions within " + grace.toSeconds() + " s");
    } catch (ExecutionException e) {
      throw new IllegalStateException("closing values logs failures, it never throws", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends a session: cancels its calls and posts its callback. Returns false if it had ended. */
  boolean close(WorkerSession session) {
    List<WorkerSession.Member> calls;
    boolean idle;
    synchronized (this) {
      if (!open.remove(session.id, session)) {
        return false;
      }
      calls = List.copyOf(session.calls);
      idle = over(session);
    }
    end(session, calls, idle);
    return true;
  }

  private void end(WorkerSession session, List<WorkerSession.Member> calls, boolean idle) {
    for (WorkerSession.Member call : calls) {
      call.cancel(410, "the session has ended");
    }
    if (idle) {
      closeValues(session);
    }
    postCallback(session);
    metrics.succeed(session.record);
  }

  private void postCallback(WorkerSession session) {
    String route = session.onCloseRoute;
    if (route == null) {
      return;
    }
    ObjectNode body = JsonAnswer.MAPPER.createObjectNode();
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
      int status = http.postJson(route, body.toString().getBytes(StandardCharsets.UTF_8)).status();
      if (status >= 400) {
        log.warn("the on_close_route of a session answered with status " + status);
      }
    } catch (IOException e) {
      log.warn("posting to the on_close_route of a session failed: " + Causes.describe(e));
    }
  }

  /**
   * Extends a session as a call does. The reference's sessions are extended by calls only; our
   * clients ask for this to keep a session open between calls.
   */
  synchronized void extend(WorkerSession session) {
    // A call may have kept the session beyond its expiration.
    session.expiration = Math.max(session.expiration, metrics.now()) + session.lifetime;
  }

  /** {@return when the session ends unless it is extended, in seconds since 1970} */
  synchronized double expiration(WorkerSession session) {
    return session.expiration;
  }
}
