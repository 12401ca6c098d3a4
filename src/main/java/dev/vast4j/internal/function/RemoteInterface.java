package dev.vast4j.internal.function;

import dev.vast4j.Batched;
import dev.vast4j.Benchmark;
import dev.vast4j.Param;
import dev.vast4j.Remote;
import dev.vast4j.errors.InvalidDeploymentException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.BaseStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An interface of remote functions, read from its annotations once and validated. The rules:
 *
 * <ul>
 *   <li>It is a public interface, top-level or nested in public types, with at least one {@link
 *       Remote} method, inherited ones included. Other methods are ignored.
 *   <li>A remote method is not static and not overloaded by another remote method, since a function
 *       is called by name. It returns {@code T}, {@code CompletableFuture<T>}, {@code Stream<T>},
 *       {@code Flow.Publisher<T>} or nothing.
 *   <li>Arguments travel by name when each parameter has one, from {@link Param} or the class file
 *       ({@code -parameters}), and by position otherwise. One of type {@code Optional} or with an
 *       annotation {@code Nullable} may be missing.
 *   <li>An implementing class is public, concrete, top-level or static nested, and has one public
 *       constructor, whose parameters are contexts. Without one, every remote method has a default
 *       body. A client of somebody else's deployment needs neither.
 * </ul>
 *
 * Immutable.
 */
public final class RemoteInterface {
  private static final Pattern NAME = Pattern.compile("(?!\\.+$)[A-Za-z0-9_.-]{1,128}");

  private final Class<?> type;
  private final @Nullable Class<?> implementation;
  private final List<RemoteFunction> functions;

  private RemoteInterface(
      Class<?> type, @Nullable Class<?> implementation, List<RemoteFunction> functions) {
    this.type = type;
    this.implementation = implementation;
    this.functions = List.copyOf(functions);
  }

  /**
   * Reads an interface and its implementing class, if any. Throws InvalidDeploymentException naming
   * the method and parameter.
   */
  public static RemoteInterface read(Class<?> type, @Nullable Class<?> implementation) {
    checkInterface(type);
    if (implementation != null) {
      checkImplementation(type, implementation);
    }
    TypeBinder binder = new TypeBinder(type);
    List<RemoteFunction> functions = new ArrayList<>();
    Map<String, Method> byMethodName = new HashMap<>();
    Method[] methods = type.getMethods();
    // The JVM returns methods in any order; messages and manifests must not vary.
    Arrays.sort(methods, Comparator.comparing(Method::getName).thenComparing(Method::toString));
    for (Method method : methods) {
      if (method.isBridge()) {
        continue; // made by the compiler, with a copy of the annotations
      }
      Remote remote = method.getAnnotation(Remote.class);
      if (remote == null) {
        if (method.isAnnotationPresent(Benchmark.class)) {
          throw invalid(
              at(type, method), "@Benchmark without @Remote", "Annotate it with @Remote too");
        }
        if (method.isAnnotationPresent(Batched.class)) {
          throw invalid(
              at(type, method), "@Batched without @Remote", "Annotate it with @Remote too");
        }
        continue;
      }
      Method before = byMethodName.put(method.getName(), method);
      if (before != null) {
        throw invalid(
            at(type, method),
            "overloads the remote method "
                + at(type, before)
                + ", but a function is called by its name alone",
            "Rename one of the two methods");
      }
      functions.add(function(type, method, remote, binder, new BatchReader(type, implementation)));
    }
    if (functions.isEmpty()) {
      throw invalid(
          type.getName(),
          "no method is remote",
          "Annotate the methods that are to run on workers with @Remote");
    }
    return new RemoteInterface(type, implementation, functions);
  }

  /** {@return the interface} */
  public Class<?> type() {
    return type;
  }

  /** {@return the implementing class, or null when the bodies are default methods or elsewhere} */
  public @Nullable Class<?> implementation() {
    return implementation;
  }

  /** {@return the functions, by method name} */
  public List<RemoteFunction> functions() {
    return functions;
  }

  /**
   * Returns the implementing class's only public constructor. Throws IllegalStateException if there
   * is no implementing class.
   */
  public Constructor<?> constructor() {
    if (implementation == null) {
      throw new IllegalStateException(type.getName() + " has no implementing class");
    }
    return implementation.getConstructors()[0];
  }

