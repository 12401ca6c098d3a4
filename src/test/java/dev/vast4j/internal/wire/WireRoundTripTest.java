package dev.vast4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of value that a remote function may take or return comes back unchanged. */
class WireRoundTripTest {
  private final WireCodec codec = WireCodec.standard();

  record Point(int x, double y) {}

  record Empty() {}

  record Pair<A, B>(A first, B second) {}

  record Tree(String name, List<Tree> children, @Nullable Tree next) {}

  record Flags(boolean on, Boolean boxed, Optional<Boolean> maybe, boolean[] many) {}

  record Typed(Map<Point, List<Optional<Integer>>> map, Set<UUID> ids, byte[] data) {}

  enum Color {
    RED,
    GREEN {
      @Override
      public String toString() {
        return "not the name";
      }
    }
  }

  /** A bean with a constructor, setters, and a property of a generic type. */
  public static final class Bean {
    private int count;
    private Map<Integer, String> names = new LinkedHashMap<>();

    public int getCount() {
      return count;
    }

    public void setCount(int count) {
      this.count = count;
    }

    public Map<Integer, String> getNames() {
      return names;
    }

    public void setNames(Map<Integer, String> names) {
      this.names = names;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Bean bean && bean.count == count && bean.names.equals(names);
    }

    @Override
    public int hashCode() {
      return count;
    }
  }

  /** The return type of a method is the type of the values named like it. */
  @SuppressWarnings("unused")
  interface Types {
    List<Map<String, Point>> nested();

    Map<Integer, String> intKeys();

    Map<Long, Map<Double, String>> mapsOfMaps();

    Map<Point, String> recordKeys();

    Map<UUID, Integer> uuidKeys();

    Map<Color, Integer> enumKeys();

    EnumMap<Color, String> enumMap();

    Map<List<Integer>, String> listKeys();

    Map<BigDecimal, Boolean> decimalKeys();

    Map<LocalDate, Integer> dateKeys();

    Map<Boolean, Integer> booleanKeys();

    Map<Object, Object> objectKeys();

    SortedMap<String, Integer> sorted();

    Map.Entry<String, Point> entry();

    Map.Entry<Point, Color> entryOfAnyKey();

    List<Map.Entry<Integer, List<Point>>> entries();

    Set<Point> set();

    EnumSet<Color> enumSet();

    Optional<Point> optional();

    Optional<List<Optional<String>>> optionals();

    Pair<Point, List<Pair<String, Integer>>> generic();

    int[][] matrix();

    float[][][] tensor();

    Point[] records();

    List<byte[]> blobs();

    Map<String, int[]> arrays();

    List<? extends Point> wildcard();

    Object[] objects();
  }

  static Type type(String method) {
    return Arrays.stream(Types.class.getMethods())
        .filter(candidate -> candidate.getName().equals(method))
        .findAny()
        .map(Method::getGenericReturnType)
        .orElseThrow();
  }

