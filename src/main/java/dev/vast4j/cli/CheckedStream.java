package dev.vast4j.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Remembers the first failure to write, which a PrintStream around this swallows. */
final class CheckedStream extends FilterOutputStream {
  private volatile @Nullable IOException failure;

  CheckedStream(OutputStream out) {
    super(out);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw remember(e);
    }
  }

  @Override
  public void write(int b) throws IOException {
    try {
      out.write(b);
    } catch (IOException e) {
      throw remember(e);
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      throw remember(e);
    }
  }

  private IOException remember(IOException e) {
    if (failure == null) {
      failure = e;
    }
    return e;
  }

  /** {@return why nothing more can be written, or null} */
  @Nullable IOException failure() {
    return failure;
  }

  /** {@return whether the reader, such as {@code head}, has left; nobody wants to hear of that} */
  boolean readerLeft() {
    IOException e = failure;
    return e != null && String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
  }
}
