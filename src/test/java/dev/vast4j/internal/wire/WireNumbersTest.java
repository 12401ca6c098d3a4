package dev.vast4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

/** Numbers and natural values of every shape come back unchanged, to the last bit. */
class WireNumbersTest {
  private final WireCodec codec = WireCodec.standard();

  @SuppressWarnings("unused")
  interface Types {
    List<Double> doubles();

    List<@Nullable Float> floats();

    List<Long> longs();

    List<Integer> ints();
  }

  private static Type type(String method) {
    try {
      return Types.class.getMethod(method).getGenericReturnType();
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  @Property(tries = 20_000)
  void writesShortestDouble(@ForAll long bits) throws IOException {
    double value = Double.longBitsToDouble(bits);
    Assume.that(Double.isFinite(value));

    String written = write(value, double.class);

    assertThat(Double.parseDouble(written)).isEqualTo(value);
    assertThat(new BigDecimal(written).stripTrailingZeros().precision())
        .isLessThanOrEqualTo(digits(Double.toString(value)));
  }

  @Property(tries = 20_000)
  void writesShortestFloat(@ForAll int bits) throws IOException {
    float value = Float.intBitsToFloat(bits);
    Assume.that(Float.isFinite(value));

    String written = write(value, float.class);

    assertThat(Float.parseFloat(written)).isEqualTo(value);
    assertThat(new BigDecimal(written).stripTrailingZeros().precision())
        .isLessThanOrEqualTo(digits(Float.toString(value)));
  }

  /** As many digits as a number of Jackson's may have, which always has one after the point. */
  private static int digits(String number) {
    return Math.max(2, new BigDecimal(number).stripTrailingZeros().precision());
  }

  /** No two decimals of 15 digits are the same double, of 6 the same float. */
  @Property(tries = 20_000)
  void writesNoMoreDigitsThanADecimalHas(
      @ForAll @LongRange(min = 1, max = 999_999_999_999_999L) long digits,
      @ForAll @IntRange(min = 1, max = 999_999) int few,
      @ForAll @IntRange(min = 0, max = 19) int scale)
      throws IOException {
    BigDecimal decimal = new BigDecimal(BigInteger.valueOf(digits), scale);
    assertThat(new BigDecimal(write(decimal.doubleValue(), double.class)))
        .isEqualByComparingTo(decimal);

    BigDecimal small = new BigDecimal(BigInteger.valueOf(few), scale);
    assertThat(new BigDecimal(write(small.floatValue(), float.class))).isEqualByComparingTo(small);
  }

  @Example
  void writesFloatsThatPythonReads() throws IOException {
    Map<Double, String> expected = new LinkedHashMap<>();
    expected.put(0.0, "0.0");
    expected.put(-0.0, "-0.0");
    expected.put(2.0, "2.0");
    expected.put(0.1, "0.1");
    expected.put(1e-5, "1.0E-5");
    expected.put(5e-324, "4.9E-324");
    expected.put(1e16, "1.0E16");
    expected.put(1.7976931348623157e308, "1.7976931348623157E308");
    expected.put(Double.NaN, "NaN");
    expected.put(Double.NEGATIVE_INFINITY, "-Infinity");
    for (Map.Entry<Double, String> entry : expected.entrySet()) {
      assertThat(write(entry.getKey(), double.class)).isEqualTo(entry.getValue());
      assertThat(write(new double[] {entry.getKey()}, double[].class))
          .isEqualTo("{\"type\":\"list\",\"contents\":[" + entry.getValue() + "]}");
    }
    assertThat(write(new float[] {0.1f, Float.NaN, Float.POSITIVE_INFINITY}, float[].class))
        .isEqualTo("{\"type\":\"list\",\"contents\":[0.1,NaN,Infinity]}");
  }

  @Example
  void readsNumbersThatAreHardToRound() throws IOException {
    for (String text :
        List.of(
            "9007199254740993.0",
            "9007199254740992.5",
            "1e23",
            "1e-23",
            "999999999999999e22",
            "1000000000000001e-22",
            "4.9e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "2.2250738585072011e-308",
            "1.7976931348623158e308",
            "1.7976931348623159e308",
            "6929495644600919.5",
            "1.000000000000000111022302462515654042363166809082031250",
            "1.000000000000000111022302462515654042363166809082031251",
            "0.00000000000000000000000000001234567890123456789",
            "18446744073709551616.0",
            "1e-343",
            "1e309",
            "0.0e-400",
            "1e0000000000000000000001",
            "1.00000017881393432617187499",
            "1.00000017881393432617187500",
            "1.00000017881393432617187501",
            "16777217.0",
            "3.4028235677973366e38",
            "7.006492321624085e-46",
            "7.006492321624086e-46",
            "1.17549429e-38")) {
      assertReadsAsTheJdk(text);
      assertReadsAsTheJdk("-" + text);
    }
  }

  @Property(tries = 5_000)
  void roundsNumbersHalfwayBetweenTwoAsTheJdk(
      @ForAll long bits, @ForAll @IntRange(min = -1, max = 1) int beside) throws IOException {
    double one = Double.longBitsToDouble(bits & Long.MAX_VALUE);
    if (Double.isFinite(Math.nextUp(one))) {
      assertReadsAsTheJdk(halfway(new BigDecimal(one), new BigDecimal(Math.nextUp(one)), beside));
    }
    float small = Float.intBitsToFloat((int) (bits >>> 32) & Integer.MAX_VALUE);
    if (Float.isFinite(Math.nextUp(small))) {
      assertReadsAsTheJdk(
          halfway(new BigDecimal(small), new BigDecimal(Math.nextUp(small)), beside));
    }
  }

  /** The middle of two numbers, or what is a little less or more. */
  private static String halfway(BigDecimal one, BigDecimal next, int beside) {
    BigDecimal middle = one.add(next).divide(BigDecimal.valueOf(2));
    return middle
        .add(middle.ulp().movePointLeft(1).multiply(BigDecimal.valueOf(beside)))
        .toString()
        .replace("E+", "E");
  }

  private void assertReadsAsTheJdk(String text) throws IOException {
    String wire = "{\"type\":\"list\",\"contents\":[" + text + "]}";
    Wire.assertSame(read(wire, double[].class), new double[] {Double.parseDouble(text)});
    Wire.assertSame(read(wire, float[].class), new float[] {Float.parseFloat(text)});
  }

  @Property(tries = 300)
  void arraysAndListsRoundTrip(
      @ForAll @Size(max = 500) List<Double> doubles,
      @ForAll @Size(max = 500) List<Float> floats,
      @ForAll @Size(max = 500) List<Long> longs,
      @ForAll @Size(max = 500) List<Integer> ints)
      throws IOException {
    assertRoundTrips(doubles, type("doubles"));
    assertRoundTrips(floats, type("floats"));
    assertRoundTrips(longs, type("longs"));
    assertRoundTrips(ints, type("ints"));
    assertRoundTrips(doubles.stream().mapToDouble(Double::doubleValue).toArray(), double[].class);
    assertRoundTrips(longs.stream().mapToLong(Long::longValue).toArray(), long[].class);
    assertRoundTrips(ints.stream().mapToInt(Integer::intValue).toArray(), int[].class);
    float[] array = new float[floats.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = floats.get(i);
    }
    assertRoundTrips(array, float[].class);
    assertRoundTrips(doubles, Object.class);
  }

  @Property(tries = 300)
  void readsDecimalsAsTheJdk(@ForAll("decimals") List<String> texts) throws IOException {
    String wire = "{\"type\":\"list\",\"contents\":[" + String.join(" , ", texts) + "]}";

    double[] doubles = (double[]) read(wire, double[].class);
    float[] floats = (float[]) read(wire, float[].class);

    for (int i = 0; i < texts.size(); i++) {
      assertThat(doubles[i]).isEqualTo(Double.parseDouble(texts.get(i)));
      assertThat(floats[i]).isEqualTo(Float.parseFloat(texts.get(i)));
    }
  }

  @Provide
  Arbitrary<List<String>> decimals() {
    Arbitrary<String> sign = Arbitraries.of("", "-");
    Arbitrary<String> whole =
        Arbitraries.bigIntegers()
            .between(BigInteger.ZERO, BigInteger.TEN.pow(25))
            .map(BigInteger::toString);
    Arbitrary<String> fraction =
        Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(40).map(text -> "." + text);
    Arbitrary<String> exponent =
        Arbitraries.integers()
            .between(-360, 320)
            .map(power -> "e" + power)
            .injectNull(0.5)
            .map(text -> text == null ? "" : text);
    return net.jqwik.api.Combinators.combine(sign, whole, fraction, exponent)
        .as((s, w, f, e) -> s + w + f + e)
        .list()
        .ofMinSize(65)
        .ofMaxSize(150);
  }

  @Property(tries = 300)
  void naturalValuesRoundTrip(@ForAll("naturals") Object value) throws IOException {
    assertRoundTrips(value, Object.class);
    String wire = Wire.write(codec, value, Object.class, Dialect.JAVA);
    Wire.assertSame(read(Wire.contentsFirst(wire), Object.class), value);
  }

  @Provide
  Arbitrary<Object> naturals() {
    return natural(4);
  }

  private static Arbitrary<Object> natural(int depth) {
    Arbitrary<Object> scalars =
        Arbitraries.oneOf(
            Arbitraries.integers().asGeneric(),
            Arbitraries.doubles().asGeneric(),
            Arbitraries.strings().all().ofMaxLength(20).asGeneric(),
            Arbitraries.of(true, false).asGeneric(),
            Arbitraries.bigIntegers()
                .between(BigInteger.ONE.shiftLeft(64), BigInteger.TEN.pow(40))
                .asGeneric(),
            Arbitraries.bytes().array(byte[].class).ofMaxSize(40).asGeneric());
    if (depth == 0) {
      return scalars;
    }
    Arbitrary<Object> inner = natural(depth - 1);
    Arbitrary<Object> lists = inner.list().ofMaxSize(4).map(list -> (Object) list);
    Arbitrary<Object> keys =
        Arbitraries.oneOf(
            Arbitraries.integers().asGeneric(),
            Arbitraries.strings().all().ofMaxLength(5).asGeneric(),
            Arbitraries.bytes().array(byte[].class).ofMaxSize(4).map(ByteBuffer::wrap).asGeneric(),
            Arbitraries.integers().list().ofMaxSize(3).asGeneric());
    Arbitrary<Object> maps = Arbitraries.maps(keys, inner).ofMaxSize(4).map(map -> (Object) map);
    return Arbitraries.oneOf(scalars, lists, maps);
  }

  private void assertRoundTrips(Object value, Type type) throws IOException {
    Wire.assertSame(Wire.roundTrip(codec, value, type, Dialect.JAVA), value);
  }

  private String write(Object value, Type type) throws IOException {
    return Wire.write(codec, value, type, Dialect.JAVA);
  }

  private @Nullable Object read(String wire, Type type) throws IOException {
    return Wire.read(codec, wire, type);
  }
}
