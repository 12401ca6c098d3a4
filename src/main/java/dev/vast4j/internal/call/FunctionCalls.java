package dev.vast4j.internal.call;

import dev.vast4j.CallOptions;
import dev.vast4j.errors.CallException;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.RemoteExecutionException;
import dev.vast4j.internal.function.CallDefaults;
import dev.vast4j.internal.function.RemoteFunction;
import dev.vast4j.internal.function.ResultKind;
import dev.vast4j.internal.wire.Dialect;
import dev.vast4j.internal.wire.Outcome;
import dev.vast4j.internal.wire.Signature;
import dev.vast4j.internal.wire.UnknownParameters;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the proxies of one deployment. A proxy's call encodes its arguments, then runs as its
 * method's return type asks for. Thread-safe.
 */
final class FunctionCalls {
  /** Before a function's name in its route. */
  static final String PREFIX = "/remote/";

  private final CallContext context;
  private final CallTarget target;
  private final Map<Method, Prepared> prepared = new ConcurrentHashMap<>();

  FunctionCalls(CallContext context, CallTarget target) {
    this.context = context;
    this.target = target;
  }

  /**
   * Returns a proxy of a remote interface; with a session, its calls go to that session's worker.
   */
  <T> T proxy(Class<T> type, CallOptions options, @Nullable SessionState session) {
    if (options.onlyCurrentVersion() && target.dialect() == Dialect.PYTHON) {
      throw new InvalidDeploymentException(
          target.name() + ", CallOptions.currentVersion",
          "its workers run Python and don't tell their version",
          "Leave it out, and call awaitUpdate() after ensureReady()",
          null);
    }
    return Proxies.create(
        type,
        target.interfaces().apply(type),
        type.getName()
            + " of "
            + target.name()
            + (session == null ? "" : ", session " + session.id()),
        new Calls(options, session));
  }

  /**
   * Calls a function by its name, without an interface. Blocks until it returned or its stream
   * began; the elements of a stream are read as the caller asks for them.
   *
   * @param arguments by name, or in order with null for the names
   */
  Stream<@Nullable Object> call(
      String function,
      @Nullable List<String> names,
      List<? extends @Nullable Object> arguments,
      CallOptions options,
      @Nullable SessionState session) {
    context.inFlight().checkOpen();
    Stream<@Nullable Object> result =
        new NamedCall(context, target, function, options, session).run(names, arguments);
    if (session != null) {
      session.called();
    }
    return result;
  }

  /** Returns the name of the deployment or endpoint, for messages. */
  String target() {
    return target.name();
  }

  /** What all calls of one function share. */
  private record Prepared(
      Signature signature, String optional, String path, String location, CostCalculator cost) {
    static Prepared of(RemoteFunction function) {
      Signature signature =
          new Signature(
              function.name(),
              function.parameterNames(),
              function.parameterTypes(),
              function.named(),
              function.nullableParameters());
      return new Prepared(
          signature,
          signature.named() ? UnknownParameters.header(signature.optional()) : "",
          PREFIX + function.name(),
          "result of '" + function.name() + "'",
          CostCalculator.of(function));
    }
  }

  private Prepared prepared(RemoteFunction function) {
    Prepared known = prepared.get(function.method());
    return known != null
        ? known
        : prepared.computeIfAbsent(function.method(), method -> Prepared.of(function));
  }

  /** The calls of one proxy. */
  private final class Calls implements Invoker {
    private final CallOptions options;
    private final @Nullable SessionState session;

    Calls(CallOptions options, @Nullable SessionState session) {
      this.options = options;
      this.session = session;
    }

    @Override
    public @Nullable Object invoke(RemoteFunction function, @Nullable Object[] arguments)
        throws Throwable {
      Object result =
          switch (function.kind()) {
            case VALUE -> await(valueCall(function, arguments), function);
            case FUTURE -> valueCall(function, arguments).start();
            case STREAM ->
                await(
                    streamCall(function, spec(function, arguments, true), CallSite.here()),
                    function)
                    .stream();
            case PUBLISHER -> publisher(function, arguments);
          };
      if (session != null) {
        session.called();
      }
      return result;
    }

