package dev.vast4j.internal.function;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The values that one session keeps on its worker. A function finds them by thread. The threads it
 * starts do not inherit them, unlike {@linkplain ContextValues contexts}, because a pool's threads
 * would carry them into other sessions. Thread-safe.
 */
public final class SessionValues {
  private static final ThreadLocal<@Nullable SessionValues> BOUND = new ThreadLocal<>();

  private final String id;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Class<?>, Object> values = new LinkedHashMap<>();

  /**
   * Creates a session without values.
   *
   * @param id the session's id
   */
  public SessionValues(String id) {
    this.id = id;
  }

  /** Returns the session of the call on this thread. Throws IllegalStateException elsewhere. */
  public static SessionValues current() {
    SessionValues bound = BOUND.get();
    if (bound == null) {
      throw new IllegalStateException(
          "Sessions works only on the thread of a function that is called through a session:"
              + " Deployment.openSession(...), then Session.remote(...)");
    }
    return bound;
  }

  /** Runs the body with these values bound to the calling thread. */
  public <R extends @Nullable Object> R call(Callable<R> body) throws Exception {
    BOUND.set(this);
    try {
      return body.call();
    } finally {
      BOUND.remove();
    }
  }

  /** {@return the session's id} */
  public String id() {
    return id;
  }

  /** Returns the value of a type and creates it first if needed. */
  public <T> T get(Class<T> type, Supplier<? extends T> initial) {
    lock.lock();
    try {
      Object value = values.get(type);
      if (value == null) {
        value =
            Objects.requireNonNull(
                initial.get(), () -> "the initial " + type.getName() + " of a session is null");
        values.put(type, value);
      }
      return type.cast(value);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Removes all values and returns those to close, newest first. Call it when no call of the
   * session is left.
   */
  public List<AutoCloseable> end() {
    List<AutoCloseable> closeable = new ArrayList<>();
    lock.lock();
    try {
      for (Object value : values.values()) {
        if (value instanceof AutoCloseable one) {
          closeable.add(0, one);
        }
      }
      values.clear();
    } finally {
      lock.unlock();
    }
    return closeable;
  }
}
