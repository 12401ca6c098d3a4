package dev.vast4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** So many numbers that all cores write and read them are written and read as a few are. */
class ManyNumbersTest {
  private static final int MOST = 150_000;

  private final WireCodec codec = WireCodec.standard();

  @SuppressWarnings("unused")
  interface Types {
    List<@Nullable Double> doubles();

    List<List<Double>> rows();
  }

  private static Type type(String method) {
    try {
      return Types.class.getMethod(method).getGenericReturnType();
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  @Property(tries = 10)
  void arraysComeBack(@ForAll long seed, @ForAll @IntRange(min = 1, max = MOST) int count)
      throws IOException {
    Random random = new Random(seed);
    double[] doubles = random.doubles(count).map(number -> sized(number, random)).toArray();
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = (float) doubles[i];
    }
    comesBack(doubles, double[].class);
    comesBack(floats, float[].class);
    comesBack(random.longs(count).toArray(), long[].class);
    comesBack(random.ints(count).toArray(), int[].class);
    comesBack(Arrays.stream(doubles).boxed().toList(), Object.class);
  }

  @Property(tries = 10)
  void elementsAreWrittenInOrder(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = MOST) int count) throws IOException {
    Random random = new Random(seed);
    List<@Nullable Double> list = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      list.add(random.nextInt(50) == 0 ? null : sized(random.nextDouble(), random));
    }

    String written = Wire.write(codec, list, type("doubles"), Dialect.JAVA);

    assertThat(written).contains(list.stream().map(this::alone).collect(Collectors.joining(",")));
    Wire.assertSame(Wire.read(codec, written, type("doubles")), list);
  }

  @Property(tries = 20)
  void whatStandsBetweenNumbersIsReadToo(
      @ForAll long seed, @ForAll @IntRange(min = 1000, max = MOST) int count) throws IOException {
    Random random = new Random(seed);
    int oneOf = 1 + random.nextInt(count);
    List<@Nullable Object> expected = new ArrayList<>();
    StringBuilder wire = new StringBuilder("{\"type\":\"list\",\"contents\":[");
    String comma = List.of(",", ", ", " ,", "\n  ,\t").get(random.nextInt(4));
    for (int i = 0; i < count; i++) {
      wire.append(i == 0 ? "" : comma);
      if (random.nextInt(oneOf) == 0) {
        strange(random.nextInt(6), expected, wire);
      } else if (random.nextBoolean()) {
        double number = sized(random.nextDouble(), random);
        expected.add(number);
        wire.append(number);
      } else {
        int number = random.nextInt();
        expected.add(number);
        wire.append(number);
      }
    }
    wire.append("]}");

    Wire.assertSame(Wire.read(codec, wire.toString(), Object.class), expected);
  }

  private static void strange(int which, List<@Nullable Object> expected, StringBuilder wire) {
    switch (which) {
      case 0 -> {
        expected.add(null);
        wire.append("null");
      }
      case 1 -> {
        expected.add("1,2],3");
        wire.append("\"1,2],3\"");
      }
      case 2 -> {
        expected.add(List.of(1, 2, 3));
        wire.append("{\"type\":\"list\",\"contents\":[1,2,3]}");
      }
      case 3 -> {
        expected.add(BigInteger.TEN.pow(30));
        wire.append(BigInteger.TEN.pow(30));
      }
      case 4 -> {
        expected.add(Double.NEGATIVE_INFINITY);
        wire.append("-Infinity");
      }
      default -> {
        expected.add(true);
        wire.append("true");
      }
    }
  }

  @Example
  void rowsOfAnyLengthComeBack() throws IOException {
    Random random = new Random(4711);
    List<List<Double>> rows = new ArrayList<>();
    for (int length : new int[] {0, 1, 100, 20_000, 40_000, 3, 15_000, 15_000, 65, 30_000}) {
      rows.add(random.doubles(length).boxed().toList());
    }
    Wire.assertSame(Wire.roundTrip(codec, rows, type("rows"), Dialect.JAVA), rows);
  }

  @Example
  void numberOutOfRangeAmongManyIsRefusedWithItsPlace() throws IOException {
    String wire =
        "{\"type\":\"list\",\"contents\":["
            + IntStream.range(0, 100_000)
                .mapToObj(i -> i == 77_777 ? "99999999999" : "1234567")
                .collect(Collectors.joining(","))
            + "]}";
    assertThat(catchThrowable(() -> Wire.read(codec, wire, int[].class)))
        .hasMessageContaining("99999999999")
        .hasMessageContaining("77777");
  }

  /** Of a size that is written with a point, mostly. */
  private static double sized(double number, Random random) {
    double sized = number * Math.pow(10, random.nextInt(24) - 6);
    return random.nextBoolean() ? -sized : random.nextInt(10) == 0 ? Math.rint(sized) : sized;
  }

  private String alone(@Nullable Double number) {
    if (number == null) {
      return "null";
    }
    byte[] buffer = new byte[NumberWriter.MAX_LENGTH];
    int length = NumberWriter.write(number.doubleValue(), buffer, 0);
    return new String(buffer, 0, length, StandardCharsets.US_ASCII);
  }

  private void comesBack(Object value, Type type) throws IOException {
    Wire.assertSame(Wire.roundTrip(codec, value, type, Dialect.JAVA), value);
  }
}
