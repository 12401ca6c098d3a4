package dev.vast4j;

import dev.vast4j.internal.function.ContextValues;

/**
 * Access to the entered {@linkplain Context contexts} from inside a remote function. Thread-safe.
 */
public final class Contexts {
  private Contexts() {}

  /**
   * Returns the value of a context's {@link Context#enter()}. Does not block. Works on the
   * function's thread and the threads it starts.
   *
   * @param <T> the type of the value
   * @param type the context's class, as passed to {@code Deployment.Builder.context}
   * @return the value
   * @throws IllegalStateException outside a remote function, or if the deployment has no such
   *     context
   */
  public static <T> T get(Class<? extends Context<T>> type) {
    return ContextValues.current().get(type);
  }
}
