package dev.vast4j.internal.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.CallOptions;
import dev.vast4j.Requests;
import dev.vast4j.Session;
import dev.vast4j.SessionOptions;
import dev.vast4j.TypeRef;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.UnexpectedAnswerException;
import dev.vast4j.errors.WorkerLostException;
import dev.vast4j.internal.http.SendProgress;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session: calls pinned to one worker. Thread-safe. */
final class SessionHandle implements Session {
  private static final Logger log = LoggerFactory.getLogger(SessionHandle.class);
  private static final JsonMapper JSON = new JsonMapper();
  static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final int CONTROL_TRIES = 3;

  private final CallContext context;
  private final FunctionCalls functions;
  private final SessionState state;
  private final SessionControl control;
  private volatile @Nullable Runnable nextKeepAlive;

  private SessionHandle(CallContext context, FunctionCalls functions, SessionState state) {
    this.context = context;
    this.functions = functions;
    this.state = state;
    this.control = new SessionControl(context.transport(), state);
    state.onEnd(this::ended);
  }

  /** Opens a session without blocking. */
  static CompletableFuture<SessionHandle> open(
      CallContext context, FunctionCalls functions, SessionOptions options, CallOptions opening) {
    Double cost = opening.cost();
    context.inFlight().checkOpen();
    ObjectNode payload = JSON.createObjectNode();
    payload.put("lifetime", options.lifetime().toNanos() / 1e9);
    payload.put("on_close_route", options.onCloseUrl());
    payload.set("on_close_payload", options.onCloseUrl() == null ? null : payload(options));
    byte[] bytes = payload.toString().getBytes(UTF_8);
    CallSpec spec =
        new CallSpec(
            "session/create",
            "/session/create",
            null,
            Payload.encode(out -> out.write(bytes)),
            cost == null ? CostCalculator.DEFAULT : cost,
            // A session whose answer was lost ends by itself after its lifetime.
            !Boolean.FALSE.equals(opening.idempotent()),
            opening,
            null,
            false);
    return RemoteCall.begin(context, spec, new Opening(context, functions, options)).start();
  }

  /** Continues a session that was opened elsewhere. */
  static SessionHandle resumed(CallContext context, FunctionCalls functions, SessionState state) {
    SessionHandle session = new SessionHandle(context, functions, state);
    context.inFlight().add(session);
    return session;
  }

  /** Reads the worker's answer to {@code /session/create}. */
  record Opening(CallContext context, FunctionCalls functions, SessionOptions options)
      implements AnswerReader<SessionHandle> {
    @Override
    public SessionHandle read(Answer answer) throws IOException {
      JsonNode created = JSON.readTree(answer.in());
      String id = created.path("session_id").asText();
      if (!ID.matcher(id).matches()) {
        throw new UnexpectedAnswerException("POST /session/create", "no usable 'session_id'", null);
      }
      Duration lifetime = options.lifetime();
      Instant expiration = expiration(created, context.timing().now().plus(lifetime));
      SessionHandle session =
          new SessionHandle(
              context,
              functions,
              new SessionState(id, answer.route(), lifetime, expiration, context.timing()));
      // Before the caller has it. When the caller has gone, the call discards it.
      context.inFlight().add(session);
      if (options.keepAlive()) {
        session.scheduleKeepAlive();
      }
      return session;
    }

    @Override
    public void discard(@Nullable SessionHandle session) {
      if (session != null) {
        session.close();
      }
    }
  }

  /** Returns the time of expiration that a worker reports. */
  static Instant expiration(JsonNode answer, Instant otherwise) {
    double seconds = answer.path("expiration").asDouble(0);
    return seconds > 0 && seconds < 1e11
        ? Instant.ofEpochMilli((long) (seconds * 1000))
        : otherwise;
  }

  @Override
  public String id() {
    return state.id();
  }

  @Override
  public String auth() {
    return new String(state.route().authData(), UTF_8);
  }

  @Override
  public Instant expiration() {
    return state.expiration();
  }

  @Override
  public boolean isOpen() {
    return state.open();
  }

  @Override
  public boolean isAlive() {
    if (!isOpen()) {
      return false;
    }
    try {
      if (!control.healthy()) {
        state.end();
      }
      return isOpen();
    } catch (IOException e) {
      throw new WorkerLostException(
          false, SendProgress.describe(e), control.trace("/session/health"), e);
    }
  }

