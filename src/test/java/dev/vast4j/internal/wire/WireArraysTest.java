package dev.vast4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import dev.vast4j.errors.DecodingException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrays of numbers are bytes where they are declared, for a reader that announced it. */
class WireArraysTest {
  private static final float[] FLOATS = {1.5f, -0f, Float.NaN, Float.MIN_VALUE};
  private static final String BYTES =
      "{\"type\":\"bytes\",\"contents\":\"AADAPwAAAIAAAMB/AQAAAA==\",\"elements\":\"float\"}";
  private static final String LIST = "{\"type\":\"list\",\"contents\":[1.5,-0.0,NaN,1.4E-45]}";

  private final WireCodec codec = WireCodec.standard();

  record All(float[] f, double[] d, int[] i, long[] l, short[] s, boolean[] on, byte[] raw) {}

  record Named(String name, float[] numbers) {}

  record Loose(Object numbers, Object[] several, Map<String, Object> byName) {}

  record Page<T>(List<T> items) {}

  record Rows(float[][] rows, List<double[]> more, Optional<long[]> maybe, @Nullable int[] none) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes({@JsonSubTypes.Type(Sound.class), @JsonSubTypes.Type(Picture.class)})
  sealed interface Media {}

  record Sound(short[] samples) implements Media {}

  record Picture(int[] pixels) implements Media {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
  @JsonSubTypes({@JsonSubTypes.Type(Wave.class), @JsonSubTypes.Type(Image.class)})
  sealed interface Deduced {}

  record Wave(float[] samples) implements Deduced {}

  record Image(double[] pixels) implements Deduced {}

  /** A bean, whose static types are those of its getters and setters. */
  public static class Bean {
    private float[] numbers = {};
    private Object any = "";

    public float[] getNumbers() {
      return numbers;
    }

    public void setNumbers(float[] numbers) {
      this.numbers = numbers;
    }

    public Object getAny() {
      return any;
    }

    public void setAny(Object any) {
      this.any = any;
    }
  }

  interface Types {
    float[] floats();

    double[] doubles();

    int[] ints();

    long[] longs();

    short[] shorts();

    float[][] rows();

    double[][][] cubes();

    List<float[]> list();

    Collection<List<int[]>> nested();

    Map<String, float[]> map();

    Map<Integer, List<double[]>> lists();

    Optional<float[]> optional();

    List<float[]>[] arrayOfLists();

    Page<float[]> page();

    All all();

    Named named();

    Rows records();

    Media media();

    List<Media> medias();

    Deduced deduced();

    List<Number> numbers();

    List<Double> boxed();

    Collection<Object> objects();

    Set<Double> doubleSet();
  }

