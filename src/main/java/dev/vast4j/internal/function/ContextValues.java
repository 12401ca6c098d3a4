package dev.vast4j.internal.function;

import dev.vast4j.Context;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The values of the entered contexts. A function finds them by thread: the thread that runs it is
 * bound to its worker's values, and the threads it starts inherit the binding. A worker process
 * also installs its values for threads that were started earlier, as in the common pool. Immutable.
 */
public final class ContextValues {
  private static final InheritableThreadLocal<@Nullable ContextValues> BOUND =
      new InheritableThreadLocal<>();
  private static final AtomicReference<@Nullable ContextValues> INSTALLED = new AtomicReference<>();

  private final Map<Class<?>, Object> values;

  /**
   * Creates the values.
   *
   * @param values by context class
   */
  public ContextValues(Map<Class<?>, Object> values) {
    this.values = Map.copyOf(values);
  }

  /** Returns the values of the calling thread's worker. Throws IllegalStateException elsewhere. */
  public static ContextValues current() {
    ContextValues bound = BOUND.get();
    ContextValues found = bound != null ? bound : INSTALLED.get();
    if (found == null) {
      throw new IllegalStateException(
          "Contexts.get works only inside a remote function that runs on a worker or through"
              + " Deployment.local");
    }
    return found;
  }

  /** Sets the values for all threads of the process; null clears them. */
  public static void install(@Nullable ContextValues values) {
    INSTALLED.set(values);
  }

  /** Runs the body with these values bound to the calling thread. */
  public <R extends @Nullable Object> R call(Callable<R> body) throws Exception {
    ContextValues before = BOUND.get();
    BOUND.set(this);
    try {
      return body.call();
    } finally {
      if (before == null) {
        BOUND.remove();
      } else {
        BOUND.set(before);
      }
    }
  }

  /** Returns the value of a context. Throws IllegalStateException if there is none of the class. */
  @SuppressWarnings("unchecked") // a Context<T> of this class was entered and returned the value
  public <T> T get(Class<? extends Context<T>> type) {
    return (T) lookup(type);
  }

  /** Returns the value of a context whose class is known only at run time. */
  public Object lookup(Class<?> type) {
    Object value = values.get(type);
    if (value == null) {
      throw new IllegalStateException(
          "this deployment has no context "
              + type.getName()
              + ". Register it: Deployment.builder(...)"
              + ".context("
              + type.getSimpleName()
              + ".class)");
    }
    return value;
  }
}
