package dev.vast4j.internal.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.errors.CallRefusedException;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.SessionClosedException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** Continues a session that was opened elsewhere. For one thread. */
final class SessionResumption {
  /** When a worker does not say how long a call keeps the session. */
  private static final Duration LIFETIME = Duration.ofSeconds(60);

  private static final String HEALTH = "/session/health";

  private final CallContext context;
  private final FunctionCalls functions;
  private final String id;
  private final byte[] auth;

  SessionResumption(CallContext context, FunctionCalls functions, String id, String auth) {
    this.context = context;
    this.functions = functions;
    this.id = id;
    this.auth = auth.getBytes(UTF_8);
  }

  /** Asks the worker for the session; blocks. Throws SessionClosedException when it is gone. */
  SessionHandle run() {
    if (!SessionHandle.ID.matcher(id).matches()) {
      throw invalid("the id isn't one of a session", null);
    }
    HttpUrl worker;
    try {
      worker = RouteAnswer.parse(auth).worker();
    } catch (IOException e) {
      throw invalid("the auth data isn't a route: " + e.getMessage(), e);
    }
    if (worker == null) {
      throw invalid("the auth data has no worker's URL", null);
    }
    Route route = new Route(worker, auth, Futures.join(context.keys().load()));
    Instant now = context.timing().now();
    SessionControl control =
        new SessionControl(
            context.transport(), new SessionState(id, route, LIFETIME, now, context.timing()));
    try {
      JsonNode found = control.healthy() ? control.ask("/session/get", false) : null;
      if (found == null) {
        throw closed(control, null);
      }
      double seconds = found.path("lifetime").asDouble(0);
      Duration lifetime =
          seconds > 0 && seconds < 1e9 ? Duration.ofNanos((long) (seconds * 1e9)) : LIFETIME;
      Instant expiration = SessionHandle.expiration(found, now.plus(lifetime));
      return SessionHandle.resumed(
          context, functions, new SessionState(id, route, lifetime, expiration, context.timing()));
    } catch (SessionControl.Refused e) {
      throw new CallRefusedException(
          e.status(), "the auth data isn't the session's", control.trace(HEALTH), e);
    } catch (IOException e) {
      throw closed(control, e);
    }
  }

  private SessionClosedException closed(SessionControl control, @Nullable Throwable cause) {
    return new SessionClosedException(id, control.trace(HEALTH), cause);
  }

  private static InvalidDeploymentException invalid(String problem, @Nullable Throwable cause) {
    return new InvalidDeploymentException(
        "Session.resume", problem, "Give what Session.id() and Session.auth() returned", cause);
  }
}
