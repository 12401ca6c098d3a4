package dev.vast4j.internal.deploy;

import dev.vast4j.BatchResult;
import dev.vast4j.Context;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.internal.function.BatchSpec;
import dev.vast4j.internal.function.ContextClass;
import dev.vast4j.internal.function.ContextValues;
import dev.vast4j.internal.function.Instances;
import dev.vast4j.internal.function.RemoteFunction;
import dev.vast4j.internal.function.RemoteInterface;
import dev.vast4j.internal.function.ResultKind;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a deployment's functions and contexts in this process. Thread-safe. */
final class LocalRun implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalRun.class);

  private final DeploymentSpec spec;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Entered<?>> entered = new ArrayDeque<>();
  private @Nullable ContextValues values;

  LocalRun(DeploymentSpec spec) {
    this.spec = spec;
  }

  /** An entered context with its value. */
  private record Entered<T>(Context<T> context, T value) {
    static <T> Entered<T> of(Context<T> context) throws Exception {
      return new Entered<>(context, context.enter());
    }

    void exit() {
      try {
        context.exit(value, null);
      } catch (Exception e) {
        LOG.warn("Context {} failed to exit", context.getClass().getName(), e);
      }
    }
  }

  <T> T get(Class<T> type) {
    RemoteInterface remote = spec.interfaceOf(type);
    lock.lock();
    try {
      ContextValues contexts = values;
      if (contexts == null) {
        contexts = enter();
        values = contexts;
      }
      return bound(type, remote, contexts);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      exitAll();
    } finally {
      lock.unlock();
    }
  }

  private <T> T bound(Class<T> type, RemoteInterface remote, ContextValues contexts) {
    Object target;
    try {
      target = Instances.create(remote, contextClasses(), contexts);
    } catch (Exception e) {
      throw new InvalidDeploymentException(
          String.valueOf(remote.implementation()),
          "its constructor failed: " + e,
          "See the cause",
          e);
    }
    Map<String, RemoteFunction> functions = new HashMap<>();
    remote.functions().forEach(function -> functions.put(signature(function.method()), function));
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              // Bound to the contexts' values, as on a worker.
              RemoteFunction function = functions.get(signature(method));
              LocalCall.Body body =
                  () -> contexts.call(() -> invoke(target, method, function, arguments));
              return function == null
                  ? body.run()
                  : new LocalCall(spec.bindings(), function, target).run(body);
            }));
  }

  /** A method that a sub-interface redeclares is the same function as the one it overrides. */
  private static String signature(Method method) {
    return method.getName() + Arrays.toString(method.getParameterTypes());
  }

  private static @Nullable Object invoke(
      Object target,
      Method method,
      @Nullable RemoteFunction function,
      @Nullable Object @Nullable [] arguments)
      throws Exception {
    BatchSpec batch = function == null ? null : function.execution().batch();
    return function == null || batch == null || arguments == null
        ? invoke(target, method, arguments)
        : invokeBatch(batch, function.kind(), target, arguments);
  }

  private static @Nullable Object invoke(
      Object target, Method method, @Nullable Object @Nullable [] arguments) throws Exception {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw Instances.<RuntimeException>sneaked(e.getTargetException());
    }
  }

  /** Runs a batched function as a batch of one. */
  private static @Nullable Object invokeBatch(
      BatchSpec batch, ResultKind kind, Object target, @Nullable Object[] arguments)
      throws Exception {
    Method body = Objects.requireNonNull(batch.body(), "the body of a checked interface");
    Object returned =
        invoke(
            target, body, BatchSpec.arguments(arguments.length, List.of(Arrays.asList(arguments))));
    BatchResult<@Nullable Object> result = batch.results(returned, 1).get(0);
    Throwable failure = result.failure();
    if (failure != null) {
      throw Instances.<RuntimeException>sneaked(failure);
    }
    return kind == ResultKind.FUTURE
        ? CompletableFuture.completedFuture(result.value())
        : result.value();
  }

  private ContextValues enter() {
    Map<Class<?>, Object> found = new HashMap<>();
    for (ContextWithArguments context : spec.contexts()) {
      Class<?> type = context.context().type();
      try {
        Object instance =
            Instances.newInstance(context.context().constructor(), arguments(context));
        Entered<?> one = Entered.of((Context<?>) instance);
        entered.push(one);
        Object value = one.value();
        if (value == null) {
          throw new IllegalStateException("enter() returned null");
        }
        found.put(type, value);
      } catch (Exception e) {
        exitAll();
        throw new InvalidDeploymentException(
            "context " + type.getName(), "it cannot be entered: " + e, "See the cause", e);
      }
    }
    return new ContextValues(found);
  }

  private @Nullable Object[] arguments(ContextWithArguments context) {
    List<Type> types = context.context().argumentTypes();
    @Nullable Object[] arguments = new @Nullable Object[types.size()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] =
          spec.bindings()
              .codec()
              .fromPlainJson(
                  context.arguments().get(i), types.get(i), context.context().type().getName());
    }
    return arguments;
  }

  private List<ContextClass> contextClasses() {
    return spec.contexts().stream().map(ContextWithArguments::context).toList();
  }

  private void exitAll() {
    while (!entered.isEmpty()) {
      entered.pop().exit();
    }
    values = null;
  }
}
