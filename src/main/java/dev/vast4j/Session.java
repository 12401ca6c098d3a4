package dev.vast4j;

import dev.vast4j.errors.CallRefusedException;
import dev.vast4j.errors.SessionClosedException;
import dev.vast4j.errors.WorkerLostException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A session: its calls all go to one worker, where functions keep values in {@link Sessions}. Open
 * one with {@link Deployment#openSession} or {@link Endpoint#openSession} and close it, which frees
 * the worker. Thread-safe.
 */
public interface Session extends Requests, AutoCloseable {
  /**
   * Continues a session that was opened elsewhere: by an earlier run of the program, another
   * program, or the Python client. Asks its worker's {@code /session/health} and {@code
   * /session/get}. Blocks for two exchanges of at most ten seconds each.
   *
   * @param endpoint the session's endpoint
   * @param id the session's {@link #id() id}
   * @param auth its {@link #auth() auth data}
   * @return the session; it is not kept alive, and closing it ends it
   * @throws SessionClosedException when it has ended, or its worker is gone
   * @throws CallRefusedException when the auth data isn't the session's, with status 401
   */
  static Session resume(Endpoint endpoint, String id, String auth) {
    return endpoint.resumeSession(id, auth);
  }

  /**
   * As {@link #resume(Endpoint, String, String)}, for a deployment's session, with its remote
   * interfaces.
   *
   * @param deployment the session's deployment
   * @param id the session's {@link #id() id}
   * @param auth its {@link #auth() auth data}
   * @return the session; it is not kept alive, and closing it ends it
   * @throws SessionClosedException when it has ended, or its worker is gone
   * @throws CallRefusedException when the auth data isn't the session's, with status 401
   */
  static Session resume(Deployment deployment, String id, String auth) {
    return deployment.resumeSession(id, auth);
  }

  /** {@return the session's id, 13 letters and digits} */
  String id();

  /**
   * Returns the data by which the worker knows the session's owner, for {@link #resume}: the
   * engine's signed route, a JSON object. Keep it secret: who has it can use and end the session.
   *
   * @return the JSON text
   */
  String auth();

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
   * Asks the worker whether it still has the session. Blocks for one exchange of at most ten
   * seconds.
   *
   * @return false when the session has ended, after which {@link #isOpen} is false too
   * @throws WorkerLostException when the worker does not answer
   */
  boolean isAlive();

  /**
   * Returns a proxy whose calls go to this session's worker. They fail with {@link
   * SessionClosedException} once the session has ended.
   *
   * @param <T> the remote interface
   * @param type one of the deployment's remote interfaces; a session of an {@link Endpoint} has
   *     none
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
   * Leaves the session on its worker, where it lives until it expires, for {@link #resume}
   * elsewhere. No calls can be made here any more, and closing it sends nothing.
   */
  void detach();

  /**
   * Calls a function by its name, for tools that have no interface. Blocks until it has returned or
   * its stream begins. Arguments are null, booleans, numbers, texts, {@code byte[]}, lists and
   * maps; the result is made of the same. Such a call is not retried once a worker may have
   * received it, unless the options say that it is idempotent.
   *
   * @param function the function's name, as the worker knows it
   * @param arguments its arguments by name
   * @param options time-outs, attempts, cost and idempotence
   * @return the result as the only element, or the elements of a streamed function; close it
   * @throws dev.vast4j.errors.CallException when the call fails
   * @throws dev.vast4j.errors.InvalidDeploymentException when this isn't a function's name
   */
  Stream<@Nullable Object> call(
      String function, Map<String, ? extends @Nullable Object> arguments, CallOptions options);

  /**
   * As {@link #call(String, Map, CallOptions)}, with arguments in the order of the parameters.
   *
   * @param function the function's name, as the worker knows it
   * @param arguments its arguments in order
   * @param options time-outs, attempts, cost and idempotence
   * @return the result as the only element, or the elements of a streamed function; close it
   */
  Stream<@Nullable Object> call(
      String function, List<? extends @Nullable Object> arguments, CallOptions options);

  /**
   * Ends the session on its worker, which cancels its running calls. Idempotent. Blocks for one
   * exchange of at most ten seconds, tried up to three times; an unreachable worker ends the
   * session when it expires.
   */
  @Override
  void close();
}
