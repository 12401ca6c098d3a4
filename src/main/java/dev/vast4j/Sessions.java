package dev.vast4j;

import dev.vast4j.internal.function.SessionValues;
import java.util.function.Supplier;

/**
 * What a {@link Session} keeps on its worker, for remote functions that are called through one.
 *
 * <pre>{@code
 * @Remote
 * default long add(long n) {
 *   return Sessions.get(AtomicLong.class, AtomicLong::new).addAndGet(n);
 * }
 * }</pre>
 *
 * <p>In a benchmark, each call has a session of its own. Works on the thread on which a function's
 * body runs, and on which the stream that it returned is read; not on threads that it starts, which
 * are to be handed the value. Thread-safe.
 */
public final class Sessions {
  private Sessions() {}

  /**
   * The value of this type that the running call's session keeps. The session's first call that
   * asks makes it; when the session has ended, however it ended, and its calls have returned, it is
   * forgotten and, if it is {@link AutoCloseable}, closed. Blocks while another call of the session
   * makes a value.
   *
   * @param <T> what is kept
   * @param type what it is found by
   * @param initial makes it; must not ask for another value of the session. Called again after it
   *     threw
   * @return the value; used by several threads at once when the session's calls run at once
   * @throws IllegalStateException outside of a call through a session
   */
  public static <T> T get(Class<T> type, Supplier<? extends T> initial) {
    return SessionValues.current().get(type, initial);
  }

  /**
   * The id of the running call's session, the same as {@link Session#id()}.
   *
   * @return 13 letters and digits
   * @throws IllegalStateException outside of a call through a session
   */
  public static String id() {
    return SessionValues.current().id();
  }
}
