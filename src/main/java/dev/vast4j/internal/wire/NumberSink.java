package dev.vast4j.internal.wire;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes the elements of a JSON array of numbers as bytes, with commas between. Not thread-safe.
 */
final class NumberSink {
  private static final int CAPACITY = 16 << 10;
  private static final int ROOM = NumberWriter.MAX_LENGTH + 1;

  private final Sink sink;
  private final byte[] buffer = new byte[CAPACITY];
  private int at;
  private boolean begun;

  NumberSink(Sink sink) {
    this.sink = sink;
  }

  void write(double value) throws IOException {
    separate();
    at = NumberWriter.write(value, buffer, at);
  }

  void write(float value) throws IOException {
    separate();
    at = NumberWriter.write(value, buffer, at);
  }

  void write(long value) throws IOException {
    separate();
    at = NumberWriter.write(value, buffer, at);
  }

  void write(@Nullable Number value) throws IOException {
    if (value instanceof Double number) {
      write(number.doubleValue());
    } else if (value instanceof Float number) {
      write(number.floatValue());
    } else if (value != null) {
      write(value.longValue()); // an Integer or a Long
    } else {
      separate();
      buffer[at++] = 'n';
      buffer[at++] = 'u';
      buffer[at++] = 'l';
      buffer[at++] = 'l';
    }
  }

  /** Passes on what is held back. */
  void end() throws IOException {
    sink.write(buffer, 0, at);
    at = 0;
  }

  private void separate() throws IOException {
    if (at > CAPACITY - ROOM) {
      end();
    }
    if (begun) {
      buffer[at++] = ',';
    }
    begun = true;
  }
}
