package dev.vast4j.internal.wire;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The stream that a generator writes to. Remembers a failed write, so that a broken connection does
 * not look like a value that cannot be encoded. Neither flushes nor closes the stream under it. Not
 * thread-safe.
 */
final class WireOutput extends OutputStream {
  private final OutputStream out;
  private @Nullable IOException failure;
  private boolean dropping;

  WireOutput(OutputStream out) {
    this.out = out;
  }

  /** Throws the exception of a failed write, if there was one. */
  void rethrow() throws IOException {
    if (failure != null) {
      throw failure;
    }
  }

  /** Drops whatever is written from now on. */
  void drop() {
    dropping = true;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (dropping || failure != null) {
      return; // the generator flushes when it is closed
    }
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }
}
