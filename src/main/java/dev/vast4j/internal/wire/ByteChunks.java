package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Collects bytes of unknown number in chunks, which are let go one by one as they are joined. Not
 * thread-safe.
 */
final class ByteChunks extends OutputStream {
  private static final int FIRST = 4 << 10;
  private static final int LARGEST = 256 << 10;

  private final Deque<byte[]> full = new ArrayDeque<>();
  private byte[] chunk = new byte[FIRST];
  private int used;
  private int before;

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length > Limits.BYTES_LENGTH - before - used) {
      throw new StreamConstraintsException(
          "more than " + Limits.BYTES_LENGTH + " bytes, which is the limit of a byte array");
    }
    int from = offset;
    int left = length;
    while (left > 0) {
      if (used == chunk.length) {
        full.add(chunk);
        before += used;
        chunk = new byte[Math.min(LARGEST, chunk.length * 2)];
        used = 0;
      }
      int count = Math.min(left, chunk.length - used);
      System.arraycopy(bytes, from, chunk, used, count);
      used += count;
      from += count;
      left -= count;
    }
  }

  /** All bytes; this object is empty afterwards. */
  byte[] toByteArray() {
    byte[] all = new byte[before + used];
    int at = 0;
    for (byte[] next = full.poll(); next != null; next = full.poll()) {
      System.arraycopy(next, 0, all, at, next.length);
      at += next.length;
    }
    System.arraycopy(chunk, 0, all, at, used);
    chunk = new byte[0];
    used = 0;
    before = 0;
    return all;
  }
}
