package dev.vast4j.worker;

import dev.vast4j.BatchResult;
import dev.vast4j.internal.function.BatchSpec;
import dev.vast4j.internal.function.Instances;
import dev.vast4j.internal.function.RemoteFunction;
import dev.vast4j.internal.function.ResultKind;
import dev.vast4j.internal.wire.Signature;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A remote function, bound to the object it runs on. Immutable and thread-safe. */
final class ServedFunction {
  /** Workload of a call whose function has no calculator, or one that fails. */
  static final double DEFAULT_WORKLOAD = 100;

  private static final MethodType SPREAD = MethodType.methodType(Object.class, Object[].class);

  private final RemoteFunction function;
  private final Signature signature;
  private final Signature forOlderClients;
  private final double maxQueueSeconds;
  private final Object target;
  private final MethodHandle body;
  private final @Nullable BatchSpec batch;
  private final @Nullable MethodHandle calculator;
  private final ConsoleLog log;

  private ServedFunction(
      RemoteFunction function,
      Object target,
      MethodHandle body,
      @Nullable MethodHandle calculator,
      ConsoleLog log) {
    this.function = function;
    this.signature = signature(function, function.nullableParameters());
    this.forOlderClients = signature(function, function.nullForOlderClients());
    this.maxQueueSeconds = function.maxQueueTime().toNanos() / 1e9;
    this.target = target;
    this.body = body;
    this.batch = function.execution().batch();
    this.calculator = calculator;
    this.log = log;
  }

  /**
   * Binds a function to the object that has its body and to an instance of its workload class.
   *
   * @throws ReflectiveOperationException if a method is not accessible or the workload class cannot
   *     be instantiated
   */
  static ServedFunction bind(RemoteFunction function, Object target, ConsoleLog log)
      throws ReflectiveOperationException {
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    MethodHandle body = spread(lookup.unreflect(body(function)).bindTo(target));
    Class<?> workload = function.workload();
    MethodHandle calculator = null;
    if (workload != null) {
      Object instance = workload.getConstructor().newInstance();
      calculator =
          spread(
              lookup
                  .unreflect(workload.getMethod("workload", function.method().getParameterTypes()))
                  .bindTo(instance));
    }
    return new ServedFunction(function, target, body, calculator, log);
  }

  private static Signature signature(RemoteFunction function, Set<String> nullable) {
    return new Signature(
        function.name(),
        function.parameterNames(),
        function.parameterTypes(),
        function.named(),
        nullable);
  }

  private static Method body(RemoteFunction function) {
    BatchSpec batch = function.execution().batch();
    return batch == null
        ? function.method()
        : Objects.requireNonNull(batch.body(), "the body of a checked interface");
  }

  private static MethodHandle spread(MethodHandle handle) {
    return handle
        .asFixedArity()
        .asSpreader(Object[].class, handle.type().parameterCount())
        .asType(SPREAD);
  }

  RemoteFunction function() {
    return function;
  }

  String name() {
    return function.name();
  }

  /** {@return the exception for a function that returned null instead of a future or stream} */
  NullPointerException returnedNull() {
    return new NullPointerException(name() + " returned null instead of what it declares");
  }

  Signature signature() {
    return signature;
  }

  /** {@return the signature by which calls of clients with an older interface are read} */
  Signature forOlderClients() {
    return forOlderClients;
  }

  double maxQueueSeconds() {
    return maxQueueSeconds;
  }

  /** {@return how the function returns its result here: a batched one returns the value} */
  ResultKind kind() {
    return batch == null ? function.kind() : ResultKind.VALUE;
  }

  /**
   * Runs the body on the calling thread, for a batched function as a batch of one; throws what the
   * body throws, whatever its type.
   */
  @Nullable Object call(List<@Nullable Object> arguments) throws Exception {
    if (batch == null) {
      return invoke(arguments.toArray());
    }
    BatchResult<@Nullable Object> result = callBatch(List.of(arguments)).get(0);
    Throwable failure = result.failure();
    if (failure != null) {
      throw Instances.<RuntimeException>sneaked(failure);
    }
    return result.value();
  }

  /**
   * Runs the body of a batched function on the calling thread; throws what the body throws.
   *
   * @param calls the arguments of each call
   * @return the result of each call, in order
   * @throws IllegalStateException if the body did not return one result for each call
   */
  List<BatchResult<@Nullable Object>> callBatch(List<List<@Nullable Object>> calls)
      throws Exception {
    BatchSpec spec = Objects.requireNonNull(batch, "a batched function");
    return spec.results(
        invoke(BatchSpec.arguments(function.parameterTypes().size(), calls)), calls.size());
  }

  private @Nullable Object invoke(@Nullable Object[] arguments) {
    try {
      return (@Nullable Object) body.invokeExact(arguments);
    } catch (Throwable e) {
      throw Instances.<RuntimeException>sneaked(thrown(e));
    }
  }

  /** {@return what the function's code threw, without the wrapper of its object's proxy} */
  Throwable thrown(Throwable failure) {
    return Instances.thrown(failure, target);
  }

  /** {@return the call's workload; the default one, with a warning, if the calculator fails} */
  double workload(List<@Nullable Object> arguments) {
    if (calculator == null) {
      return DEFAULT_WORKLOAD;
    }
    double workload;
    try {
      workload = (double) (Object) calculator.invokeExact(arguments.toArray());
    } catch (Throwable e) {
      // A broken calculator of the user's must not fail calls.
      log.warn("cannot calculate the workload of " + name() + "; counting 100", e);
      return DEFAULT_WORKLOAD;
    }
    if (!Double.isFinite(workload) || workload < 0) {
      log.warn("the calculated workload of " + name() + " is " + workload + "; counting 100");
      return DEFAULT_WORKLOAD;
    }
    return workload;
  }
}
