package dev.vast4j.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.internal.wire.AuthData;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is asked about sessions over HTTP, and what is answered. Thread-safe. */
final class SessionRequests {
  private static final double DEFAULT_LIFETIME = 60;

  /** A year: bounds what a mistake can hold. */
  private static final double MAX_LIFETIME = 31_536_000;

  private static final String LETTERS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

  private static final int ID_LENGTH = 13;

  private final Sessions sessions;
  private final LoadMetrics metrics;
  private final RouteSignatures signatures;
  private final SecureRandom random = new SecureRandom();

  SessionRequests(Sessions sessions, LoadMetrics metrics, RouteSignatures signatures) {
    this.sessions = sessions;
    this.metrics = metrics;
    this.signatures = signatures;
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
    if (!sessions.open(session)) {
      return Answer.error(429, "the worker has " + Sessions.MAX_SESSIONS + " sessions already");
    }
    return new Answer(201, Map.of("session_id", session.id, "expiration", now + seconds));
  }

  /** {@code /session/get}. */
  Answer get(JsonNode request) {
    String id = id(request);
    if (id == null) {
      return missingId();
    }
    WorkerSession session = sessions.find(id);
    if (session == null) {
      return Answer.error(400, "session does not exist");
    }
    if (!owns(session, request)) {
      return wrongAuth();
    }
    if (request.path("extend").asBoolean(false)) {
      sessions.extend(session);
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("session_id", session.id);
    fields.put("auth_data", session.auth);
    fields.put("lifetime", session.lifetime);
    fields.put("expiration", sessions.expiration(session));
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
    WorkerSession session = sessions.find(id);
    if (session == null) {
      return new Answer(200, Map.of("ok", false));
    }
    return owns(session, request) ? new Answer(200, Map.of("ok", true)) : wrongAuth();
  }

  /** {@code /session/end}. Blocks while the session's callback is posted. */
  Answer end(JsonNode request) {
    String id = id(request);
    if (id == null) {
      return missingId();
    }
    WorkerSession session = sessions.find(id);
    if (session == null) {
      return Answer.error(400, "session with id " + id + " not found");
    }
    if (!owns(session, request)) {
      return wrongAuth();
    }
    if (!sessions.close(session)) {
      return Answer.error(410, "session already closed");
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("ended", true);
    answer.put("removed_session", id);
    return new Answer(200, answer);
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
