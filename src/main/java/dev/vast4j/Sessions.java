package dev.vast4j;

import dev.vast4j.internal.function.SessionValues;
import java.util.function.Supplier;

/**
 * Values that a {@link Session} keeps on its worker, for remote functions called through it.
 *
 * <pre>{@code
 * @Remote
 * default long add(long n) {
 *   return Sessions.get(AtomicLong.class, AtomicLong::new).addAndGet(n);
 * }
 * }</pre>
 *
 * <p>Works on the thread that runs the function's body and on the thread that reads the stream it
 * returned, but not on threads that the function starts; pass them the value. In a benchmark, each
 * call has its own session. Thread-safe.
 */
public final class Sessions {
  private Sessions() {}

  /**
   * Returns the session's value of this type. The session's first call that asks for it creates it.
   * When the session has ended for any reason and its calls have returned, the worker drops the
   * value and closes it if it is {@link AutoCloseable}. Blocks while another call of the session
   * creates a value.
   *
   * @param <T> the type of the value
   * @param type the value's key
   * @param initial creates the value; must not ask for another value of the session. If it throws,
   *     the next call runs it again
   * @return the value; several threads use it at once if calls of the session run in parallel
   * @throws IllegalStateException outside a call through a session
   */
  public static <T> T get(Class<T> type, Supplier<? extends T> initial) {
    return SessionValues.current().get(type, initial);
  }

  /**
   * Returns the id of the call's session, the same as {@link Session#id()}.
   *
   * @return 13 letters and digits
   * @throws IllegalStateException outside a call through a session
   */
  public static String id() {
    return SessionValues.current().id();
  }
}
