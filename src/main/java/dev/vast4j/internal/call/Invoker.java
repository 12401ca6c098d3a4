package dev.vast4j.internal.call;

import dev.vast4j.internal.function.RemoteFunction;
import org.jspecify.annotations.Nullable;

/** Runs the remote methods of a proxy. */
@FunctionalInterface
public interface Invoker {
  /**
   * Calls a function.
   *
   * @return what the method is to return, per the function's kind: the value, a CompletableFuture,
   *     a Stream or a Flow.Publisher
   * @throws Throwable what the method is to throw
   */
  @Nullable Object invoke(RemoteFunction function, @Nullable Object[] arguments) throws Throwable;
}
