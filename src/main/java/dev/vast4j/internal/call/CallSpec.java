package dev.vast4j.internal.call;

import dev.vast4j.CallOptions;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * One call: what to call, and how.
 *
 * @param function the function's wire name, for messages
 * @param path path on the worker, such as {@code /remote/square}
 * @param method the interface's method, whose declared exceptions are rebuilt; or null
 * @param payload the encoded arguments
 * @param cost the workload announced to the engine
 * @param idempotent whether to retry a call that may have run
 * @param options time-outs and the number of attempts
 * @param session the session it belongs to, or null
 * @param streamed whether the answer is a stream; once it begins, the time-out no longer applies
 * @param optional which parameters a worker that doesn't know them may pass over, as {@link
 *     dev.vast4j.internal.wire.UnknownParameters} writes them
 */
record CallSpec(
    String function,
    String path,
    @Nullable Method method,
    Payload payload,
    double cost,
    boolean idempotent,
    CallOptions options,
    @Nullable SessionState session,
    boolean streamed,
    String optional) {
  private static final int DEFAULT_ATTEMPTS = 5;

  /** Creates a call of whose arguments a worker may pass over none. */
  CallSpec(
      String function,
      String path,
      @Nullable Method method,
      Payload payload,
      double cost,
      boolean idempotent,
      CallOptions options,
      @Nullable SessionState session,
      boolean streamed) {
    this(function, path, method, payload, cost, idempotent, options, session, streamed, "");
  }

  int maxAttempts() {
    Integer most = options.maxAttempts();
    return most == null ? DEFAULT_ATTEMPTS : most;
  }
}
