package dev.vast4j;

import dev.vast4j.internal.wire.Dialect;
import dev.vast4j.internal.wire.WireCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * A million numbers, encoded and decoded, beside the reference's floats: as bytes between JVMs, and
 * as the text that Python reads. Prints a Markdown table. Its argument is the Python side's file.
 */
public final class ArraysBesideReference {
  private static final int NUMBERS = 1_000_000;

  /** A sentence's embedding, for rows. */
  private static final int WIDTH = 400;

  private ArraysBesideReference() {}

  private interface Lists {
    List<Double> doubles();

    List<float[]> rows();
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    System.out.printf(
        "%d cores, JDK %s, %s%n%n",
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.version"),
        BesideReference.run(List.of("python3", "--version"), null));
    print(Path.of(arguments[0]));
  }

  static void print(Path python) throws Exception {
    Random random = new Random(1);
    float[] floats = new float[NUMBERS];
    double[] doubles = new double[NUMBERS];
    int[] ints = new int[NUMBERS];
    long[] longs = new long[NUMBERS];
    short[] shorts = new short[NUMBERS];
    List<Double> list = new ArrayList<>(NUMBERS);
    for (int i = 0; i < NUMBERS; i++) {
      floats[i] = random.nextFloat();
      doubles[i] = random.nextDouble();
      ints[i] = random.nextInt();
      longs[i] = random.nextLong();
      shorts[i] = (short) random.nextInt();
      list.add(doubles[i]);
    }
    List<float[]> rows = new ArrayList<>();
    for (int at = 0; at < NUMBERS; at += WIDTH) {
      rows.add(Arrays.copyOfRange(floats, at, at + WIDTH));
    }
    Type listType = Lists.class.getDeclaredMethod("doubles").getGenericReturnType();
    Type rowsType = Lists.class.getDeclaredMethod("rows").getGenericReturnType();

    double reference =
        Double.parseDouble(
            BesideReference.run(
                List.of("python3", python.toString(), "floats", "" + NUMBERS), null));
    System.out.printf(
        Locale.ROOT,
        "| %,d numbers, encoded and decoded | MB | ms | reference ÷ this | goal |%n"
            + "|---|---|---|---|---|%n| reference, list of floats | | %.0f | 1 | |%n",
        NUMBERS,
        reference * 1e3);
    Dialect bytes = Dialect.JAVA_ARRAYS;
    row("`float[]`, bytes", floats, float[].class, bytes, reference, "45");
    row("`double[]`, bytes", doubles, double[].class, bytes, reference, "25");
    row("`int[]`, bytes", ints, int[].class, bytes, reference, "");
    row("`long[]`, bytes", longs, long[].class, bytes, reference, "");
    row("`short[]`, bytes", shorts, short[].class, bytes, reference, "");
    row("`List<float[]>` of 2,500, bytes", rows, rowsType, bytes, reference, "");
    row("`float[]`, text for Python", floats, float[].class, Dialect.PYTHON, reference, "4");
    row("`List<Double>`, text", list, listType, bytes, reference, "");
  }

  private static void row(
      String name, Object value, Type type, Dialect dialect, double reference, String goal)
      throws IOException {
    Text text = new Text();
    double seconds = roundTrip(value, type, dialect, text);
    System.out.printf(
        Locale.ROOT,
        "| %s | %.2f | %.1f | %.1f | %s |%n",
        name,
        text.size() / 1e6,
        seconds * 1e3,
        reference / seconds,
        goal);
  }

  /** Seconds, the best of many, as the other side does. */
  private static double roundTrip(Object value, Type type, Dialect dialect, Text text)
      throws IOException {
    WireCodec codec = WireCodec.standard();
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < 30; i++) {
      long begin = System.nanoTime();
      text.reset();
      codec.writeValue(text, value, type, dialect, "bench");
      Object back = codec.readValue(text.input(), type, "bench");
      best = Math.min(best, (System.nanoTime() - begin) / 1e9);
      if (!same(value, back)) {
        throw new IllegalStateException("not the same numbers");
      }
    }
    return best;
  }

  private static boolean same(Object value, Object back) {
    Object[] one = value instanceof List<?> list ? list.toArray() : new Object[] {value};
    Object[] other = back instanceof List<?> list ? list.toArray() : new Object[] {back};
    return Arrays.deepEquals(one, other);
  }

  /** Stands for a connection: what is written is read, and not copied to do so. */
  private static final class Text extends ByteArrayOutputStream {
    InputStream input() {
      return new ByteArrayInputStream(buf, 0, count);
    }
  }
}
