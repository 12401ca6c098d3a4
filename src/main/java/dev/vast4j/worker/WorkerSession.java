package dev.vast4j.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.internal.function.SessionValues;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One session. Its changing parts are guarded by the {@link Sessions} it belongs to. */
final class WorkerSession {
  final String id;

  /** In seconds; each call extends the session by it. */
  final double lifetime;

  final double createdAt;

  /** The auth data that the session was created with, which its owner shows again. */
  final JsonNode auth;

  final @Nullable String onCloseRoute;
  final @Nullable JsonNode onClosePayload;
  final RequestRecord record;

  /** What functions keep in the session. */
  final SessionValues values;

  /** Calls that wait or run, also after the session has ended: they end when they like. */
  final Set<Call> calls = new HashSet<>();

  /** Seconds since 1970. */
  double expiration;

  WorkerSession(
      String id,
      double lifetime,
      double createdAt,
      JsonNode auth,
      @Nullable String onCloseRoute,
      @Nullable JsonNode onClosePayload,
      RequestRecord record) {
    this.id = id;
    this.values = new SessionValues(id);
    this.lifetime = lifetime;
    this.createdAt = createdAt;
    this.expiration = createdAt + lifetime;
    this.auth = auth;
    this.onCloseRoute = onCloseRoute;
    this.onClosePayload = onClosePayload;
    this.record = record;
  }
}
