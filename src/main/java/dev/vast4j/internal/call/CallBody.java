package dev.vast4j.internal.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * The body of one attempt: {@code {"auth_data": …, "session_id": …, "payload": …}}. The auth data
 * is the engine's answer, byte for byte.
 */
final class CallBody extends RequestBody {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final byte[] AUTH_DATA = "{\"auth_data\":".getBytes(UTF_8);
  private static final byte[] NO_SESSION = ",\"session_id\":null,\"payload\":".getBytes(UTF_8);

  private final byte[] authData;
  private final byte[] session;
  private final Payload payload;
  private volatile boolean whole;
  private volatile boolean arraysAsBytes;
  private volatile long written;
  private volatile @Nullable RuntimeException failure;

  /**
   * Creates a body.
   *
   * @param authData the engine's answer
   * @param sessionId letters and digits, or null
   * @param payload the arguments
   */
  CallBody(byte[] authData, @Nullable String sessionId, Payload payload) {
    this.authData = authData;
    this.session =
        sessionId == null
            ? NO_SESSION
            : (",\"session_id\":\"" + sessionId + "\",\"payload\":").getBytes(UTF_8);
    this.payload = payload;
  }

  @Override
  public MediaType contentType() {
    return JSON;
  }

  @Override
  public long contentLength() {
    return payload.length() < 0
        ? -1
        : AUTH_DATA.length + authData.length + session.length + payload.length() + 1;
  }

  /** Keeps OkHttp from resending it, as it would after a 503 with {@code Retry-After: 0}. */
  @Override
  public boolean isOneShot() {
    return true;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    sink.write(AUTH_DATA);
    sink.write(authData);
    sink.write(session);
    Counting out = new Counting(sink);
    try {
      arraysAsBytes = payload.writeTo(out);
    } catch (RuntimeException e) {
      failure = e;
      throw new IOException("the arguments cannot be encoded", e);
    } finally {
      written = AUTH_DATA.length + authData.length + session.length + out.count + 1;
    }
    // Without its last byte this isn't JSON, so no worker has acted on it. From here on, one may.
    whole = true;
    sink.writeByte('}');
  }

  /** Whether all of it was sent; if not, no worker can have understood it. */
  boolean whole() {
    return whole;
  }

  /** Whether it was sent and has arrays as bytes, which older workers do not read. */
  boolean arraysAsBytes() {
    return arraysAsBytes;
  }

  /** Returns how many bytes were sent so far. */
  long written() {
    return written;
  }

  /** Returns why encoding the arguments failed while they were sent, or null. */
  @Nullable RuntimeException failure() {
    return failure;
  }

  private static final class Counting extends OutputStream {
    private final BufferedSink sink;
    private long count;

    Counting(BufferedSink sink) {
      this.sink = sink;
    }

    @Override
    public void write(int b) throws IOException {
      sink.writeByte(b);
      count++;
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      sink.write(from, offset, length);
      count += length;
    }
  }
}