  static Stream<Arguments> values() {
    Point p = new Point(1, 2.5);
    Map<Point, List<Optional<Integer>>> typed = new HashMap<>();
    typed.put(p, List.of(Optional.of(1), Optional.empty()));
    Map<Object, Object> objectKeys = new LinkedHashMap<>();
    objectKeys.put(1, "int");
    objectKeys.put("1", "text");
    objectKeys.put(1.0, "float");
    objectKeys.put(null, "null");
    objectKeys.put(List.of(1, 2), "tuple");
    Bean bean = new Bean();
    bean.setCount(3);
    bean.getNames().put(1, "one");
    ZoneId paris = ZoneId.of("Europe/Paris");
    LocalDateTime time = LocalDateTime.of(2026, 2, 28, 23, 59, 59, 123_456_789);
    return Stream.of(
        Arguments.of(boolean.class, true),
        Arguments.of(Boolean.class, false),
        Arguments.of(byte.class, (byte) -128),
        Arguments.of(short.class, (short) 32767),
        Arguments.of(char.class, 'ß'),
        Arguments.of(int.class, Integer.MIN_VALUE),
        Arguments.of(long.class, Long.MIN_VALUE),
        Arguments.of(float.class, Float.MIN_VALUE),
        Arguments.of(float.class, 16777216f),
        Arguments.of(double.class, Double.MAX_VALUE),
        Arguments.of(double.class, -0.0),
        Arguments.of(double.class, Double.NaN),
        Arguments.of(Double.class, Double.POSITIVE_INFINITY),
        Arguments.of(float.class, Float.NEGATIVE_INFINITY),
        Arguments.of(String.class, "grüße \ud83d\ude00 \u2028 \u0000 \" \\ \ud800 lone"),
        Arguments.of(String.class, null),
        Arguments.of(Object.class, null),
        Arguments.of(Object.class, List.of(1, 2.0, "x", true, Map.of())),
        Arguments.of(BigInteger.class, BigInteger.TEN.pow(9_999)),
        Arguments.of(BigDecimal.class, new BigDecimal("1.2300")),
        Arguments.of(BigDecimal.class, new BigDecimal("12345678901234567890.12345678901234567890")),
        Arguments.of(BigDecimal.class, new BigDecimal("1E+400")),
        Arguments.of(BigDecimal.class, new BigDecimal("-7")),
        Arguments.of(UUID.class, UUID.fromString("123e4567-e89b-12d3-a456-426614174000")),
        Arguments.of(Color.class, Color.GREEN),
        Arguments.of(Instant.class, Instant.parse("2026-01-01T00:00:00.123456789Z")),
        Arguments.of(Duration.class, Duration.ofSeconds(-5, 7)),
        Arguments.of(Period.class, Period.of(1, 2, 3)),
        Arguments.of(LocalDate.class, LocalDate.of(2026, 11, 23)),
        Arguments.of(LocalTime.class, LocalTime.of(1, 2, 3, 4)),
        Arguments.of(LocalDateTime.class, time),
        Arguments.of(OffsetDateTime.class, time.atOffset(ZoneOffset.ofHours(-5))),
        Arguments.of(ZonedDateTime.class, time.atZone(paris)),
        Arguments.of(ZonedDateTime.class, time.atZone(ZoneId.of("UTC"))),
        Arguments.of(ZonedDateTime.class, time.atZone(ZoneOffset.UTC)),
        Arguments.of(ZoneId.class, paris),
        Arguments.of(Year.class, Year.of(2026)),
        Arguments.of(YearMonth.class, YearMonth.of(2026, 2)),
        Arguments.of(DayOfWeek.class, DayOfWeek.MONDAY),
        Arguments.of(byte[].class, new byte[] {0, 1, -1}),
        Arguments.of(ByteBuffer.class, ByteBuffer.wrap(new byte[] {9, 1, 2, 9}, 1, 2)),
        Arguments.of(float[].class, new float[] {0.1f, -0f, Float.NaN, 3e38f}),
        Arguments.of(double[].class, new double[] {0.1, 1e300, 5e-324, Double.NaN}),
        Arguments.of(int[].class, new int[] {1, Integer.MAX_VALUE}),
        Arguments.of(long[].class, new long[] {Long.MAX_VALUE, 0, -1}),
        Arguments.of(short[].class, new short[] {1, -2}),
        Arguments.of(boolean[].class, new boolean[] {true, false}),
        Arguments.of(char[].class, new char[] {'a', 'ß'}),
        Arguments.of(String[].class, new String[] {"a", null}),
        Arguments.of(OptionalInt.class, OptionalInt.of(3)),
        Arguments.of(OptionalLong.class, OptionalLong.empty()),
        Arguments.of(OptionalDouble.class, OptionalDouble.of(0.5)),
        Arguments.of(Point.class, p),
        Arguments.of(Empty.class, new Empty()),
        Arguments.of(Bean.class, bean),
        Arguments.of(Tree.class, new Tree("a", List.of(new Tree("b", List.of(), null)), null)),
        Arguments.of(Flags.class, new Flags(true, false, Optional.of(true), new boolean[] {true})),
        Arguments.of(Typed.class, new Typed(typed, Set.of(new UUID(1, 2)), new byte[] {1, 2, 3})),
        Arguments.of(type("nested"), List.of(Map.of("a", p), Map.of())),
        Arguments.of(type("intKeys"), Map.of(1, "a", -2, "b")),
        Arguments.of(type("mapsOfMaps"), Map.of(1L, Map.of(0.5, "x", Double.NaN, "nan"))),
        Arguments.of(type("recordKeys"), Map.of(p, "p", new Point(3, 4), "q")),
        Arguments.of(type("uuidKeys"), Map.of(new UUID(3, 4), 1)),
        Arguments.of(type("enumKeys"), Map.of(Color.RED, 1, Color.GREEN, 2)),
        Arguments.of(type("enumMap"), new EnumMap<>(Map.of(Color.GREEN, "g"))),
        Arguments.of(type("listKeys"), Map.of(List.of(1, 2), "tuple", List.of(), "empty")),
        Arguments.of(type("decimalKeys"), Map.of(new BigDecimal("1.0"), true)),
        Arguments.of(type("dateKeys"), Map.of(LocalDate.of(2026, 1, 1), 5)),
        Arguments.of(type("booleanKeys"), Map.of(true, 1, false, 0)),
        Arguments.of(type("objectKeys"), objectKeys),
        Arguments.of(type("sorted"), new TreeMap<>(Map.of("b", 1, "a", 2))),
        Arguments.of(type("entry"), Map.entry("k", p)),
        Arguments.of(type("entryOfAnyKey"), Map.entry(p, Color.RED)),
        Arguments.of(type("entries"), List.of(Map.entry(1, List.of(p)), Map.entry(2, List.of()))),
        Arguments.of(type("set"), new LinkedHashSet<>(List.of(p, new Point(0, 0)))),
        Arguments.of(type("enumSet"), EnumSet.of(Color.RED)),
        Arguments.of(type("optional"), Optional.of(p)),
        Arguments.of(type("optional"), Optional.empty()),
        Arguments.of(
            type("optionals"),
            Optional.of(new ArrayList<>(List.of(Optional.of("a"), Optional.empty())))),
        Arguments.of(type("generic"), new Pair<>(p, List.of(new Pair<>("a", 1)))),
        Arguments.of(type("matrix"), new int[][] {{1, 2}, {}, {3}}),
        Arguments.of(type("tensor"), new float[][][] {{{0.5f}, {1f, 2f}}, {}}),
        Arguments.of(type("records"), new Point[] {p, null}),
        Arguments.of(type("blobs"), List.of(new byte[] {1}, new byte[0])),
        Arguments.of(type("arrays"), Map.of("a", new int[] {1, 2})),
        Arguments.of(type("wildcard"), List.of(p)),
        Arguments.of(type("objects"), new Object[] {1, "a", null, 2.5}));
  }

