package dev.vast4j.internal.call;

import dev.vast4j.CallOptions;
import dev.vast4j.Requests;
import dev.vast4j.Session;
import dev.vast4j.SessionOptions;
import dev.vast4j.api.Connection;
import dev.vast4j.api.EndpointInfo;
import dev.vast4j.observe.CallObserver;
import java.time.Duration;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Calls the functions and routes of one deployment or endpoint: encode, route, call the worker,
 * decode. Thread-safe; shares the connection's clients and threads.
 */
public final class CallPath implements AutoCloseable {
  private final CallContext context;
  private final CallTarget target;
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
    this(connection, target, observer, timeouts, new FailedWorkers(connection, List::of));
  }

  /**
   * Creates the call path. Does not block.
   *
   * @param connection stays open when this closes
   * @param target the deployment
   * @param observer told about every call
   * @param timeouts used by calls whose options have none
   * @param failedWorkers what time-outs show of workers in error
   */
  public CallPath(
      Connection connection,
      CallTarget target,
      CallObserver observer,
      Timeouts timeouts,
      FailedWorkers failedWorkers) {
    this(
        CallContext.of(
            connection,
            new EndpointKeys(connection, target.endpointId()),
            target,
            observer,
            timeouts,
            failedWorkers),
        target);
  }

  private CallPath(CallContext context, CallTarget target) {
    this.context = context;
    this.target = target;
    this.functions = new FunctionCalls(context, target);
  }

  /**
   * As the constructor, for an endpoint that is found in another way than by its id.
   *
   * @param endpoint finds the endpoint; blocks
   */
  public static CallPath of(
      Connection connection,
      CallTarget target,
      LongFunction<EndpointInfo> endpoint,
      CallObserver observer,
      Timeouts timeouts) {
    EndpointKeys keys = new EndpointKeys(connection, target.endpointId(), endpoint);
    FailedWorkers none = new FailedWorkers(connection, List::of);
    return new CallPath(CallContext.of(connection, keys, target, observer, timeouts, none), target);
  }

  /** Returns a call path with another observer that shares everything else. */
  public CallPath observedBy(CallObserver observer) {
    return new CallPath(context.observedBy(observer), target);
  }

  /** Returns a proxy that calls the functions of a remote interface. */
  public <T> T remote(Class<T> type, CallOptions options) {
    return functions.proxy(type, options, null);
  }

  /** Returns the calls of the workers' routes. */
  public Requests requests(CallOptions options) {
    return new RequestCalls(context, options, null);
  }

  /** Calls a function by its name; see {@link FunctionCalls#call}. */
  public Stream<@Nullable Object> call(
      String function,
      @Nullable List<String> names,
      List<? extends @Nullable Object> arguments,
      CallOptions options) {
    return functions.call(function, names, arguments, options, null);
  }

  /** Opens a session on a worker; blocks. */
  public Session openSession(SessionOptions options) {
    return openSession(options, CallOptions.defaults());
  }

  /** As {@link #openSession(SessionOptions)}, with options of the call that opens it. */
  public Session openSession(SessionOptions options, CallOptions opening) {
    return Futures.join(SessionHandle.open(context, functions, options, opening));
  }

  /** Continues a session that was opened elsewhere; blocks. */
  public Session resumeSession(String id, String auth) {
    context.inFlight().checkOpen();
    return new SessionResumption(context, functions, id, auth).run();
  }

  /** Waits until no call is in flight and no stream is open, or this is closed. */
  public boolean awaitIdle(Duration timeout) {
    return context.inFlight().awaitIdle(timeout);
  }

  /** Returns what finds out which versions the workers run. */
  public VersionProbe versionProbe() {
    return new VersionProbe(context);
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
