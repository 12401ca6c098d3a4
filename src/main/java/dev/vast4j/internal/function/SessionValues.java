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
 * What one session keeps on its worker. Functions find it by thread. Threads that they start do not
 * inherit it, unlike {@linkplain ContextValues contexts}: those of a pool live on and would serve
 * other sessions. Thread-safe.
 */
public final class SessionValues {
  private static final ThreadLocal<@Nullable SessionValues> BOUND = new ThreadLocal<>();

  private final String id;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Class<?>, Object> values = new LinkedHashMap<>();

  /**
   * Creates the values of a session; there are none yet.
   *
   * @param id the session's id
   */
  public SessionValues(String id) {
    this.id = id;
  }

  /** The values of the session whose call runs on this thread. Throws IllegalStateException. */
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

  /** The session's id. */
  public String id() {
    return id;
  }

  /** The value of a type, made if need be. */
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
   * Forgets the values and gives those that are to be closed, the last one made first. To be called
   * when no call is left.
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
