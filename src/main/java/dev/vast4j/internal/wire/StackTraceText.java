package dev.vast4j.internal.wire;

import java.io.PrintWriter;
import java.io.Writer;

/** Stack traces as text of bounded length. */
public final class StackTraceText {
  private StackTraceText() {}

  /**
   * Returns the trace as the JVM prints it, with causes and suppressed exceptions.
   *
   * @param otherwise the text when the exception's own methods throw
   */
  public static String of(Throwable failure, int limit, String otherwise) {
    BoundedWriter text = new BoundedWriter(limit);
    try (PrintWriter printer = new PrintWriter(text)) {
      failure.printStackTrace(printer);
    } catch (Full full) {
      // the text holds what fits
    } catch (Throwable e) { // whatever it is, the failure must arrive
      return otherwise;
    }
    return text.toString();
  }

  /** Stops the printing of a trace that could be endless. */
  private static final class Full extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Full() {
      super("the text is full", null, false, false);
    }
  }

  private static final class BoundedWriter extends Writer {
    private final StringBuilder text = new StringBuilder();
    private final int limit;

    BoundedWriter(int limit) {
      this.limit = limit;
    }

    @Override
    public void write(char[] chars, int offset, int length) {
      int count = Math.min(length, limit - text.length());
      text.append(chars, offset, Math.max(0, count));
      if (count < length) {
        text.append("… (cut)");
        throw new Full();
      }
    }

    @Override
    public void flush() {
      // nothing is buffered
    }

    @Override
    public void close() {
      // nothing to close
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
