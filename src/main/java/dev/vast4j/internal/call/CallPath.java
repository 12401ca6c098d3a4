package dev.vast4j.internal.call;

import dev.vast4j.api.Connection;
import dev.vast4j.errors.RemoteExecutionException;
import dev.vast4j.internal.function.RemoteFunction;
import dev.vast4j.internal.http.Transport;
import dev.vast4j.internal.wire.Dialect;
import dev.vast4j.internal.wire.Outcome;
import dev.vast4j.internal.wire.Signature;
import dev.vast4j.internal.wire.WireCodec;
import dev.vast4j.observe.CallObserver;
import dev.vast4j.observe.CallObserver.CallInfo;
import dev.vast4j.observe.CallObserver.Observation;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The way of every call of one deployment: encode, route, worker, decode. Thread-safe; shares the
 * connection's clients and threads.
 */
public final class CallPath implements AutoCloseable {
  private final Transport transport;
  private final EndpointKeys keys;
  private final Router router;
  private final WireCodec codec;
  private final Dialect dialect;
  private final CallObserver observer;
  private final RemoteFailures failures;
  private final WaitNotice waitNotice = new WaitNotice();
  private final Map<Method, Prepared> prepared = new ConcurrentHashMap<>();
  private final Set<RemoteCall<?>> inFlight = ConcurrentHashMap.newKeySet();
  private final Set<SessionHandle> sessions = ConcurrentHashMap.newKeySet();
  private final Runnable connected;
  private volatile boolean closed;

  private CallPath(
      Connection connection,
      LongSupplier endpointId,
      WireCodec codec,
      Dialect dialect,
      CallObserver observer,
      ExceptionTypes exceptions) {
    this.transport = connection.transport();
    this.keys = new EndpointKeys(connection, endpointId);
    this.router = new Router(connection);
    this.codec = codec;
    this.dialect = dialect;
    this.observer = observer;
    this.failures = new RemoteFailures(exceptions);
    this.connected = transport.whenClosed(this::cancelAll);
  }

  /**
   * Makes the call path of a deployment.
   *
   * @param connection its connection; not closed by this
   * @param endpointId gives the id of the deployment's endpoint; asked at every call, does not
   *     block, may throw NotDeployedException
   * @param codec writes arguments and reads results
   * @param dialect who reads the arguments
   * @param observer told about every call
   * @param exceptions what failures of functions are made again of, besides what methods declare
   */
  public static CallPath of(
      Connection connection,
      LongSupplier endpointId,
      WireCodec codec,
      Dialect dialect,
      CallObserver observer,
      ExceptionTypes exceptions) {
    return new CallPath(connection, endpointId, codec, dialect, observer, exceptions);
  }

  /** What every call of one function shares. */
  private record Prepared(Signature signature, String path, String place, CostCalculator cost) {
    static Prepared of(RemoteFunction function) {
      return new Prepared(
          new Signature(
              function.name(),
              function.parameterNames(),
              function.parameterTypes(),
              function.named()),
          "/remote/" + function.name(),
          "result of '" + function.name() + "'",
          CostCalculator.of(function));
    }
  }

  Transport transport() {
    return transport;
  }

  EndpointKeys keys() {
    return keys;
  }

  Router router() {
    return router;
  }

  WaitNotice waitNotice() {
    return waitNotice;
  }

  RemoteFailures failures() {
    return failures;
  }

  void forget(RemoteCall<?> call) {
    inFlight.remove(call);
  }

  void forget(SessionHandle session) {
    sessions.remove(session);
  }

  /** What a proxy of this deployment calls: each kind of function with the policy. */
  public Invoker invoker(CallPolicy policy) {
    return invoker(policy, null);
  }

  Invoker invoker(CallPolicy policy, @Nullable SessionHandle session) {
    return (function, arguments) ->
        switch (function.kind()) {
          case VALUE -> value(function, arguments, policy, session);
          case FUTURE -> call(function, arguments, policy, session);
          case STREAM -> stream(function, arguments, policy, session);
          case PUBLISHER -> publisher(function, arguments, policy, session);
        };
  }

  /**
   * Calls a function without blocking. The arguments are encoded before this returns. Cancelling
   * the future, or completing it in any other way, ends the call and closes its connection.
   *
   * @return completed with the value, or exceptionally with a VastException
   */
  private CompletableFuture<Object> call(
      RemoteFunction function,
      @Nullable Object[] arguments,
      CallPolicy policy,
      @Nullable SessionHandle session) {
    RemoteCall<Object> call = valueCall(function, arguments, policy, session);
    call.start();
    return call.result();
  }

  /** Calls a function on this thread; what the method declares is thrown as it is. */
  private @Nullable Object value(
      RemoteFunction function,
      @Nullable Object[] arguments,
      CallPolicy policy,
      @Nullable SessionHandle session)
      throws Throwable {
    return await(valueCall(function, arguments, policy, session), function);
  }