    private RemoteCall<Object> valueCall(RemoteFunction function, @Nullable Object[] arguments) {
      String location = prepared(function).location();
      return RemoteCall.begin(
          context,
          spec(function, arguments, false),
          answer -> {
            Outcome outcome =
                target.codec().readOutcome(answer.in(), function.resultType(), location);
            if (outcome instanceof Outcome.Err err) {
              throw new AnswerReader.RemoteFailure(err.error());
            }
            return ((Outcome.Ok) outcome).value();
          });
    }

    private RemoteCall<EventStream> streamCall(
        RemoteFunction function, CallSpec spec, CallSite site) {
      String location = "element of the " + prepared(function).location();
      return RemoteCall.begin(
          context,
          spec,
          new StreamReader(
              context,
              spec,
              function.kind() == ResultKind.STREAM,
              site,
              (answer, reporter, elementNanos) ->
                  EventStream.ofFunction(
                      context.transport(),
                      answer,
                      in -> target.codec().readEvent(in, function.resultType(), location),
                      reporter,
                      elementNanos,
                      function.name(),
                      context.inFlight())));
    }

    /** A cold publisher: each subscription is a call of its own. */
    private Flow.Publisher<Object> publisher(
        RemoteFunction function, @Nullable Object[] arguments) {
      CallSpec spec = spec(function, arguments, true);
      CallSite site = CallSite.here();
      return new StreamPublisher(
          () -> streamCall(function, spec, site).start(site), context.transport().executor());
    }

    private CallSpec spec(RemoteFunction function, @Nullable Object[] arguments, boolean streamed) {
      context.inFlight().checkOpen();
      Prepared known = prepared(function);
      @Nullable Object[] snapshot = arguments.clone();
      Payload payload =
          Payload.encode(
              context.dialects().likely(),
              (out, dialect) ->
                  target.codec().writePayload(out, known.signature(), snapshot, dialect));
      Double cost = options.cost();
      Boolean idempotent = options.idempotent();
      return new CallSpec(
          function.name(),
          known.path(),
          function.method(),
          payload,
          cost == null ? known.cost().cost(arguments) : cost,
          idempotent == null ? function.idempotent() : idempotent,
          merged(options, function.defaults()),
          session,
          streamed,
          known.optional());
    }
  }

  /** Adds what the function's annotation sets and the proxy's options do not. */
  private static CallOptions merged(CallOptions options, CallDefaults defaults) {
    CallOptions merged = options;
    Duration timeout = defaults.timeout();
    if (timeout != null && merged.timeout() == null) {
      merged = merged.timeout(timeout);
    }
    Duration workerTimeout = defaults.workerTimeout();
    if (workerTimeout != null && merged.workerTimeout() == null) {
      merged = merged.workerTimeout(workerTimeout);
    }
    Integer maxAttempts = defaults.maxAttempts();
    return maxAttempts != null && merged.maxAttempts() == null
        ? merged.maxAttempts(maxAttempts)
        : merged;
  }

  /** Runs the call on this thread; throws what the method declares as it is. */
  private static <T> T await(RemoteCall<T> call, RemoteFunction function) throws Throwable {
    Class<?>[] declared = function.method().getExceptionTypes();
    try {
      return call.await();
    } catch (InterruptedException e) {
      for (Class<?> type : declared) {
        if (type.isAssignableFrom(InterruptedException.class)) {
          throw e;
        }
      }
      Thread.currentThread().interrupt();
      throw Cancellations.interrupted(function.name(), e);
    } catch (ExecutionException e) {
      Throwable failure = e.getCause() == null ? e : e.getCause();
      if (failure instanceof RemoteExecutionException remote) {
        failure = RemoteFailures.declared(remote, function.method());
      }
      if (failure instanceof CallException || failure != e.getCause()) {
        CallSite.here().mark(failure);
      }
      throw failure;
    }
  }
}