  /**
   * Checks that a worker can run every function: there is an implementing class, or each has a
   * default body. Throws InvalidDeploymentException naming the method without one.
   */
  public void checkServable() {
    checkExported(type);
    if (implementation != null) {
      checkExported(implementation);
    }
    BatchReader batches = new BatchReader(type, implementation);
    for (RemoteFunction function : functions) {
      batches.checkServable(function);
      // The body of a batched function is the method that its batches name.
      if (implementation == null
          && function.execution().batch() == null
          && !function.method().isDefault()) {
        throw invalid(
            at(type, function.method()),
            "no body: the method is abstract and no implementing class was given",
            "Give it a default body, or register the implementation: .remote("
                + type.getSimpleName()
                + ".class, "
                + type.getSimpleName()
                + "Impl.class)");
      }
    }
  }

  /** {@return the method as messages name it: {@code com.example.Square.square(int)}} */
  public static String at(Class<?> type, Method method) {
    StringBuilder text =
        new StringBuilder(type.getName()).append('.').append(method.getName()).append('(');
    Class<?>[] parameters = method.getParameterTypes();
    for (int i = 0; i < parameters.length; i++) {
      text.append(i == 0 ? "" : ", ").append(parameters[i].getSimpleName());
    }
    return text.append(')').toString();
  }

  private static void checkInterface(Class<?> type) {
    if (!type.isInterface() || type.isAnnotation()) {
      throw invalid(
          type.getName(),
          "not an interface",
          "Declare the remote methods in an interface and give this class as its implementation:"
              + " .remote(TheInterface.class, "
              + type.getSimpleName()
              + ".class)");
    }
    checkReachable(type, "interface");
  }

  /** Checks that a worker can load the class by name: it and all around it are public. */
  static void checkReachable(Class<?> type, String what) {
    if (type.isLocalClass() || type.isAnonymousClass()) {
      throw invalid(
          type.getName(),
          "a local or anonymous " + what + ", which a worker cannot load by name",
          "Make it a top-level or a static nested " + what);
    }
    for (Class<?> at = type; at != null; at = at.getEnclosingClass()) {
      if (!Modifier.isPublic(at.getModifiers())) {
        throw invalid(
            type.getName(),
            at == type
                ? "the " + what + " is not public"
                : "it is nested in " + at.getName() + ", which is not public",
            "Make " + at.getSimpleName() + " public");
      }
    }
    if (type.isMemberClass() && !Modifier.isStatic(type.getModifiers())) {
      throw invalid(
          type.getName(),
          "an inner class, which needs an instance of " + type.getEnclosingClass().getSimpleName(),
          "Make it static");
    }
  }

  /** Checks that vast4j may call a class of a named module; on workers, no module has a name. */
  static void checkExported(Class<?> type) {
    Module module = type.getModule();
    String packageName = type.getPackageName();
    if (!module.isExported(packageName, RemoteInterface.class.getModule())) {
      throw invalid(
          type.getName(),
          "module " + module.getName() + " does not export its package to vast4j",
          "Add to module-info.java: exports " + packageName + ";");
    }
  }

  private static void checkImplementation(Class<?> type, Class<?> implementation) {
    if (!type.isAssignableFrom(implementation)) {
      throw invalid(
          implementation.getName(),
          "it does not implement " + type.getName(),
          "Declare it: class "
              + implementation.getSimpleName()
              + " implements "
              + type.getSimpleName());
    }
    checkInstantiable(implementation, "implementing class");
  }

  /** Checks that a worker can create an instance: public, concrete, one public constructor. */
  static void checkInstantiable(Class<?> implementation, String what) {
    checkReachable(implementation, "class");
    if (implementation.isInterface() || Modifier.isAbstract(implementation.getModifiers())) {
      throw invalid(
          implementation.getName(), "the " + what + " is abstract", "Give a concrete class");
    }
    int constructors = implementation.getConstructors().length;
    if (constructors != 1) {
      throw invalid(
          implementation.getName(),
          "the "
              + what
              + " has "
              + (constructors == 0
                  ? "no public constructor"
                  : constructors + " public constructors"),
          (constructors == 0 ? "Declare" : "Leave") + " exactly one public constructor");
    }
  }

  static InvalidDeploymentException invalid(String location, String problem, String fix) {
    return new InvalidDeploymentException(location, problem, fix, null);
  }

