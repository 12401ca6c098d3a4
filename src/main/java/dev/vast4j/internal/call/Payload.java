package dev.vast4j.internal.call;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The encoded arguments of one call. Up to 1 MiB they are encoded once and kept for every attempt.
 * Larger ones are encoded again as each attempt sends them, so they are never in memory as a whole,
 * and the caller must not change them until the call has ended.
 */
final class Payload {
  static final int MOST_KEPT = 1 << 20;

  /** Writes the payload's JSON. */
  @FunctionalInterface
  interface Writer {
    void writeTo(OutputStream out) throws IOException;
  }

  private final byte @Nullable [] kept;
  private final int length;
  private final Writer writer;

  private Payload(byte @Nullable [] kept, int length, Writer writer) {
    this.kept = kept;
    this.length = length;
    this.writer = writer;
  }

  /** Encodes the arguments, and keeps them if they are small. Throws what the writer throws. */
  static Payload encode(Writer writer) {
    Buffer buffer = new Buffer();
    try {
      writer.writeTo(buffer);
    } catch (IOException | RuntimeException e) {
      if (buffer.overflowed) {
        return new Payload(null, -1, writer);
      }
      if (e instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new IllegalStateException("writing to memory failed", e);
    }
    return new Payload(buffer.bytes, buffer.size, writer);
  }

  /** Returns the size in bytes, or -1 when it is only known after sending. */
  long length() {
    return length;
  }

  void writeTo(OutputStream out) throws IOException {
    if (kept != null) {
      out.write(kept, 0, length);
    } else {
      writer.writeTo(out);
    }
  }

  private static final class Buffer extends OutputStream {
    private byte[] bytes = new byte[256];
    private int size;
    private boolean overflowed;

    @Override
    public void write(int b) throws IOException {
      reserve(1);
      bytes[size++] = (byte) b;
    }

    @Override
    public void write(byte[] from, int offset, int count) throws IOException {
      reserve(count);
      System.arraycopy(from, offset, bytes, size, count);
      size += count;
    }

    private void reserve(int count) throws IOException {
      if (overflowed || count > MOST_KEPT - size) {
        overflowed = true;
        bytes = new byte[0];
        throw new IOException("too large to keep");
      }
      if (size + count > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.min(MOST_KEPT, Math.max(bytes.length * 2, size + count)));
      }
    }
  }
}