  @Override
  public void detach() {
    state.end();
  }

  @Override
  public <T> T remote(Class<T> type, CallOptions options) {
    return functions.proxy(type, options, state);
  }

  @Override
  public Requests with(CallOptions options) {
    return new RequestCalls(context, options, state);
  }

  @Override
  public <T> T request(String route, Object payload, TypeRef<T> type) {
    return with(CallOptions.defaults()).request(route, payload, type);
  }

  @Override
  public <T> CompletableFuture<T> requestAsync(String route, Object payload, TypeRef<T> type) {
    return with(CallOptions.defaults()).requestAsync(route, payload, type);
  }

  @Override
  public <T> Stream<T> stream(String route, Object payload, TypeRef<T> type) {
    return with(CallOptions.defaults()).stream(route, payload, type);
  }

  @Override
  public <T> Flow.Publisher<T> publisher(String route, Object payload, TypeRef<T> type) {
    return with(CallOptions.defaults()).publisher(route, payload, type);
  }

  @Override
  public Stream<@Nullable Object> call(
      String function, Map<String, ? extends @Nullable Object> arguments, CallOptions options) {
    return functions.call(
        function,
        List.copyOf(arguments.keySet()),
        new ArrayList<>(arguments.values()),
        options,
        state);
  }

  @Override
  public Stream<@Nullable Object> call(
      String function, List<? extends @Nullable Object> arguments, CallOptions options) {
    return functions.call(function, null, arguments, options, state);
  }

  private void ended() {
    Runnable next = nextKeepAlive;
    if (next != null) {
      next.run();
    }
    context.inFlight().remove(this);
  }

  private void scheduleKeepAlive() {
    Duration lifetime = state.lifetime();
    Duration left = state.left();
    Duration delay = left.compareTo(lifetime) > 0 ? left.minus(lifetime) : Duration.ZERO;
    // Halfway to the end, so that a failed one can be repeated; at most once a second.
    delay = delay.plus(lifetime.dividedBy(2));
    if (delay.compareTo(Duration.ofSeconds(1)) < 0) {
      delay = Duration.ofSeconds(1);
    }
    Runnable cancel =
        context
            .timing()
            .schedule(
                delay,
                () -> {
                  try {
                    context.transport().executor().execute(this::keepAlive);
                  } catch (RejectedExecutionException e) {
                    state.end();
                  }
                });
    nextKeepAlive = cancel;
    if (!isOpen()) {
      cancel.run();
    }
  }

  private void keepAlive() {
    if (!isOpen()) {
      return;
    }
    try {
      JsonNode answer = control.ask("/session/get", true);
      if (answer == null) {
        state.end();
        return;
      }
      state.expiration(expiration(answer, state.expiration()));
      if (state.left().compareTo(state.lifetime().dividedBy(4)) <= 0) {
        log.warn("The worker does not extend session {}; only calls keep it open", id());
        return;
      }
    } catch (IOException e) {
      log.debug("Session {} could not be kept alive: {}", id(), SendProgress.describe(e));
    }
    scheduleKeepAlive();
  }

  @Override
  public void close() {
    if (!state.end()) {
      return;
    }
    // An interrupted thread cannot send; the session would occupy the worker until it expires.
    boolean interrupted = Thread.interrupted();
    try {
      endOnWorker();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void endOnWorker() {
    for (int attempt = 1; ; attempt++) {
      try {
        control.ask("/session/end", false);
        return;
      } catch (IOException e) {
        if (attempt == CONTROL_TRIES || context.transport().closed()) {
          log.warn(
              "Session {} could not be ended on its worker, where it expires at {}: {}",
              id(),
              expiration(),
              SendProgress.describe(e));
          return;
        }
      }
      try {
        context.timing().sleep(Duration.ofMillis(200L * attempt));
      } catch (InterruptedException e) {
        log.warn("Session {} is not ended on its worker: the thread was interrupted", id());
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public String toString() {
    return "Session[" + id() + " of " + functions.target() + "]";
  }

  private static JsonNode payload(SessionOptions options) {
    try {
      return JSON.valueToTree(options.onClosePayload());
    } catch (IllegalArgumentException e) {
      throw new InvalidDeploymentException(
          "SessionOptions.onClose",
          "the payload has no JSON form",
          "Give strings, numbers, booleans, lists and maps",
          e);
    }
  }
}