  private static Type type(String method) throws NoSuchMethodException {
    return Types.class.getDeclaredMethod(method).getGenericReturnType();
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of lists
  static Stream<Arguments> values() {
    float[] some = {1, 2.5f};
    double[] doubles = {Math.PI, Double.NEGATIVE_INFINITY};
    Map<Integer, List<double[]>> lists = new LinkedHashMap<>();
    lists.put(3, List.of(doubles, new double[0]));
    return Stream.of(
        Arguments.of("floats", FLOATS, 1),
        Arguments.of("floats", new float[0], 1),
        Arguments.of("doubles", doubles, 1),
        Arguments.of("ints", new int[] {1, -1, Integer.MIN_VALUE}, 1),
        Arguments.of("longs", new long[] {1, -1, Long.MAX_VALUE}, 1),
        Arguments.of("shorts", new short[] {1, -1, Short.MIN_VALUE}, 1),
        Arguments.of("rows", new float[][] {{1, 2}, {}, null, {3}}, 3),
        Arguments.of("cubes", new double[][][] {{{1}, {2}}, {}, {{3}}}, 3),
        Arguments.of("list", Arrays.asList(some, null, FLOATS), 2),
        Arguments.of("nested", List.of(List.of(new int[] {7}), List.of()), 1),
        Arguments.of("map", Map.of("x", some), 1),
        Arguments.of("lists", lists, 2),
        Arguments.of("optional", Optional.of(some), 1),
        Arguments.of("optional", Optional.empty(), 0),
        Arguments.of("arrayOfLists", new List[] {List.of(some, some), List.of()}, 2),
        Arguments.of("page", new Page<>(List.of(some, some)), 2),
        Arguments.of(
            "all",
            new All(
                some,
                doubles,
                new int[] {4},
                new long[] {5},
                new short[] {6},
                new boolean[] {true},
                new byte[] {7}),
            6),
        Arguments.of("named", new Named("n", some), 1),
        Arguments.of(
            "records",
            new Rows(new float[][] {{1}, {2}}, List.of(doubles), Optional.of(new long[] {1}), null),
            4),
        Arguments.of("media", new Sound(new short[] {3}), 1),
        Arguments.of("medias", List.of(new Sound(new short[] {3}), new Picture(new int[2])), 2),
        Arguments.of("deduced", new Image(doubles), 1));
  }

  @ParameterizedTest
  @MethodSource("values")
  void arriveInEveryDialect(String method, Object value, int arrays) throws Exception {
    Type type = type(method);
    String bytes = Wire.write(codec, value, type, Dialect.JAVA_ARRAYS);
    assertThat(bytes.split("\"type\":\"bytes\"", -1)).hasSize(arrays + 1);
    Wire.assertSame(Wire.read(codec, bytes, type), value);

    boolean hasRaw = value instanceof All;
    for (Dialect dialect : new Dialect[] {Dialect.JAVA, Dialect.PYTHON}) {
      String lists = Wire.write(codec, value, type, dialect);
      assertThat(lists.split("\"type\":\"bytes\"", -1)).hasSize(hasRaw ? 2 : 1);
      Wire.assertSame(Wire.read(codec, lists, type), value);
    }
  }

  @Test
  void areLittleEndianBytes() throws IOException {
    assertThat(Wire.write(codec, FLOATS, float[].class, Dialect.JAVA_ARRAYS)).isEqualTo(BYTES);
    assertThat(Wire.write(codec, FLOATS, float[].class, Dialect.JAVA)).isEqualTo(LIST);
    assertThat(Wire.write(codec, new short[] {1, 256}, short[].class, Dialect.JAVA_ARRAYS))
        .isEqualTo("{\"type\":\"bytes\",\"contents\":\"AQAAAQ==\",\"elements\":\"short\"}");
  }

  @Test
  void keepTheBitsOfNaN() throws IOException {
    double[] payloads = {Double.longBitsToDouble(0x7ff8_0000_0000_1234L), -0.0};
    double[] read = (double[]) Wire.roundTrip(codec, payloads, double[].class, Dialect.JAVA_ARRAYS);
    assertThat(Double.doubleToRawLongBits(read[0])).isEqualTo(0x7ff8_0000_0000_1234L);
    assertThat(Double.doubleToRawLongBits(read[1])).isEqualTo(Long.MIN_VALUE);
  }

  /** Chunks of every kind of writer and reader meet at these lengths. */
  @ParameterizedTest
  @ValueSource(ints = {1, 511, 512, 513, 1535, 1536, 1537, 3072, 65_537, 300_001})
  void arriveAtAnyLength(int length) throws IOException {
    Random random = new Random(length);
    float[] floats = new float[length];
    double[] doubles = new double[length];
    short[] shorts = new short[length];
    for (int i = 0; i < length; i++) {
      floats[i] = random.nextFloat();
      doubles[i] = random.nextDouble();
      shorts[i] = (short) random.nextInt();
    }
    for (Object value : new Object[] {floats, doubles, shorts}) {
      String wire = Wire.write(codec, value, value.getClass(), Dialect.JAVA_ARRAYS);
      Wire.assertSame(Wire.read(codec, wire, value.getClass()), value);
    }
    ByteBuffer expected = ByteBuffer.allocate(length * 4).order(ByteOrder.LITTLE_ENDIAN);
    expected.asFloatBuffer().put(floats);
    assertThat(Wire.write(codec, floats, float[].class, Dialect.JAVA_ARRAYS))
        .isEqualTo(
            "{\"type\":\"bytes\",\"contents\":\""
                + Base64.getEncoder().encodeToString(expected.array())
                + "\",\"elements\":\"float\"}");
  }

  @Test
  void stayListsWhereNothingDeclaresThem() throws Exception {
    List<Object> values =
        List.of(
            FLOATS,
            new float[][] {{1}},
            List.of(FLOATS),
            Map.of("a", FLOATS),
            new Loose(FLOATS, new Object[] {FLOATS}, Map.of("b", new int[] {1})));
    for (Object value : values) {
      // First as declared, so that Jackson's caches have both.
      Wire.write(codec, FLOATS, float[].class, Dialect.JAVA_ARRAYS);
      Wire.write(codec, List.of(FLOATS), type("list"), Dialect.JAVA_ARRAYS);
      Type type = value instanceof Loose ? Loose.class : Object.class;
      assertThat(Wire.write(codec, value, type, Dialect.JAVA_ARRAYS))
          .isEqualTo(Wire.write(codec, value, type, Dialect.JAVA))
          .doesNotContain("\"bytes\"");
      assertThat(Wire.write(codec, FLOATS, float[].class, Dialect.JAVA_ARRAYS)).isEqualTo(BYTES);
    }
  }

  @Test
  void ofBeansFollowTheGetters() throws IOException {
    Bean bean = new Bean();
    bean.setNumbers(FLOATS);
    bean.setAny(FLOATS);
    String wire = Wire.write(codec, bean, Bean.class, Dialect.JAVA_ARRAYS);
    assertThat(wire).contains("[\"numbers\"," + BYTES + "]").contains("[\"any\"," + LIST + "]");
    assertThat(((Bean) Wire.read(codec, wire, Bean.class)).getNumbers()).isEqualTo(FLOATS);
  }

  /** Where one side has changed the type, numbers must not arrive that nobody sent. */
  @Test
  void ofAnotherElementAreRefused() throws Exception {
    for (Object sent : new Object[] {new double[2], new int[2], new short[2], new long[2]}) {
      String wire = Wire.write(codec, sent, sent.getClass(), Dialect.JAVA_ARRAYS);
      String contentsFirst =
          wire.replace("\"type\":\"bytes\",", "").replace("}", ",\"type\":\"bytes\"}");
      for (String text : List.of(wire, contentsFirst)) {
        assertThatThrownBy(() -> Wire.read(codec, text, float[].class))
            .isInstanceOf(DecodingException.class)
            .hasMessageContaining(
                sent.getClass().getSimpleName() + " as bytes where float[] is declared");
      }
      Type list = type("list");
      String inList = "{\"type\":\"list\",\"contents\":[" + BYTES + "," + wire + "]}";
      assertThatThrownBy(() -> Wire.read(codec, inList, list))
          .isInstanceOf(DecodingException.class)
          .hasMessageContaining("at [1]");
    }
    String unsaid = BYTES.replace(",\"elements\":\"float\"", "");
    assertThat(Wire.read(codec, unsaid, float[].class)).isEqualTo(FLOATS);
  }

  @Test
  void areReadWhenContentsComeFirst() throws IOException {
    String wire = "{\"contents\":\"AADAPwAAAIAAAMB/AQAAAA==\",\"type\":\"bytes\",\"more\":1}";
    assertThat((float[]) Wire.read(codec, wire, float[].class)).isEqualTo(FLOATS);
    assertThat((float[]) Wire.read(codec, BYTES.replace("}", ",\"more\":[]}"), float[].class))
        .isEqualTo(FLOATS);
  }

  @Test
  void areReadFromTuples() throws IOException {
    assertThat(Wire.read(codec, LIST.replace("list", "tuple"), float[].class)).isEqualTo(FLOATS);
  }

  @ParameterizedTest
  @CsvSource({
    "floats, AAAA, '3 bytes are no whole float[]: each element has 4 bytes'",
    "doubles, AAAAAAA=, '5 bytes are no whole double[]: each element has 8 bytes'",
    "shorts, AA==, '1 bytes are no whole short[]: each element has 2 bytes'",
    "ints, ****, 'bytes that are not base64'",
    "longs, A, 'bytes that are not base64'",
  })
  void ofTheWrongLengthAreRefused(String method, String contents, String message) throws Exception {
    Type type = type(method);
    String wire = "{\"type\":\"bytes\",\"contents\":\"" + contents + "\"}";
    assertThatThrownBy(() -> Wire.read(codec, wire, type))
        .isInstanceOf(DecodingException.class)
        .hasMessageContaining(message);
  }

  @Test
  void namesTheLocationOfTheWrongLength() {
    String wire =
        "{\"type\":\"dict\",\"contents\":[[\"name\",\"n\"],[\"numbers\","
            + "{\"type\":\"bytes\",\"contents\":\"AAAA\"}]]}";
    assertThatThrownBy(() -> Wire.read(codec, wire, Named.class))
        .isInstanceOf(DecodingException.class)
        .hasMessageContaining("at numbers");
  }

  @Test
  void areNotReadFromBytesWhereAnotherArrayIsDeclared() {
    for (Class<?> other : List.of(boolean[].class, byte[].class, String[].class)) {
      assertThatThrownBy(() -> Wire.read(codec, BYTES, other))
          .as(other.getName())
          .isInstanceOf(DecodingException.class);
    }
  }

  /** A caller may declare less than the worker, or nothing. */
  @Test
  void areTheSameListsAsTextWhereNoArrayIsDeclared() throws Exception {
    for (Object array :
        new Object[] {
          new float[] {0.1f, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.MIN_VALUE},
          new double[] {0.1, Double.NaN},
          new int[] {1, Integer.MIN_VALUE},
          new long[] {1, Long.MAX_VALUE, Integer.MIN_VALUE - 1L},
          new short[] {-1, 300},
          new float[0]
        }) {
      String bytes = Wire.write(codec, array, array.getClass(), Dialect.JAVA_ARRAYS);
      String list = Wire.write(codec, array, array.getClass(), Dialect.JAVA);
      assertThat(bytes).contains("\"bytes\"");
      Object natural = Wire.read(codec, bytes, Object.class);
      assertThat(natural)
          .isEqualTo(Wire.read(codec, list, Object.class))
          .isExactlyInstanceOf(ArrayList.class);
      for (String type : List.of("numbers", "boxed", "objects", "doubleSet")) {
        assertThat(Wire.read(codec, bytes, type(type)))
            .isEqualTo(Wire.read(codec, list, type(type)));
      }
      assertThat((Number[]) Wire.read(codec, bytes, Number[].class))
          .isEqualTo(Wire.read(codec, list, Number[].class));
    }
    assertThat((Float[]) Wire.read(codec, BYTES, Float[].class))
        .isEqualTo(Wire.read(codec, LIST, Float[].class));
    String contentsFirst = "{\"elements\":\"float\",\"contents\":\"AADAPw==\",\"type\":\"bytes\"}";
    assertThat(Wire.read(codec, contentsFirst, Object.class)).isEqualTo(List.of(1.5));
    String odd = BYTES.replace("AQAAAA==", "AQAA");
    assertThat(Wire.read(codec, odd, Object.class)).isInstanceOf(byte[].class);
  }

  record Holder(Object value) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes(@JsonSubTypes.Type(Anything.class))
  interface Any {}

  record Anything(Object value, float[] floats, byte @Nullable [] raw) implements Any {}

  @Test
  void areListsBelowWhatDeclaresNone() throws Exception {
    String named = Wire.write(codec, new Named("n", FLOATS), Named.class, Dialect.JAVA_ARRAYS);
    assertThat(named).contains("\"bytes\"");
    assertThat((Map<?, ?>) Wire.read(codec, named, Object.class))
        .isEqualTo(Map.of("name", "n", "numbers", Wire.read(codec, LIST, Object.class)));
    String page = Wire.write(codec, List.of(FLOATS), type("list"), Dialect.JAVA_ARRAYS);
    assertThat(Wire.read(codec, page, Object.class))
        .isEqualTo(List.of(Wire.read(codec, LIST, Object.class)));
    String held = "{\"type\":\"dict\",\"contents\":[[\"value\"," + BYTES + "]]}";
    assertThat(((Holder) Wire.read(codec, held, Holder.class)).value())
        .isEqualTo(Wire.read(codec, LIST, Object.class));
    // Jackson keeps what comes before the type's name.
    String any =
        "{\"type\":\"dict\",\"contents\":[[\"value\","
            + BYTES
            + "],[\"floats\","
            + BYTES
            + "],[\"raw\",{\"type\":\"bytes\",\"contents\":\"AQI=\"}],[\"@type\",\"WireArraysTest$Anything\"]]}";
    Anything read = (Anything) Wire.read(codec, any, Any.class);
    assertThat(read.value()).isEqualTo(Wire.read(codec, LIST, Object.class));
    assertThat(read.floats()).isEqualTo(FLOATS);
    assertThat(read.raw()).containsExactly(1, 2);
  }

  /** Jackson alone would take big endian floats in base64. */
  @Test
  void areNotReadFromText() {
    for (Class<?> array : List.of(float[].class, double[].class, int[].class, short[].class)) {
      assertThatThrownBy(() -> Wire.read(codec, "\"AACAPw==\"", array))
          .isInstanceOf(DecodingException.class);
    }
  }

  @Test
  void areWrittenByAModulesOwnSerializer() throws IOException {
    SimpleModule module = new SimpleModule();
    module.addSerializer(
        float[].class,
        new StdSerializer<>(float[].class) {
          @Override
          public void serialize(float[] value, JsonGenerator out, SerializerProvider provider)
              throws IOException {
            out.writeString("mine");
          }
        });
    assertThat(
            Wire.write(
                WireCodec.withModules(List.of(module)),
                new Named("n", FLOATS),
                Named.class,
                Dialect.JAVA_ARRAYS))
        .contains("\"mine\"");
  }

  @Test
  void areListsInPlainJson() {
    String json = codec.toPlainJson(FLOATS, float[].class, "test");
    assertThat(json).isEqualTo("[1.5,-0.0,NaN,1.4E-45]");
    assertThat(codec.fromPlainJson(json, float[].class, "test")).isEqualTo(FLOATS);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, PYTHON",
        "aiohttp/3.14, PYTHON",
        "vast4j/1.0, JAVA",
        "vast4j/1.0 wire/1, JAVA",
        "vast4j/1.0 wire/2, JAVA_ARRAYS",
        "vast4j/1.0 wire/30 (Linux), JAVA_ARRAYS",
        "vast4j/1.0 wire/2x, JAVA",
        "vast4j/1.0 wire/, JAVA",
        "vast4j/1.0 wire/99999999999999999999, JAVA",
        "python vast4j/1.0 wire/2, PYTHON",
      })
  void areForClientsThatAnnounceIt(@Nullable String userAgent, Dialect dialect) {
    assertThat(Dialect.ofClient(userAgent)).isEqualTo(dialect);
  }

