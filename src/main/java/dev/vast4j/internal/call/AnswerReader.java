package dev.vast4j.internal.call;

import dev.vast4j.internal.wire.CountedInput;
import dev.vast4j.internal.wire.RemoteError;
import java.io.IOException;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Reads a call's result from a worker's successful answer.
 *
 * @param <T> the result
 */
interface AnswerReader<T> {

  /**
   * An answer being read. Its status is 2xx.
   *
   * @param response the answer, whose body is read from {@code in}
   * @param in its body
   * @param exchange the exchange it belongs to
   * @param route to the worker that answered
   * @param attempt the attempt's number
   */
  record Answer(Response response, CountedInput in, Exchange exchange, Route route, int attempt) {}

  /**
   * Reads an answer. Throws DecodingException when it has the wrong form and IOException when the
   * connection breaks.
   */
  @Nullable T read(Answer answer) throws IOException, RemoteFailure;

  /** Whether the result reads on from the answer and closes it. */
  default boolean keepsReading() {
    return false;
  }

  /** Releases a result whose caller has gone. */
  default void discard(@Nullable T result) {}

  /** The function threw. */
  final class RemoteFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient RemoteError error;

    RemoteFailure(RemoteError error) {
      super(null, null, false, false);
      this.error = error;
    }

    RemoteError error() {
      return error;
    }
  }
}