  private static RemoteFunction function(
      Class<?> type, Method method, Remote remote, TypeBinder binder, BatchReader batches) {
    String place = at(type, method);
    if (Modifier.isStatic(method.getModifiers())) {
      throw invalid(place, "a static method cannot be remote", "Make it a default method");
    }
    String name = remote.name().isEmpty() ? method.getName() : remote.name();
    if (!NAME.matcher(name).matches()) {
      throw invalid(
          place,
          "the wire name '" + name + "' is not allowed",
          "Use 1 to 128 letters, digits, '_', '-' or '.': @Remote(name = \"…\")");
    }
    Parameter[] parameters = method.getParameters();
    Type[] generic = method.getGenericParameterTypes();
    List<String> names = new ArrayList<>();
    List<Type> types = new ArrayList<>();
    Set<String> nullable = new HashSet<>();
    boolean named = namesKnown(parameters);
    for (int i = 0; i < parameters.length; i++) {
      names.add(named ? parameterName(parameters[i]) : String.valueOf(i));
      types.add(binder.bind(generic[i]));
      if (Nullness.isNullable(parameters[i])) {
        nullable.add(names.get(i));
      }
    }
    checkParameterNames(place, names);
    ResultKind kind = kind(method.getReturnType());
    Type result = resultType(place, binder.bind(method.getGenericReturnType()), kind);
    return new RemoteFunction(
        name,
        method,
        names,
        named,
        types,
        nullable,
        result,
        kind,
        new Execution(
            maxConcurrency(place, remote),
            remote.virtualThreads(),
            batches.read(method, names, named, types, result, kind)),
        seconds(place, "maxQueueTime", remote.maxQueueTime()),
        workload(place, remote.workload(), parameters),
        remote.idempotent(),
        callDefaults(place, remote),
        benchmark(place, method.getAnnotation(Benchmark.class)));
  }

  private static int maxConcurrency(String place, Remote remote) {
    int bound = remote.maxConcurrency();
    if (bound < 0 || bound > Execution.MAX_CONCURRENCY) {
      throw invalid(
          place,
          "maxConcurrency is " + bound,
          "Give 1 to " + Execution.MAX_CONCURRENCY + ", or 0 for the queue that functions share");
    }
    if (!remote.allowParallelRequests()) {
      return bound;
    }
    if (bound != 0 && bound != Execution.MAX_CONCURRENCY) {
      throw invalid(
          place,
          "allowParallelRequests is the largest bound, but maxConcurrency is " + bound,
          "Give maxConcurrency alone");
    }
    return Execution.MAX_CONCURRENCY;
  }

  private static CallDefaults callDefaults(String place, Remote remote) {
    int maxAttempts = remote.maxAttempts();
    if (maxAttempts < 0) {
      throw invalid(
          place, "maxAttempts is " + maxAttempts, "Give 1 or more, or 0 for the usual number");
    }
    return new CallDefaults(
        remote.timeoutSeconds() == 0
            ? null
            : seconds(place, "timeoutSeconds", remote.timeoutSeconds()),
        remote.workerTimeoutSeconds() == 0
            ? null
            : seconds(place, "workerTimeoutSeconds", remote.workerTimeoutSeconds()),
        maxAttempts == 0 ? null : maxAttempts);
  }

  private static Duration seconds(String place, String setting, double seconds) {
    // Rejects NaN too. A Duration holds every value up to a year exactly.
    if (!(seconds > 0 && seconds <= 31_536_000)) {
      throw invalid(
          place, setting + " is " + seconds, "Give seconds above 0 and up to a year (31536000)");
    }
    return Duration.ofNanos(Math.max(1, Math.round(seconds * 1e9)));
  }

  private static boolean namesKnown(Parameter[] parameters) {
    for (Parameter parameter : parameters) {
      if (!parameter.isAnnotationPresent(Param.class) && !parameter.isNamePresent()) {
        return false;
      }
    }
    return true;
  }

  private static String parameterName(Parameter parameter) {
    Param param = parameter.getAnnotation(Param.class);
    return param != null ? param.value() : parameter.getName();
  }

