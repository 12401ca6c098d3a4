package dev.vast4j;

import dev.vast4j.errors.SessionClosedException;
import java.time.Instant;

/**
 * A session: its calls all go to one worker, where functions keep values in {@link Sessions}. Open
 * one with {@link Deployment#openSession} and close it, which frees the worker. Thread-safe.
 */
public interface Session extends AutoCloseable {
  /** {@return the session's id, 13 letters and digits} */
  String id();

  /**
   * {@return when the worker ends the session unless a call comes before or still runs, as far as
   * is known here}
   */
  Instant expiration();

  /**
   * {@return whether calls can be made: false once it was closed or found closed; sends nothing}
   */
  boolean isOpen();

  /**
   * Returns a proxy whose calls go to this session's worker. They fail with {@link
   * SessionClosedException} once the session has ended.
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
   * @param options of its calls
   * @return the proxy
   */
  <T> T remote(Class<T> type, CallOptions options);

  /**
   * Ends the session on its worker, which cancels its running calls. Idempotent. Blocks for one
   * exchange of at most ten seconds, tried up to three times; an unreachable worker ends the
   * session when it expires.
   */
  @Override
  void close();
}
