package dev.vast4j.internal.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.errors.UnexpectedAnswerException;
import dev.vast4j.internal.http.SendProgress;
import dev.vast4j.internal.http.Timing;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session: calls pinned to one worker. Thread-safe. */
public final class SessionHandle implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SessionHandle.class);
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final int CONTROL_TRIES = 3;

  private final CallPath path;
  private final Timing timing;
  private final String id;
  private final Route route;
  private final SessionControl control;
  private final Duration lifetime;
  private final boolean keepAlive;
  private final AtomicBoolean open = new AtomicBoolean(true);

  /** When the session was opened, by the worker's clock and by ours that never goes back. */
  private final Instant opened;

  private final long openedNanos;

  /** By the worker's clock. */
  private volatile Instant expiration;

  private volatile @Nullable Runnable nextKeepAlive;

  private SessionHandle(
      CallPath path, String id, Route route, CallPath.SessionRequest request, Instant expiration) {
    this.path = path;
    this.timing = path.transport().timing();
    this.id = id;
    this.route = route;
    this.control = new SessionControl(path.transport(), id, route);
    this.lifetime = request.lifetime();
    this.keepAlive = request.keepAlive();
    this.expiration = expiration;
    this.opened = expiration.minus(lifetime);
    this.openedNanos = timing.nanoTime();
  }

  static CompletableFuture<SessionHandle> open(
      CallPath path, CallPath.SessionRequest request, CallPolicy policy) {
    ObjectNode payload = JSON.createObjectNode();
    payload.put("lifetime", request.lifetime().toNanos() / 1e9);
    payload.put("on_close_route", request.onCloseUrl());
    payload.set("on_close_payload", JSON.valueToTree(request.onClosePayload()));
    byte[] bytes = payload.toString().getBytes(UTF_8);
    Double cost = policy.cost();
    CallSpec spec =
        new CallSpec(
            "session/create",
            "/session/create",
            null,
            Payload.encode(out -> out.write(bytes)),
            cost == null ? CostCalculator.DEFAULT : cost,
            // A session whose answer was lost ends by itself after its lifetime.
            true,
            policy,
            null,
            false);
    RemoteCall<SessionHandle> call =
        path.begin(
            spec,
            answer -> {
              JsonNode session = JSON.readTree(answer.in());
              String id = session.path("session_id").asText();
              if (!ID.matcher(id).matches()) {
                throw new UnexpectedAnswerException(
                    "POST /session/create", "no usable 'session_id'", null);
              }
              SessionHandle opened =
                  new SessionHandle(
                      path,
                      id,
                      answer.route(),
                      request,
                      expiration(
                          session, path.transport().timing().now().plus(request.lifetime())));
              // Before anybody has it. For a caller who has gone meanwhile the call closes it.
              opened.begin();
              return opened;
            });
    call.start();
    return call.result();
  }

  private static Instant expiration(JsonNode answer, Instant otherwise) {
    double seconds = answer.path("expiration").asDouble(0);
    return seconds > 0 && seconds < 1e11
        ? Instant.ofEpochMilli((long) (seconds * 1000))
        : otherwise;
  }

  private void begin() {
    path.keep(this);
    if (keepAlive) {
      scheduleKeepAlive();
    }
  }

  /** The session's id, 13 letters and digits. */
  public String id() {
    return id;
  }

  /** URL of the worker. */
  public String worker() {
    return route.worker();
  }

  Route route() {
    return route;
  }

  /**
   * When the worker ends the session unless a call comes before, by the worker's clock and as far
   * as is known here.
   */
  public Instant expiration() {
    return expiration;
  }

  /** Whether the session has not been closed here or found closed. Does not block. */
  public boolean open() {
    return open.get();
  }

  /**
   * Asks the worker whether the session is open. Blocks for 10 seconds at most. A worker that
   * cannot be reached counts as a closed session.
   */
  public boolean healthy() {
    if (!open()) {
      return false;
    }
    try {
      JsonNode answer = control.ask("/session/health", false);
      return answer != null && answer.path("ok").asBoolean(false);
    } catch (IOException e) {
      log.debug("session {} does not answer: {}", id, SendProgress.describe(e));
      return false;
    }
  }

  /** What a proxy of this session calls. */
  public Invoker invoker(CallPolicy policy) {
    Invoker invoker = path.invoker(policy, this);
    return (function, arguments) -> {
      Object result = invoker.invoke(function, arguments);
      called();
      return result;
    };
  }

  /** The worker adds a lifetime at every call. */
  private void called() {
    expiration = expiration.plus(lifetime);
  }

  /** The worker says that there is no such session any more. */
  void foundClosed() {
    if (open.compareAndSet(true, false)) {
      ended();
    }
  }

  private void ended() {
    Runnable next = nextKeepAlive;
    if (next != null) {
      next.run();
    }
    path.forget(this);
  }

  /** How long the worker keeps the session, whatever the time of day is here and there. */
  private Duration left() {
    return Duration.between(opened, expiration).minusNanos(timing.nanoTime() - openedNanos);
  }

  private void scheduleKeepAlive() {
    Duration left = left();
    Duration delay = left.compareTo(lifetime) > 0 ? left.minus(lifetime) : Duration.ZERO;
    // Halfway to the end, so that one that fails can be repeated; not more often than each second.
    delay = delay.plus(lifetime.dividedBy(2));
    if (delay.compareTo(Duration.ofSeconds(1)) < 0) {
      delay = Duration.ofSeconds(1);
    }
    Runnable cancel =
        timing.schedule(
            delay,
            () -> {
              try {
                path.transport().executor().execute(this::keepAlive);
              } catch (RejectedExecutionException e) {
                foundClosed();
              }
            });
    nextKeepAlive = cancel;
    if (!open()) {
      cancel.run();
    }
  }

  private void keepAlive() {
    if (!open()) {
      return;
    }
    try {
      JsonNode answer = control.ask("/session/get", true);
      if (answer == null) {
        foundClosed();
        return;
      }
      expiration = expiration(answer, expiration);
      if (left().compareTo(lifetime.dividedBy(4)) <= 0) {
        log.warn("the worker does not extend session {}; only calls keep it open", id);
        return;
      }
    } catch (IOException e) {
      log.debug("session {} could not be kept alive: {}", id, SendProgress.describe(e));
    }
    scheduleKeepAlive();
  }

  /** Ends the session on its worker, which cancels its calls in flight. Idempotent; blocks. */
  @Override
  public void close() {
    if (!open.compareAndSet(true, false)) {
      return;
    }
    ended();
    // An interrupted thread could ask nothing, and the session would take a place until it expires.
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
        if (attempt == CONTROL_TRIES || path.transport().closed()) {
          log.warn(
              "session {} could not be ended on its worker, where it expires at {}: {}",
              id,
              expiration,
              SendProgress.describe(e));
          return;
        }
      }
      try {
        timing.sleep(Duration.ofMillis(200L * attempt));
      } catch (InterruptedException e) {
        log.warn("session {} is not ended on its worker: the thread was interrupted", id);
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public String toString() {
    return "session " + id + " on " + worker();
  }
}
