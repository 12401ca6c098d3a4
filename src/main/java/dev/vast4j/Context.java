package dev.vast4j;

import org.jspecify.annotations.Nullable;

/**
 * A resource that a worker sets up once and shares between calls, such as a loaded model or a
 * connection pool.
 *
 * <p>A worker enters all contexts of its deployment at once, each on its own thread, before it
 * takes calls. Functions get the value that {@link #enter()} returned from {@link Contexts#get} or
 * as a constructor argument of the implementing class. A context is a public class; you pass its
 * constructor arguments to {@code Deployment.Builder.context}, in order or by name, and they travel
 * as JSON.
 *
 * @param <T> the type of the value
 */
public interface Context<T> {
  /**
   * Sets the context up. Each worker calls this once, before any call. It may take long.
   *
   * @return the value to share; several threads use it at once if functions allow parallel requests
   * @throws Exception if setup fails; the worker then reports an error and takes no calls
   */
  T enter() throws Exception;

  /**
   * Tears the context down when the worker ends. Called once, and only if {@link #enter()}
   * returned. Does nothing by default.
   *
   * @param value the value that {@link #enter()} returned
   * @param cause the failure that ends the worker, or null
   * @throws Exception if teardown fails; the worker logs it
   */
  default void exit(T value, @Nullable Throwable cause) throws Exception {}
}
