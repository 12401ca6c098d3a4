package dev.vast4j.internal.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the bytes of a number array of unknown length. It holds them once, and the array besides
 * only while converting. Not thread-safe.
 */
final class ByteChunks extends OutputStream {
  /** Multiples of eight bytes, so that no element lies in two chunks. */
  private static final int FIRST = 1 << 12;

  private static final int LARGEST = 1 << 18;

  private final List<ByteBuffer> full = new ArrayList<>();
  private ByteBuffer chunk = allocate(FIRST);
  private long before;

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void write(int b) throws IOException {
    room();
    chunk.put((byte) b);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int at = offset;
    int end = offset + length;
    while (at < end) {
      room();
      int count = Math.min(end - at, chunk.remaining());
      chunk.put(bytes, at, count);
      at += count;
    }
  }

  private void room() {
    if (!chunk.hasRemaining()) {
      before += chunk.capacity();
      full.add(chunk.flip());
      chunk = allocate(Math.min(LARGEST, chunk.capacity() * 2));
    }
  }

  /** {@return how many bytes were written} */
  long count() {
    return before + chunk.position();
  }

  /** Converts the bytes, which must be whole elements. Call once. */
  Object toArray(NumberArray type) {
    Object array = type.create(Math.toIntExact(count() / type.size()));
    full.add(chunk.flip());
    int at = 0;
    for (ByteBuffer bytes : full) {
      int elements = bytes.remaining() / type.size();
      type.get(bytes, array, at, elements);
      at += elements;
    }
    return array;
  }
}