  @Test
  void announcesItself() {
    assertThat(Dialect.ofClient(WireVersion.announcedBy("vast4j/1.0-rc.1")))
        .isEqualTo(Dialect.JAVA_ARRAYS);
    assertThat(WireVersion.ofWorker(WireVersion.CURRENT)).isEqualTo(Dialect.JAVA_ARRAYS);
    assertThat(WireVersion.ofWorker(null)).isEqualTo(Dialect.JAVA);
    assertThat(WireVersion.ofWorker("two")).isEqualTo(Dialect.JAVA);
  }

  /** 64 MB of floats; what is in memory besides is counted by what is allocated. */
  @Test
  void takeAtMostTheirSizeAgain() throws IOException {
    float[] array = new float[16 << 20];
    Arrays.fill(array, 0.1f);
    long before = allocated();
    long[] written = {0};
    codec.writeValue(
        new OutputStream() {
          @Override
          public void write(int b) {
            written[0]++;
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            written[0] += length;
          }
        },
        array,
        float[].class,
        Dialect.JAVA_ARRAYS,
        "test");
    assertThat(written[0]).isGreaterThan(4L * array.length * 4 / 3);
    assertThat(allocated() - before).isLessThan(4 << 20);

    int text = (array.length * 4 + 2) / 3 * 4;
    InputStream in =
        new SequenceInputStream(
            ascii("{\"type\":\"bytes\",\"contents\":\""),
            new SequenceInputStream(new Zeros(text - 4), ascii("AA==\"}")));
    before = allocated();
    float[] read = (float[]) codec.readValue(in, float[].class, "test");
    long used = allocated() - before;
    assertThat(read).hasSize(array.length);
    assertThat(used).isLessThan(2L * 4 * array.length + (4 << 20));
  }

  private static InputStream ascii(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  /** The base64 of zero bytes. */
  private static final class Zeros extends InputStream {
    private int left;

    Zeros(int left) {
      this.left = left;
    }

    @Override
    public int read() {
      return left-- > 0 ? 'A' : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      if (left <= 0) {
        return -1;
      }
      int count = Math.min(left, length);
      Arrays.fill(bytes, offset, offset + count, (byte) 'A');
      left -= count;
      return count;
    }
  }

  @Test
  void saysWhetherArgumentsHaveArrays() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Signature signature = new Signature("f", List.of("x"), List.of(float[].class), true);
    assertThat(codec.writePayload(out, signature, new Object[] {FLOATS}, Dialect.JAVA_ARRAYS))
        .isTrue();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo("{\"kwargs\":{\"x\":" + BYTES + "}}");
    Signature any = new Signature("f", List.of("x"), List.of(Object.class), true);
    assertThat(codec.writePayload(out, any, new Object[] {FLOATS}, Dialect.JAVA_ARRAYS)).isFalse();
  }
}
