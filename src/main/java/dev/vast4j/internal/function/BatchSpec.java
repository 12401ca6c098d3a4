package dev.vast4j.internal.function;

import dev.vast4j.BatchResult;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a function's calls are batched, validated. Immutable.
 *
 * @param method name of the body
 * @param body runs a batch; null if only the implementing class has it and that is not known here
 * @param signature what the body has to look like, for messages
 * @param maxSize the most calls in a batch, at least 1
 * @param maxWait how long the oldest call of a partial batch waits
 */
public record BatchSpec(
    String method, @Nullable Method body, String signature, int maxSize, Duration maxWait) {

  /** {@return the body's arguments: for each parameter, a list of what the calls pass} */
  public static @Nullable Object[] arguments(int parameters, List<List<@Nullable Object>> calls) {
    @Nullable Object[] arguments = new @Nullable Object[parameters];
    for (int i = 0; i < parameters; i++) {
      List<@Nullable Object> column = new ArrayList<>(calls.size());
      for (List<@Nullable Object> call : calls) {
        column.add(call.get(i));
      }
      arguments[i] = Collections.unmodifiableList(column);
    }
    return arguments;
  }

  /**
   * Returns the result of each call, in order. Throws IllegalStateException if the body returned
   * something that is not one result for each call.
   *
   * @param returned what the body returned
   */
  public List<BatchResult<@Nullable Object>> results(@Nullable Object returned, int calls) {
    if (body != null && body.getReturnType() == void.class) {
      return Collections.nCopies(calls, BatchResult.of(null));
    }
    if (!(returned instanceof List<?> list)) {
      throw new IllegalStateException(
          method + " returned null for a batch of " + calls + ": return a list of results");
    }
    // Once: a list that others fill may change meanwhile.
    Object[] results = list.toArray();
    if (results.length != calls) {
      throw new IllegalStateException(
          method
              + " returned "
              + results.length
              + (results.length == 1 ? " result" : " results")
              + " for a batch of "
              + calls
              + ": return one result for each input, in the same order");
    }
    List<BatchResult<@Nullable Object>> each = new ArrayList<>(calls);
    for (Object result : results) {
      each.add(
          result instanceof BatchResult<?> one
              ? general(one)
              : result == null && returnsBatchResults() ? missing() : BatchResult.of(result));
    }
    return each;
  }

  private boolean returnsBatchResults() {
    return body != null
        && body.getGenericReturnType() instanceof ParameterizedType list
        && list.getActualTypeArguments()[0] instanceof ParameterizedType element
        && element.getRawType() == BatchResult.class;
  }

  private BatchResult<@Nullable Object> missing() {
    return BatchResult.failed(
        new IllegalStateException(
            method + " returned null in place of a BatchResult: return BatchResult.of(null)"));
  }

  private static BatchResult<@Nullable Object> general(BatchResult<?> one) {
    Throwable failure = one.failure();
    return failure == null ? BatchResult.of(one.value()) : BatchResult.failed(failure);
  }
}
