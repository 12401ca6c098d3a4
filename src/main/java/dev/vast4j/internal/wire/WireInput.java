package dev.vast4j.internal.wire;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a parser reads. Remembers a failed read, because data binding wraps the exception
 * and a broken connection must not look like broken JSON. Never closes the stream under it. Not
 * thread-safe.
 */
final class WireInput extends InputStream {
  private final InputStream in;
  private @Nullable IOException failure;

  WireInput(InputStream in) {
    this.in = in;
  }

  /** Throws the exception of a failed read, if there was one. */
  void rethrow() throws IOException {
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      return in.read(buffer, offset, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    } catch (RuntimeException e) {
      failure = new IOException("cannot be read: " + e, e); // the HTTP library's
      throw failure;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }
}
