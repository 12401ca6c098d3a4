package dev.vast4j.internal.call;

import dev.vast4j.api.Connection;
import dev.vast4j.internal.function.RemoteFunction;
import dev.vast4j.internal.wire.Dialect;
import dev.vast4j.internal.wire.WireCodec;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The way of every call of one deployment: encode, route, worker, decode. Thread-safe; shares the
 * connection's clients and threads.
 */
public final class CallPath implements AutoCloseable {
  private CallPath() {}

  /**
   * Makes the call path of a deployment.
   *
   * @param connection its connection; not closed by this
   * @param endpointId gives the id of the deployment's endpoint; asked at the first call, may throw
   *     NotDeployedException
   * @param codec writes arguments and reads results
   * @param dialect who reads the arguments
   * @param observer told about every call
   */
  public static CallPath of(
      Connection connection,
      LongSupplier endpointId,
      WireCodec codec,
      Dialect dialect,
      CallObserver observer) {
    throw new UnsupportedOperationException();
  }

  /** What a proxy of this deployment calls: each kind of function with the policy. */
  public Invoker invoker(CallPolicy policy) {
    throw new UnsupportedOperationException();
  }

  /**
   * Calls a function without blocking. The arguments are encoded before this returns. Cancelling
   * the future, or completing it in any other way, ends the call and closes its connection.
   *
   * @return completed with the value, or exceptionally with a VastException
   */
  public CompletableFuture<@Nullable Object> call(
      RemoteFunction function, @Nullable Object[] arguments, CallPolicy policy) {
    throw new UnsupportedOperationException();
  }

  /** Calls a streaming function; blocks until the first byte of the answer. To be closed. */
  public Stream<@Nullable Object> stream(
      RemoteFunction function, @Nullable Object[] arguments, CallPolicy policy) {
    throw new UnsupportedOperationException();
  }

  /** A cold publisher: each subscriber is a call of its own. */
  public Flow.Publisher<Object> publisher(
      RemoteFunction function, @Nullable Object[] arguments, CallPolicy policy) {
    throw new UnsupportedOperationException();
  }

  /** Opens a session on a worker. */
  public CompletableFuture<SessionHandle> openSession(SessionRequest request, CallPolicy policy) {
    throw new UnsupportedOperationException();
  }

  /** Cancels the calls in flight, ends the sessions still open. Idempotent. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }

  /**
   * How a session is opened.
   *
   * @param lifetime time after the last call at which the worker ends it; positive
   * @param onCloseUrl posted to when the session ends, or null
   * @param onClosePayload plain values for that post, or null; the session's id is added
   * @param keepAlive whether the session is kept from expiring until it is closed
   */
  public record SessionRequest(
      Duration lifetime,
      @Nullable String onCloseUrl,
      @Nullable Map<String, ?> onClosePayload,
      boolean keepAlive) {}
}
