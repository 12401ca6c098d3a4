package dev.vast4j.worker;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sends an encoded result. Keeps a small one until it is complete: it is sent with its length, and
 * a value that cannot be encoded still becomes an error. Streams a large one. For one thread.
 */
final class ResultOutput extends OutputStream {
  /** Results of up to this size are kept. */
  static final int KEPT = 1 << 20;

  private final Reply reply;
  private byte[] kept = new byte[256];
  private int used;
  private @Nullable ReplyStream stream;

  ResultOutput(Reply reply) {
    this.reply = reply;
  }

  @Override
  public void write(int b) throws IOException {
    if (stream == null && room(1)) {
      kept[used++] = (byte) b;
    } else {
      stream().write(b);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (stream == null && room(length)) {
      System.arraycopy(bytes, offset, kept, used, length);
      used += length;
    } else {
      stream().write(bytes, offset, length);
    }
  }

  /** {@return how many bytes were written} */
  long count() {
    return stream != null ? stream.count() : used;
  }

  /** {@return whether part of the result is sent already} */
  boolean streaming() {
    return stream != null;
  }

  /** Sends the result, or the rest of it. */
  @Override
  public void close() throws IOException {
    if (stream != null) {
      stream.close();
    } else {
      reply.send(200, kept, used);
    }
  }

  private boolean room(int more) {
    if (more > KEPT - used) {
      return false;
    }
    if (kept.length - used < more) {
      kept = Arrays.copyOf(kept, Math.min(KEPT, Math.max(kept.length * 2, used + more)));
    }
    return true;
  }

  private ReplyStream stream() throws IOException {
    ReplyStream open = stream;
    if (open == null) {
      open = new ReplyStream(reply, Reply.JSON);
      open.write(kept, 0, used);
      kept = new byte[0];
      stream = open;
    }
    return open;
  }
}
