package dev.vast4j.internal.wire;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The bytes a parser reads. Remembers when reading them failed, so that a broken connection is not
 * taken for broken JSON after the binding has wrapped it; and takes bytes back, so that a run of
 * numbers can be read past the parser. Never closes the stream under it. Not thread-safe.
 */
final class Source extends InputStream {
  private final InputStream in;
  private @Nullable IOException failure;
  private final Deque<Returned> returned = new ArrayDeque<>();

  Source(InputStream in) {
    this.in = in;
  }

  /** Throws what reading threw, if it did. */
  void rethrow() throws IOException {
    if (failure != null) {
      throw failure;
    }
  }

  /** Gives bytes back, to be read next. They are not copied and must not change. */
  void giveBack(byte[] bytes, int from, int to) {
    if (from < to) {
      returned.push(new Returned(bytes, from, to));
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int count = read(one, 0, 1);
    return count < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    Returned next = returned.peek();
    if (next != null) {
      int count = next.read(buffer, offset, length);
      if (next.from == next.to) {
        returned.pop();
      }
      return count;
    }
    try {
      return in.read(buffer, offset, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  private static final class Returned {
    private final byte[] bytes;
    private int from;
    private final int to;

    Returned(byte[] bytes, int from, int to) {
      this.bytes = bytes;
      this.from = from;
      this.to = to;
    }

    int read(byte[] buffer, int offset, int length) {
      int count = Math.min(length, to - from);
      System.arraycopy(bytes, from, buffer, offset, count);
      from += count;
      return count;
    }
  }
}
