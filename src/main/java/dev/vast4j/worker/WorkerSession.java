package dev.vast4j.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.internal.function.SessionValues;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One session. Its mutable state is guarded by the table that holds it. */
final class WorkerSession {
  final String id;

  /** In seconds; each call extends the session by it. */
  final double lifetime;

  final double createdAt;

  /** The auth data that created the session; its owner presents it again. */
  final JsonNode auth;

  final @Nullable String onCloseRoute;
  final @Nullable JsonNode onClosePayload;
  final RequestRecord record;

  /** The values that functions keep in the session. */
  final SessionValues values;

  /** Calls that wait or run. Those that ignore their cancellation stay after the session ended. */
  final Set<Member> calls = new HashSet<>();

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

  /** A call in the session. */
  interface Member {
    /** Ends the call without its result. The caller, if still there, gets status and message. */
    void cancel(int status, String message);

    /** {@return whether the call has its result or was cancelled, though it may still run} */
    boolean isOver();
  }
}
