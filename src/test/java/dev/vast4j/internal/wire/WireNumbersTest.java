package dev.vast4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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

/** Numbers and natural values of every shape come back to the last bit. */
class WireNumbersTest {
  private static final BigDecimal SMALLEST_WITH_A_POINT = new BigDecimal("0.0001");

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
  void aDoubleIsWrittenShortAndReadBackByTheJdk(@ForAll long bits) {
    double value = Double.longBitsToDouble(bits);
    Assume.that(Double.isFinite(value));

    String written = written(value);

    assertThat(Double.parseDouble(written)).isEqualTo(value);
    assertThat(new BigDecimal(written).stripTrailingZeros().precision())
        .isLessThanOrEqualTo(
            new BigDecimal(Double.toString(value)).stripTrailingZeros().precision());
  }

  @Property(tries = 20_000)
  void aFloatIsWrittenShortAndReadBackByTheJdk(@ForAll int bits) {
    float value = Float.intBitsToFloat(bits);
    Assume.that(Float.isFinite(value));

    String written = written(value);

    assertThat(Float.parseFloat(written)).isEqualTo(value);
    assertThat(new BigDecimal(written).stripTrailingZeros().precision())
        .isLessThanOrEqualTo(
            new BigDecimal(Float.toString(value)).stripTrailingZeros().precision());
  }

  /** No two decimals of 15 digits are the same double, of 6 the same float. */
  @Property(tries = 20_000)
  void decimalsAreWrittenAsTheyAre(
      @ForAll @LongRange(min = 1, max = 999_999_999_999_999L) long digits,
      @ForAll @IntRange(min = 1, max = 999_999) int few,
      @ForAll @IntRange(min = 0, max = 19) int scale) {
    BigDecimal decimal = new BigDecimal(BigInteger.valueOf(digits), scale);
    Assume.that(decimal.compareTo(SMALLEST_WITH_A_POINT) >= 0);
    assertThat(written(decimal.doubleValue())).isEqualTo(plain(decimal));
    assertThat(written(-decimal.doubleValue())).isEqualTo("-" + plain(decimal));

    BigDecimal small = new BigDecimal(BigInteger.valueOf(few), Math.min(scale, 9));
    Assume.that(small.compareTo(SMALLEST_WITH_A_POINT) >= 0);
    assertThat(written(small.floatValue())).isEqualTo(plain(small));
    assertThat(written(-small.floatValue())).isEqualTo("-" + plain(small));
  }

  private static String plain(BigDecimal decimal) {
    String text = decimal.stripTrailingZeros().toPlainString();
    return text.contains(".") ? text : text + ".0";
  }

  @Property
  void aLongIsWrittenAsTheJdkWritesIt(@ForAll long value) {
    byte[] buffer = new byte[NumberWriter.MAX_LENGTH];

    int length = NumberWriter.write(value, buffer, 0);

    assertThat(new String(buffer, 0, length, StandardCharsets.US_ASCII))
        .isEqualTo(Long.toString(value));
  }

  @Example
  void floatsLookAsInPython() {
    Map<Double, String> expected = new LinkedHashMap<>();
    expected.put(0.0, "0.0");
    expected.put(-0.0, "-0.0");
    expected.put(2.0, "2.0");
    expected.put(0.1, "0.1");
    expected.put(1e-4, "0.0001");
    expected.put(1e-5, "1e-05");
    expected.put(1.5e-7, "1.5e-07");
    expected.put(5e-324, "5e-324");
    expected.put(1e15, "1000000000000000.0");
    expected.put(1e16, "1e+16");
    expected.put(1.7976931348623157e308, "1.7976931348623157e+308");
    expected.put(123456.789, "123456.789");
    expected.put(9007199254740992.0, "9007199254740992.0");
    expected.put(Double.NaN, "NaN");
    expected.put(Double.NEGATIVE_INFINITY, "-Infinity");

    expected.forEach((value, text) -> assertThat(written(value)).isEqualTo(text));
  }

  private static String written(float value) {
    byte[] buffer = new byte[NumberWriter.MAX_LENGTH];
    return new String(buffer, 0, NumberWriter.write(value, buffer, 0), StandardCharsets.US_ASCII);
  }

  private static String written(double value) {
    byte[] buffer = new byte[NumberWriter.MAX_LENGTH];
    return new String(buffer, 0, NumberWriter.write(value, buffer, 0), StandardCharsets.US_ASCII);
  }

  @Property(tries = 300)
  void arraysAndListsComeBack(
      @ForAll @Size(max = 500) List<Double> doubles,
      @ForAll @Size(max = 500) List<Float> floats,
      @ForAll @Size(max = 500) List<Long> longs,
      @ForAll @Size(max = 500) List<Integer> ints)
      throws IOException {
    comesBack(doubles, type("doubles"));
    comesBack(floats, type("floats"));
    comesBack(longs, type("longs"));
    comesBack(ints, type("ints"));
    comesBack(doubles.stream().mapToDouble(Double::doubleValue).toArray(), double[].class);
    comesBack(longs.stream().mapToLong(Long::longValue).toArray(), long[].class);
    comesBack(ints.stream().mapToInt(Integer::intValue).toArray(), int[].class);
    float[] array = new float[floats.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = floats.get(i);
    }
    comesBack(array, float[].class);
    comesBack(doubles, Object.class);
  }

  @Property(tries = 300)
  void decimalTextsAreReadAsTheJdkReadsThem(@ForAll("decimals") List<String> texts)
      throws IOException {
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
  void naturalValuesComeBack(@ForAll("naturals") Object value) throws IOException {
    comesBack(value, Object.class);
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

  private void comesBack(Object value, Type type) throws IOException {
    Wire.assertSame(Wire.roundTrip(codec, value, type, Dialect.JAVA), value);
  }

  private @Nullable Object read(String wire, Type type) throws IOException {
    return Wire.read(codec, wire, type);
  }
}
