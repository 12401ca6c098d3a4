package dev.vast4j.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.internal.wire.AuthData;
import dev.vast4j.launcher.EngineHttp;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
 * The sessions of a worker, and the requests about them. Thread-safe. The methods that end sessions
 * block while the callback is posted, at most for the HTTP client's deadline.
 */
final class Sessions {
  static final int MAX_SESSIONS = 10;

  private static final double DEFAULT_LIFETIME = 60;

  /** A year: bounds what a mistake can hold. */
  private static final double MAX_LIFETIME = 31_536_000;

  private static final String LETTERS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

  private static final int ID_LENGTH = 13;

  private final LoadMetrics metrics;
  private final RouteSignatures signatures;
  private final EngineHttp http;
  private final WorkerLog log;
  private final SecureRandom random = new SecureRandom();

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
  Sessions(
      LoadMetrics metrics,
      RouteSignatures signatures,
      EngineHttp http,
      Executor threads,
      WorkerLog log) {
    this.metrics = metrics;
    this.signatures = signatures;
    this.http = http;
    this.threads = threads;
    this.log = log;
  }

  /**
   * An answer to a request about a session.
   *
   * @param status the HTTP status
   * @param fields the JSON object that goes with it
   */
  record Answer(int status, Map<String, ? extends @Nullable Object> fields) {
    static Answer error(int status, String message) {
      return new Answer(status, Map.of("error", message));
    }
  }

  /** {@code /session/create}. */
  Answer create(JsonNode request) {
    Map<String, Object> errors = new LinkedHashMap<>();
    Map<String, Object> wrong = new LinkedHashMap<>();
    JsonNode given = request.path("auth_data");
    AuthData auth = null;
    if (given.isObject()) {
      auth = AuthData.read(given, wrong);
    }
    if (auth == null) {
      errors.put("auth_data", wrong.isEmpty() ? "field missing" : wrong);
    }
    JsonNode payload = request.path("payload");
    if (!payload.isObject()) {
      errors.put("payload", "field missing");
    }
    JsonNode lifetime = payload.path("lifetime");
    double seconds = lifetime.isMissingNode() ? DEFAULT_LIFETIME : seconds(lifetime);
    if (!(seconds > 0 && seconds <= MAX_LIFETIME)) {
      errors.put("lifetime", "has to be a number of seconds, above 0 and up to a year");
    }
    JsonNode route = payload.path("on_close_route");
    if (!route.isMissingNode() && !route.isNull() && !route.isTextual()) {
      errors.put("on_close_route", "has to be a URL");
    }
    if (auth == null || !errors.isEmpty()) {
      return new Answer(422, errors);
    }
    RequestRecord record = RequestRecord.session(auth.requestIdx(), auth.reqnum(), auth.cost());
    double now = metrics.now();
    record.enteredQueueAt = now;
    record.workStartedAt = now;
    if (!signatures.accept(auth.url(), auth.signature())) {
      metrics.reject(record);
      return Answer.error(401, "the signature is not the engine's");
    }
    boolean callback = route.isTextual();
    JsonNode callbackPayload = payload.path("on_close_payload");
    WorkerSession session =
        new WorkerSession(
            newId(),
            seconds,
            now,
            auth.raw(),
            callback ? route.asText() : null,
            callback && !callbackPayload.isMissingNode() && !callbackPayload.isNull()
                ? callbackPayload
                : null,
            record);
    synchronized (this) {
      if (open.size() >= MAX_SESSIONS) {
        metrics.reject(record);
        return Answer.error(429, "the worker has " + MAX_SESSIONS + " sessions already");
      }
      open.put(session.id, session);
      metrics.start(record);
    }
    return new Answer(201, Map.of("session_id", session.id, "expiration", now + seconds));
  }

  /** {@code /session/get}. */
  Answer get(JsonNode request) {
    String id = id(request);
    if (id == null) {
      return missingId();
    }
    WorkerSession session = find(id);
    if (session == null) {
      return Answer.error(400, "session does not exist");
    }
    if (!owns(session, request)) {
      return wrongAuth();
    }
    if (request.path("extend").asBoolean(false)) {
      extend(session);
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("session_id", session.id);
    fields.put("auth_data", session.auth);
    fields.put("lifetime", session.lifetime);
    fields.put("expiration", expiration(session));
    fields.put("created_at", session.createdAt);
    fields.put("on_close_route", session.onCloseRoute);
    fields.put("on_close_payload", session.onClosePayload);
    return new Answer(200, fields);
  }

  /** {@code /session/health}. */
  Answer health(JsonNode request) {
    String id = id(request);
    if (id == null) {
      return missingId();
    }
    WorkerSession session = find(id);
    if (session == null) {
      return new Answer(200, Map.of("ok", false));
    }
    return owns(session, request) ? new Answer(200, Map.of("ok", true)) : wrongAuth();
  }

  /** {@code /session/end}. */
  Answer end(JsonNode request) {
    String id = id(request);
    if (id == null) {
      return missingId();
    }
    WorkerSession session = find(id);
    if (session == null) {
      return Answer.error(400, "session with id " + id + " not found");
    }
    if (!owns(session, request)) {
      return wrongAuth();
    }
    if (!close(session)) {
      return Answer.error(410, "session already closed");
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("ended", true);
    answer.put("removed_session", id);
    return new Answer(200, answer);
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
  private boolean close(WorkerSession session) {
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
  private synchronized void extend(WorkerSession session) {
    session.expiration += session.lifetime;
  }

  private synchronized double expiration(WorkerSession session) {
    return session.expiration;
  }

  private static boolean owns(WorkerSession session, JsonNode request) {
    JsonNode shown = request.path("session_auth");
    return shown.isObject() && Json.same(session.auth, shown);
  }

  private static double seconds(JsonNode lifetime) {
    return lifetime.isNumber() ? lifetime.doubleValue() : Double.NaN;
  }

  private static @Nullable String id(JsonNode request) {
    JsonNode id = request.path("session_id");
    return id.isTextual() && !id.asText().isEmpty() ? id.asText() : null;
  }

  private static Answer missingId() {
    return Answer.error(422, "missing session_id");
  }

  private static Answer wrongAuth() {
    return Answer.error(401, "session_auth is not valid");
  }

  private String newId() {
    StringBuilder id = new StringBuilder(ID_LENGTH);
    for (int i = 0; i < ID_LENGTH; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return id.toString();
  }
}
