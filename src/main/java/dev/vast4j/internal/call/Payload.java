package dev.vast4j.internal.call;

import dev.vast4j.internal.wire.Dialect;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The encoded arguments of one call. Up to 1 MiB they are encoded once and kept for every attempt
 * whose worker reads them. Larger ones are encoded again as each attempt sends them, so they are
 * never in memory as a whole, and the caller must not change them until the call has ended.
 */
final class Payload {
  static final int MOST_KEPT = 1 << 20;

  /** Writes the payload's JSON. */
  @FunctionalInterface
  interface Writer {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes the payload's JSON in a dialect. */
  @FunctionalInterface
  interface DialectWriter {
    /** Returns whether it has arrays that another dialect writes in another form. */
    boolean writeTo(OutputStream out, Dialect dialect) throws IOException;
  }

  private final byte @Nullable [] kept;
  private final int length;

  /** Whether what is kept has arrays. */
  private final boolean arrays;

  private final Dialect dialect;
  private final DialectWriter writer;

  private Payload(
      byte @Nullable [] kept, int length, boolean arrays, Dialect dialect, DialectWriter writer) {
    this.kept = kept;
    this.length = length;
    this.arrays = arrays;
    this.dialect = dialect;
    this.writer = writer;
  }

  /** Encodes what is the same in every dialect; see {@link #encode(Dialect, DialectWriter)}. */
  static Payload encode(Writer writer) {
    return encode(
        Dialect.JAVA,
        (out, dialect) -> {
          writer.writeTo(out);
          return false;
        });
  }

  /** Encodes the arguments, and keeps them if they are small. Throws what the writer throws. */
  static Payload encode(Dialect dialect, DialectWriter writer) {
    Buffer buffer = new Buffer();
    boolean arrays;
    try {
      arrays = writer.writeTo(buffer, dialect);
    } catch (IOException | RuntimeException e) {
      if (buffer.overflowed) {
        return new Payload(null, -1, true, dialect, writer);
      }
      if (e instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new IllegalStateException("writing to memory failed", e);
    }
    return new Payload(buffer.bytes, buffer.size, arrays, dialect, writer);
  }

  /** Returns the same arguments for another reader. */
  Payload in(Dialect wanted) {
    if (wanted == dialect || (kept != null && !arrays)) {
      return this;
    }
    return kept == null ? new Payload(null, -1, true, wanted, writer) : encode(wanted, writer);
  }

  /** Returns the size in bytes, or -1 when it is only known after sending. */
  long length() {
    return length;
  }

  /** Writes the arguments; returns whether they have arrays as bytes. */
  boolean writeTo(OutputStream out) throws IOException {
    boolean written = arrays;
    if (kept != null) {
      out.write(kept, 0, length);
    } else {
      written = writer.writeTo(out, dialect);
    }
    return written && dialect == Dialect.JAVA_ARRAYS;
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
