package dev.vast4j.internal.call;

import dev.vast4j.internal.wire.RemoteError;
import java.io.IOException;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Makes a call's result of a worker's successful answer.
 *
 * @param <T> the result
 */
interface AnswerReader<T> {

  /**
   * An answer being read. Its status is 2xx.
   *
   * @param response the answer, whose body is read from {@code in}
   * @param in its body
   * @param exchange what it belongs to
   * @param route the way to the worker that answered
   * @param attempt number of the attempt
   */
  record Answer(Response response, CountedInput in, Exchange exchange, Route route, int attempt) {}

  /**
   * Reads an answer. Throws DecodingException when it is of the wrong form and IOException when the
   * connection breaks.
   */
  @Nullable T read(Answer answer) throws IOException, RemoteFailure;

  /** Whether the result goes on reading the answer, and closes it. */
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
