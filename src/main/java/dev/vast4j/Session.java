package dev.vast4j;

import dev.vast4j.errors.SessionClosedException;
import java.time.Instant;

/**
 * Calls that all go to one worker, where functions keep values in {@link Sessions} until the
 * session ends. Opened by {@link Deployment#openSession}. Thread-safe. To be closed, which frees
 * the worker.
 */
public interface Session extends AutoCloseable {
  /**
   * The session's id.
   *
   * @return 13 letters and digits
   */
  String id();

  /**
   * When the worker ends the session unless a call comes before.
   *
   * @return the time, as far as is known here
   */
  Instant expiration();

  /**
   * Whether the session was neither closed here nor found closed. Asks nobody.
   *
   * @return true while calls can be made
   */
  boolean isOpen();

  /**
   * A proxy whose calls go to this session's worker. Calls fail with {@link SessionClosedException}
   * once the session has ended.
   *
   * @param <T> the remote interface
   * @param type one of the deployment's remote interfaces
   * @return the proxy
   */
  default <T> T remote(Class<T> type) {
    return remote(type, CallOptions.defaults());
  }

  /**
   * As {@link #remote(Class)}, with options.
   *
   * @param <T> the remote interface
   * @param type one of the deployment's remote interfaces
   * @param options how calls behave
   * @return the proxy
   */
  <T> T remote(Class<T> type, CallOptions options);

  /**
   * Ends the session on its worker, which cancels its calls in work. Idempotent. Blocks for one
   * exchange, ten seconds at most; a worker that cannot be reached ends the session by itself when
   * it expires.
   */
  @Override
  void close();
}
