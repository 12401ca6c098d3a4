package dev.vast4j.internal.wire;

import java.io.IOException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Some of the elements of a JSON array of numbers as bytes, with commas between. Many numbers are
 * made into bytes by all cores at once, block by block. Not thread-safe.
 */
final class NumberBlock {
  /** Writes the elements in a range into a block; may be called by several threads at once. */
  @FunctionalInterface
  interface Elements {
    void write(int from, int to, NumberBlock block);
  }

  private static final int ELEMENTS = 1024;

  /** Fewer numbers than this are done before other threads would have begun. */
  static final int MANY = 16 * ELEMENTS;

  /** At once, so that memory is bounded; each core gets enough of them to hide uneven ones. */
  private static final int BLOCKS = 64;

  private static final char[] NULL = {',', 'n', 'u', 'l', 'l'};

  private final byte[] buffer = new byte[ELEMENTS * (NumberWriter.MAX_LENGTH + 1)];
  private int at;

  private NumberBlock() {}

  /** Writes all elements, from the first one on. */
  static void writeAll(int count, Elements elements, Sink sink) throws IOException {
    int most = (count + ELEMENTS - 1) / ELEMENTS;
    NumberBlock[] blocks = new NumberBlock[count < MANY ? 1 : Math.min(most, BLOCKS)];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = new NumberBlock();
    }
    int step = blocks.length * ELEMENTS;
    for (int start = 0; start < count; start += step) {
      int from = start;
      int used = Math.min(blocks.length, (count - from + ELEMENTS - 1) / ELEMENTS);
      IntStream each = IntStream.range(0, used);
      (used == 1 ? each : each.parallel())
          .forEach(i -> blocks[i].fill(from + i * ELEMENTS, count, elements));
      for (int i = 0; i < used; i++) {
        int comma = from + i == 0 ? 1 : 0; // there is none before the first element
        sink.write(blocks[i].buffer, comma, blocks[i].at - comma);
      }
    }
  }

  private void fill(int from, int count, Elements elements) {
    at = 0;
    elements.write(from, Math.min(count, from + ELEMENTS), this);
  }

  void add(double value) {
    buffer[at] = ',';
    at = NumberWriter.write(value, buffer, at + 1);
  }

  void add(float value) {
    buffer[at] = ',';
    at = NumberWriter.write(value, buffer, at + 1);
  }

  void add(long value) {
    buffer[at] = ',';
    at = NumberWriter.write(value, buffer, at + 1);
  }

  void add(@Nullable Number value) {
    if (value instanceof Double number) {
      add(number.doubleValue());
    } else if (value instanceof Float number) {
      add(number.floatValue());
    } else if (value != null) {
      add(value.longValue()); // an Integer or a Long
    } else {
      for (char c : NULL) {
        buffer[at++] = (byte) c;
      }
    }
  }
}
