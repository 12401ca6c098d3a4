package dev.vast4j.internal.call;

import dev.vast4j.internal.wire.RemoteError;
import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Makes a call's result of a worker's successful answer.
 *
 * @param <T> the result
 */
interface AnswerReader<T> {

  /** An answer being read. Its status is 2xx. */
  final class Answer {
    private final Response response;
    private final CountedInput in;
    private final Exchange exchange;
    private final HttpUrl worker;
    private final byte[] authData;
    private final EndpointKey key;
    private final int attempt;

    Answer(
        Response response,
        CountedInput in,
        Exchange exchange,
        HttpUrl worker,
        byte[] authData,
        EndpointKey key,
        int attempt) {
      this.response = response;
      this.in = in;
      this.exchange = exchange;
      this.worker = worker;
      this.authData = authData;
      this.key = key;
      this.attempt = attempt;
    }

    Response response() {
      return response;
    }

    /** The body. */
    CountedInput in() {
      return in;
    }

    Exchange exchange() {
      return exchange;
    }

    /** The worker that answered. */
    HttpUrl worker() {
      return worker;
    }

    /** The route that led there. */
    byte[] authData() {
      return authData;
    }

    /** The endpoint's key that was shown. */
    EndpointKey key() {
      return key;
    }

    /** Number of the attempt. */
    int attempt() {
      return attempt;
    }
  }

  /**
   * Reads an answer. Throws DecodingException when it is of the wrong form and IOException when the
   * connection breaks.
   */
  @Nullable T read(Answer answer) throws IOException, RemoteFailure;

  /** Whether the result goes on reading the answer, and closes it. */
  default boolean keepsReading() {
    return false;
  }

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
