package dev.vast4j;

import org.jspecify.annotations.Nullable;

/**
 * Something a worker sets up once and shares between calls: a loaded model, a connection pool.
 *
 * <p>A worker enters all contexts of its deployment at once, each on its own thread, before it
 * takes calls. Functions get what {@link #enter()} returned from {@link Contexts#get} or as an
 * argument of the implementing class's constructor. An implementation is a public class; the
 * arguments of its constructor are given to {@code Deployment.Builder.context} and travel as JSON.
 *
 * @param <T> what the context provides
 */
public interface Context<T> {
  /**
   * Sets the context up. Called once per worker, before any call. May take long.
   *
   * @return the value to share; used by several threads at once when functions allow parallel
   *     requests
   * @throws Exception when it cannot be set up; the worker then reports an error and takes no calls
   */
  T enter() throws Exception;

  /**
   * Tears the context down when the worker ends. Called once, only when {@link #enter()} returned.
   * Does nothing by default.
   *
   * @param value what {@link #enter()} returned
   * @param cause why the worker ends when that is a failure, else null
   * @throws Exception when tearing down fails; it is logged
   */
  default void exit(T value, @Nullable Throwable cause) throws Exception {}
}
