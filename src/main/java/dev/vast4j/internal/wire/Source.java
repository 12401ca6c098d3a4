package dev.vast4j.internal.wire;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The bytes a parser reads. Remembers when reading them failed, so that a broken connection is not
 * taken for broken JSON after the binding has wrapped it; and takes bytes back, so that a run of
 * numbers can be read past the parser. Never closes the stream under it. Not thread-safe.
 */
final class Source extends InputStream {
  private final InputStream in;
  private @Nullable IOException failure;
  private byte[] returned = new byte[0];
  private int returnedFrom;
  private int returnedTo;

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
    if (returnedFrom < returnedTo) {
      throw new IllegalStateException("bytes given back before are unread");
    }
    returned = bytes;
    returnedFrom = from;
    returnedTo = to;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int count = read(one, 0, 1);
    return count < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (returnedFrom < returnedTo) {
      int count = Math.min(length, returnedTo - returnedFrom);
      System.arraycopy(returned, returnedFrom, buffer, offset, count);
      returnedFrom += count;
      return count;
    }
    try {
      return in.read(buffer, offset, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }
}
