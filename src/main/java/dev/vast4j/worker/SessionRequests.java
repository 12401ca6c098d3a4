package dev.vast4j.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.internal.wire.AuthData;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers the requests about sessions. Thread-safe. */
final class SessionRequests {
  private static final double DEFAULT_LIFETIME = 60;

  /** A year, so that a mistake does not last forever. */
  private static final double MAX_LIFETIME = 31_536_000;

  private static final String LETTERS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

  private static final int ID_LENGTH = 13;

  private final SessionTable sessions;
  private final LoadMetrics metrics;
  private final RouteSignatures signatures;
  private final SecureRandom random = new SecureRandom();

  SessionRequests(SessionTable sessions, LoadMetrics metrics, RouteSignatures signatures) {
    this.sessions = sessions;
    this.metrics = metrics;
    this.signatures = signatures;
  }

  /** Answers {@code /session/create}. */
  JsonAnswer create(JsonNode request) {
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
      return new JsonAnswer(422, errors);
    }
    RequestRecord record = RequestRecord.session(auth.requestIdx(), auth.reqnum(), auth.cost());
    double now = metrics.now();
    record.enteredQueueAt = now;
    record.workStartedAt = now;
    if (!signatures.accept(auth.url(), auth.signature())) {
      // A stranger's numbers: neither counted nor reported.
      return JsonAnswer.error(401, "the signature is not the engine's");
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
      return JsonAnswer.error(
          429, "the worker has " + SessionTable.MAX_SESSIONS + " sessions already");
    }
    return new JsonAnswer(201, Map.of("session_id", session.id, "expiration", now + seconds));
  }

  /** Answers {@code /session/get}. */
  JsonAnswer get(JsonNode request) {
    String id = id(request);
    if (id == null) {
      return missingId();
    }
    WorkerSession session = sessions.find(id);
    if (session == null) {
      return JsonAnswer.error(400, "session does not exist");
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
    return new JsonAnswer(200, fields);
  }

  /** Answers {@code /session/health}. */
  JsonAnswer health(JsonNode request) {
    String id = id(request);
    if (id == null) {
      return missingId();
    }
    WorkerSession session = sessions.find(id);
    if (session == null) {
      return new JsonAnswer(200, Map.of("ok", false));
    }
    return owns(session, request) ? new JsonAnswer(200, Map.of("ok", true)) : wrongAuth();
  }

  /** Answers {@code /session/end}. Blocks while the session's callback is posted. */
  JsonAnswer end(JsonNode request) {
    String id = id(request);
    if (id == null) {
      return missingId();
    }
    WorkerSession session = sessions.find(id);
    if (session == null) {
      return JsonAnswer.error(400, "session with id " + id + " not found");
    }
    if (!owns(session, request)) {
      return wrongAuth();
    }
    if (!sessions.close(session)) {
      return JsonAnswer.error(410, "session already closed");
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("ended", true);
    fields.put("removed_session", id);
    return new JsonAnswer(200, fields);
  }

  private static boolean owns(WorkerSession session, JsonNode request) {
    JsonNode shown = request.path("session_auth");
    return shown.isObject() && JsonEquality.equal(session.auth, shown);
  }

  private static double seconds(JsonNode lifetime) {
    return lifetime.isNumber() ? lifetime.doubleValue() : Double.NaN;
  }

  private static @Nullable String id(JsonNode request) {
    JsonNode id = request.path("session_id");
    return id.isTextual() && !id.asText().isEmpty() ? id.asText() : null;
  }

  private static JsonAnswer missingId() {
    return JsonAnswer.error(422, "missing session_id");
  }

  private static JsonAnswer wrongAuth() {
    return JsonAnswer.error(401, "session_auth is not valid");
  }

  private String newId() {
    StringBuilder id = new StringBuilder(ID_LENGTH);
    for (int i = 0; i < ID_LENGTH; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return id.toString();
  }
}
