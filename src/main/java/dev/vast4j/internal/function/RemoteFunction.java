package dev.vast4j.internal.function;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One remote function. Immutable.
 *
 * @param name its wire name
 * @param method the interface's method
 * @param parameterNames names on the wire, one per parameter; positions ("0", "1" …) when {@link
 *     #named} is false
 * @param named whether arguments travel by name
 * @param parameterTypes generic types, resolved against the interface
 * @param nullableParameters names of the parameters annotated with {@code @Nullable}
 * @param resultType type of the value, or of one element of a stream; {@code void.class} for none
 * @param kind how the method returns its result
 * @param execution how a worker runs its calls
 * @param maxQueueTime the expected wait above which a worker refuses a call
 * @param workload the class that computes the workload, or null for a constant 100
 * @param idempotent whether the function may run twice for one call
 * @param defaults time-outs and attempts of its calls
 * @param benchmark the benchmark, or null
 */
public record RemoteFunction(
    String name,
    Method method,
    List<String> parameterNames,
    boolean named,
    List<Type> parameterTypes,
    Set<String> nullableParameters,
    Type resultType,
    ResultKind kind,
    Execution execution,
    Duration maxQueueTime,
    @Nullable Class<?> workload,
    boolean idempotent,
    CallDefaults defaults,
    @Nullable BenchmarkSpec benchmark) {

  /** Copies the collections. */
  public RemoteFunction {
    parameterNames = List.copyOf(parameterNames);
    parameterTypes = List.copyOf(parameterTypes);
    nullableParameters = Set.copyOf(nullableParameters);
  }

  /**
   * {@return names of the parameters that are null when an older client's call lacks them: of
   * reference types, not non-null by an annotation or in null-marked code}
   */
  public Set<String> nullForOlderClients() {
    return Nullness.unmarked(method, parameterNames);
  }
}