  private static void checkParameterNames(String place, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (name.isEmpty()) {
        throw invalid(place, "@Param with an empty name", "Give the parameter's name on the wire");
      }
      if (!seen.add(name)) {
        throw invalid(
            place,
            "two parameters are named '" + name + "'",
            "Give each parameter its own @Param name");
      }
    }
  }

  private static ResultKind kind(Class<?> raw) {
    if (raw == CompletableFuture.class) {
      return ResultKind.FUTURE;
    }
    if (raw == Stream.class) {
      return ResultKind.STREAM;
    }
    return raw == Flow.Publisher.class ? ResultKind.PUBLISHER : ResultKind.VALUE;
  }

  private static Type resultType(String place, Type declared, ResultKind kind) {
    if (kind == ResultKind.VALUE) {
      Class<?> raw = declared instanceof Class<?> c ? c : rawOrNull(declared);
      if (raw != null
          && (Future.class.isAssignableFrom(raw)
              || BaseStream.class.isAssignableFrom(raw)
              || java.util.concurrent.CompletionStage.class.isAssignableFrom(raw))) {
        throw invalid(
            place,
            "returns " + declared.getTypeName(),
            "Return T, CompletableFuture<T>, Stream<T> or Flow.Publisher<T>");
      }
      return declared;
    }
    if (declared instanceof ParameterizedType parameterized) {
      Type value = parameterized.getActualTypeArguments()[0];
      return value == Void.class ? void.class : value;
    }
    throw invalid(
        place,
        "returns the raw type " + declared.getTypeName(),
        "Add the type argument, for example "
            + ((Class<?>) declared).getSimpleName()
            + "<Integer>");
  }

  private static @Nullable Class<?> rawOrNull(Type type) {
    return type instanceof ParameterizedType parameterized
        ? (Class<?>) parameterized.getRawType()
        : null;
  }

  private static @Nullable Class<?> workload(
      String place, Class<?> calculator, Parameter[] parameters) {
    if (calculator == Void.class) {
      return null;
    }
    Class<?>[] wanted = Arrays.stream(parameters).map(Parameter::getType).toArray(Class<?>[]::new);
    String signature =
        "public double workload("
            + String.join(", ", Arrays.stream(wanted).map(Class::getSimpleName).toList())
            + ")";
    checkInstantiable(calculator, "workload class");
    checkExported(calculator);
    if (calculator.getConstructors()[0].getParameterCount() != 0) {
      throw invalid(
          calculator.getName(),
          "the constructor of the workload class takes arguments",
          "Give it a public constructor without parameters");
    }
    try {
      if (calculator.getMethod("workload", wanted).getReturnType() == double.class) {
        return calculator;
      }
    } catch (NoSuchMethodException e) {
      throw new InvalidDeploymentException(
          place,
          "the workload class " + calculator.getName() + " has no method for these parameters",
          "Declare in it: " + signature,
          e);
    }
    throw invalid(
        place,
        "the workload method of " + calculator.getName() + " does not return double",
        "Declare it: " + signature);
  }

  private static @Nullable BenchmarkSpec benchmark(String place, @Nullable Benchmark benchmark) {
    if (benchmark == null) {
      return null;
    }
    boolean generated = benchmark.generator() != Benchmark.None.class;
    if (generated == (benchmark.dataset().length > 0)) {
      throw invalid(
          place,
          generated
              ? "the benchmark has both a data set and a generator"
              : "the benchmark has neither a data set nor a generator",
          "Give one of them: @Benchmark(dataset = \"{\\\"x\\\": 2}\") or @Benchmark(generator ="
              + " MyInputs.class)");
    }
    if (benchmark.runs() < 1) {
      throw invalid(place, "benchmark runs is " + benchmark.runs(), "Give at least 1");
    }
    if (benchmark.concurrency() < 1) {
      throw invalid(
          place, "benchmark concurrency is " + benchmark.concurrency(), "Give at least 1");
    }
    if (generated) {
      checkInstantiable(benchmark.generator(), "benchmark generator");
      if (benchmark.generator().getConstructors()[0].getParameterCount() != 0) {
        throw invalid(
            benchmark.generator().getName(),
            "the constructor of the benchmark generator takes arguments",
            "Give it a public constructor without parameters");
      }
    }
    return new BenchmarkSpec(
        List.of(benchmark.dataset()),
        generated ? benchmark.generator() : null,
        benchmark.runs(),
        benchmark.concurrency(),
        benchmark.warmup());
  }
}
