package dev.vast4j;

import dev.vast4j.internal.function.ContextValues;

/**
 * Access to the entered {@linkplain Context contexts} from inside a remote function. Thread-safe.
 */
public final class Contexts {
  private Contexts() {}

  /**
   * What the context's {@link Context#enter()} returned. Does not block. Works on the function's
   * own thread and the threads it starts.
   *
   * @param <T> what the context provides
   * @param type the context's class, as given to {@code Deployment.Builder.context}
   * @return the value
   * @throws IllegalStateException outside a remote function, or when the deployment has no such
   *     context
   */
  public static <T> T get(Class<? extends Context<T>> type) {
    return ContextValues.current().get(type);
  }
}
