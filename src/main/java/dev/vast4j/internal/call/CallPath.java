package dev.vast4j.internal.call;

import dev.vast4j.CallOptions;
import dev.vast4j.Session;
import dev.vast4j.SessionOptions;
import dev.vast4j.api.Connection;
import dev.vast4j.observe.CallObserver;
import java.time.Duration;

/**
 * Calls the functions of one deployment: encode, route, call the worker, decode. Thread-safe;
 * shares the connection's clients and threads.
 */
public final class CallPath implements AutoCloseable {
  private final CallContext context;
  private final FunctionCalls functions;

  /**
   * Creates the call path. Does not block.
   *
   * @param connection stays open when this closes
   * @param target the deployment
   * @param observer told about every call
   * @param timeouts used by calls whose options have none
   */
  public CallPath(
      Connection connection, CallTarget target, CallObserver observer, Timeouts timeouts) {
    this.context = CallContext.of(connection, target, observer, timeouts);
    this.functions = new FunctionCalls(context, target);
  }

  /** Returns a proxy that calls the functions of a remote interface. */
  public <T> T remote(Class<T> type, CallOptions options) {
    return functions.proxy(type, options, null);
  }

  /** Opens a session on a worker; blocks. */
  public Session openSession(SessionOptions options) {
    return Futures.join(SessionHandle.open(context, functions, options));
  }

  /** Waits until no call is in flight and no stream is open, or this is closed. */
  public boolean awaitIdle(Duration timeout) {
    return context.inFlight().awaitIdle(timeout);
  }

  CallContext context() {
    return context;
  }

  FunctionCalls functions() {
    return functions;
  }

  /** Ends the open sessions and cancels the calls in flight. Idempotent. */
  @Override
  public void close() {
    context.inFlight().close();
  }
}
