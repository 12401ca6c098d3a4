package dev.vast4j.internal.wire;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Encodes and decodes a million floats of full precision and prints the best and the median of some
 * rounds. A quick look without a framework: run the main method.
 */
public final class WireFloatsBenchmark {
  private static final int COUNT = 1_000_000;
  private static final int ROUNDS = 40;

  private WireFloatsBenchmark() {}

  @SuppressWarnings("unused")
  private static List<Double> doubles() {
    return List.of();
  }

  @SuppressWarnings("unused")
  private static List<Float> floats() {
    return List.of();
  }

  private static Type listType(String method) throws ReflectiveOperationException {
    return WireFloatsBenchmark.class.getDeclaredMethod(method).getGenericReturnType();
  }

  /** Takes no arguments. */
  public static void main(String[] args) throws ReflectiveOperationException {
    Random random = new Random(7);
    float[] floats = new float[COUNT];
    double[] doubles = new double[COUNT];
    List<Double> doubleList = new ArrayList<>();
    List<Float> floatList = new ArrayList<>();
    long[] longs = new long[COUNT];
    for (int i = 0; i < COUNT; i++) {
      floats[i] = random.nextFloat();
      doubles[i] = random.nextDouble();
      doubleList.add(doubles[i]);
      floatList.add(floats[i]);
      longs[i] = random.nextLong();
    }
    for (int i = 0; i < 2; i++) {
      measure("float[]", floats, float[].class);
      measure("double[]", doubles, double[].class);
      measure("List<Double>", doubleList, listType("doubles"));
      measure("List<Float>", floatList, listType("floats"));
      measure("long[]", longs, long[].class);
      measure("Object", doubleList, Object.class);
    }
  }

  private static void measure(String name, Object value, Type type) {
    WireCodec codec = WireCodec.standard();
    ByteArrayOutputStream out = new ByteArrayOutputStream(32 << 20);
    long[] encode = new long[ROUNDS];
    long[] decode = new long[ROUNDS];
    long[] both = new long[ROUNDS];
    try {
      for (int i = 0; i < ROUNDS; i++) {
        out.reset();
        long start = now();
        codec.writeValue(out, value, type, Dialect.JAVA, "value");
        long written = now();
        byte[] bytes = out.toByteArray();
        long reading = now();
        codec.readValue(new ByteArrayInputStream(bytes), type, "value");
        long end = now();
        encode[i] = written - start;
        decode[i] = end - reading;
        both[i] = encode[i] + decode[i];
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.out.printf(
        Locale.ROOT,
        "%-13s encode %s decode %s both %s (best / median, ms)%n",
        name,
        bestAndMedian(encode),
        bestAndMedian(decode),
        bestAndMedian(both));
  }

  /** Time on the processor, so that a busy machine does not matter. */
  private static long now() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static String bestAndMedian(long[] nanos) {
    java.util.Arrays.sort(nanos);
    return String.format(
        Locale.ROOT, "%5.1f / %5.1f", nanos[0] / 1e6, nanos[nanos.length / 2] / 1e6);
  }
}
