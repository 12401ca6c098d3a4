package dev.vast4j.internal.wire;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Where a generator writes. Remembers when writing failed, so that a broken connection is not taken
 * for a value that cannot be encoded. Neither flushes nor closes the stream under it. Not
 * thread-safe.
 */
final class Sink extends OutputStream {
  private final OutputStream out;
  private @Nullable IOException failure;
  private boolean dropping;

  Sink(OutputStream out) {
    this.out = out;
  }

  /** Throws what writing threw, if it did. */
  void rethrow() throws IOException {
    if (failure != null) {
      throw failure;
    }
  }

  /** Lets whatever is written from now on vanish. */
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
      return; // the rest, written while everything is put away, has nowhere to go
    }
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }
}