  private static <T> T await(RemoteCall<T> call, RemoteFunction function) throws Throwable {
    try {
      return call.await();
    } catch (InterruptedException e) {
      for (Class<?> declared : function.method().getExceptionTypes()) {
        if (declared.isAssignableFrom(InterruptedException.class)) {
          throw e;
        }
      }
      Thread.currentThread().interrupt();
      throw Cancellations.interrupted(function.name(), e);
    } catch (ExecutionException e) {
      Throwable failure = e.getCause() == null ? e : e.getCause();
      Throwable original = failure instanceof RemoteExecutionException ? failure.getCause() : null;
      if (original != null) {
        for (Class<?> declared : function.method().getExceptionTypes()) {
          if (declared.isInstance(original)) {
            throw original;
          }
        }
      }
      throw failure;
    }
  }

  private RemoteCall<Object> valueCall(
      RemoteFunction function,
      @Nullable Object[] arguments,
      CallPolicy policy,
      @Nullable SessionHandle session) {
    Prepared known = prepared(function);
    CallSpec spec = spec(function, known, arguments, policy, session, false);
    return begin(spec, new ValueReader(function.resultType(), known.place()));
  }

  /** Reads the one value of an answer. */
  private final class ValueReader implements AnswerReader<Object> {
    private final Type type;
    private final String place;

    ValueReader(Type type, String place) {
      this.type = type;
      this.place = place;
    }

    @Override
    public @Nullable Object read(Answer answer) throws IOException, RemoteFailure {
      Outcome outcome = codec.readOutcome(answer.in(), type, place);
      if (outcome instanceof Outcome.Err err) {
        throw new RemoteFailure(err.error());
      }
      return ((Outcome.Ok) outcome).value();
    }
  }

  private Prepared prepared(RemoteFunction function) {
    Prepared known = prepared.get(function.method());
    return known != null
        ? known
        : prepared.computeIfAbsent(function.method(), method -> Prepared.of(function));
  }

  private CallSpec spec(
      RemoteFunction function,
      Prepared known,
      @Nullable Object[] arguments,
      CallPolicy policy,
      @Nullable SessionHandle session,
      boolean streamed) {
    if (closed || transport.closed()) {
      throw Cancellations.closed();
    }
    @Nullable Object[] snapshot = arguments.clone();
    Payload payload =
        Payload.encode(out -> codec.writePayload(out, known.signature(), snapshot, dialect));
    Double cost = policy.cost();
    Boolean idempotent = policy.idempotent();
    return new CallSpec(
        function.name(),
        known.path(),
        function.method(),
        payload,
        cost == null ? known.cost().cost(arguments) : cost,
        idempotent == null ? function.idempotent() : idempotent,
        policy,
        session,
        streamed);
  }

  /** Makes a call ready to run and keeps it in mind until it has ended. */
  <T> RemoteCall<T> begin(CallSpec spec, AnswerReader<T> reader) {
    SessionHandle session = spec.session();
    Observation observation =
        observer.begin(
            new CallInfo(
                spec.function(),
                session == null ? null : session.id(),
                spec.streamed(),
                spec.cost()));
    RemoteCall<T> call = new RemoteCall<>(this, spec, reader, observation);
    inFlight.add(call);
    if (closed || transport.closed()) {
      call.close();
    }
    return call;
  }

  /** Calls a streaming function; blocks until the first byte of the answer. To be closed. */
  private Stream<@Nullable Object> stream(
      RemoteFunction function,
      @Nullable Object[] arguments,
      CallPolicy policy,
      @Nullable SessionHandle session)
      throws Throwable {
    Prepared known = prepared(function);
    CallSpec spec = spec(function, known, arguments, policy, session, true);
    return await(begin(spec, streamReader(function, known, policy)), function).stream();
  }

  private StreamReader streamReader(RemoteFunction function, Prepared known, CallPolicy policy) {
    return new StreamReader(transport, codec, failures, function, known.place(), policy);
  }

  /** A cold publisher: each subscriber is a call of its own. */
  private Flow.Publisher<Object> publisher(
      RemoteFunction function,
      @Nullable Object[] arguments,
      CallPolicy policy,
      @Nullable SessionHandle session) {
    Prepared known = prepared(function);
    CallSpec spec = spec(function, known, arguments, policy, session, true);
    return new StreamPublisher(
        () -> {
          RemoteCall<EventStream> call = begin(spec, streamReader(function, known, policy));
          call.start();
          return call.result();
        },
        transport.executor());
  }

  /** Opens a session on a worker. */
  public CompletableFuture<SessionHandle> openSession(SessionRequest request, CallPolicy policy) {
    if (closed) {
      throw Cancellations.closed();
    }
    return SessionHandle.open(this, request, policy);
  }

  void keep(SessionHandle session) {
    sessions.add(session);
    if (closed) {
      session.close();
    }
  }

  /** Cancels the calls in flight, ends the sessions still open. Idempotent. */
  @Override
  public void close() {
    closed = true;
    for (SessionHandle session : sessions) {
      session.close();
    }
    cancelAll();
    connected.run();
  }

  /** What waits would do so for ever once the connection's timers have ended. */
  private void cancelAll() {
    for (RemoteCall<?> call : inFlight) {
      call.close();
    }
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
      boolean keepAlive) {

    /** Checks the lifetime. */
    public SessionRequest {
      if (lifetime.isNegative() || lifetime.isZero()) {
        throw new IllegalArgumentException("lifetime is " + lifetime + ", more than zero");
      }
    }
  }
}