  @ParameterizedTest
  @MethodSource("values")
  void roundTripsInDialectOfJava(Type type, @Nullable Object value) throws Exception {
    Wire.assertSame(Wire.roundTrip(codec, value, type, Dialect.JAVA), value);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {2999, 4095, 4096, 4097, 12_287, 12_288, 12_289, 300_000, 508 << 10, 1_000_001})
  void bytesOfAnySizeRoundTrip(int size) throws Exception {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);

    Wire.assertSame(Wire.roundTrip(codec, bytes, byte[].class, Dialect.JAVA), bytes);
    Wire.assertSame(
        Wire.roundTrip(codec, List.of(bytes, bytes), type("blobs"), Dialect.PYTHON),
        List.of(bytes, bytes));
  }

  @ParameterizedTest
  @MethodSource("values")
  void roundTripsInDialectOfPython(Type type, @Nullable Object value) throws Exception {
    if (type != Object.class) { // read as Object, Python's booleans are integers
      Wire.assertSame(Wire.roundTrip(codec, value, type, Dialect.PYTHON), value);
    }
  }

  @ParameterizedTest
  @MethodSource("values")
  void readsFieldsInAnyOrder(Type type, @Nullable Object value) throws Exception {
    String wire = Wire.write(codec, value, type, Dialect.JAVA);

    Wire.assertSame(Wire.read(codec, Wire.contentsFirst(wire), type), value);
  }

  @ParameterizedTest
  @MethodSource("values")
  void isSupported(Type type, @Nullable Object value) {
    assertThat(codec.unsupported(type)).isNull();
  }
}
