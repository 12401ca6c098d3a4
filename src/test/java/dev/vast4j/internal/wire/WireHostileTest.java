package dev.vast4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.vast4j.errors.DecodingException;
import dev.vast4j.errors.EncodingException;
import java.io.InputStream;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Input from a hostile or broken peer, and unsupported types. */
class WireHostileTest {
  private final WireCodec codec = WireCodec.standard();

  record Point(int x, double y) {}

  record Node(Node next) {}

  record Holder(Map<String, Point> points) {}

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``| the text ends inside a value",
        "[]| a bare JSON array",
        "{}| an object without type and contents",
        "{\"type\":\"list\"}| list without contents",
        "{\"contents\":[]}| with contents but without a type",
        "{\"contents\":[{\"contents\":[]}],\"type\":\"list\"}| with contents but without a type",
        "{\"type\":5,\"contents\":[]}| whose type is not a string",
        "{\"type\":null,\"contents\":[]}| whose type is not a string",
        "{\"type\":\"set\",\"contents\":[]}| unknown type 'set'",
        "{\"type\":\"list\",\"contents\":{}}| contents of type list that are not a JSON array",
        "{\"type\":\"tuple\",\"contents\":null}| contents of type tuple that are not a JSON array",
        "{\"type\":\"dict\",\"contents\":{\"a\":1}}| contents of type dict that are not a JSON"
            + " array",
        "{\"type\":\"dict\",\"contents\":[1]}| a dict whose contents are not pairs",
        "{\"type\":\"dict\",\"contents\":[[]]}| pair without a key",
        "{\"type\":\"dict\",\"contents\":[[1]]}| pair without a value",
        "{\"type\":\"dict\",\"contents\":[[1,2,3]]}| pair of more than two values",
        "{\"type\":\"dict\",\"contents\":[[1,2],[1,3]]}| the key 1 twice",
        "{\"type\":\"obj\",\"contents\":[]}| contents of type obj that are not a JSON object",
        "{\"type\":\"obj\",\"contents\":{\"a\":1,\"a\":2}}| Duplicate field 'a'",
        "{\"type\":\"list\",\"type\":\"list\",\"contents\":[]}| Duplicate field 'type'",
        "{\"type\":\"bytes\",\"contents\":5}| contents of type bytes that are not a JSON string",
        "{\"type\":\"bytes\",\"contents\":\"AA*A\"}| base64",
        "1 2| more than one value",
        "{\"type\":\"list\",\"contents\":[]} x| Unrecognized token",
        "{\"type\":\"list\",\"contents\":[1| Unexpected end-of-input",
        "{\"type\":\"list\",\"contents\":[1,]}| Unexpected character",
        "{\"type\":\"list\",\"contents\":[01]}| Invalid numeric value",
        "nul| Unrecognized token",
      })
  void rejectsMalformedInputWithReason(String wire, String reason) {
    assertThatThrownBy(() -> Wire.read(codec, wire, Object.class))
        .isInstanceOf(DecodingException.class)
        .hasMessageStartingWith("test")
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "true| int| from Boolean",
        "\"5\"| int| coerce String",
        "2.5| int| Floating-point",
        "2.0| long| Floating-point",
        "2147483648| int| out of range",
        "null| int| null",
        "5| java.lang.String| coerce Integer",
        "\"true\"| boolean| coerce String",
        "\"x\"| java.util.UUID| UUID",
        "{\"type\":\"dict\",\"contents\":[]}| int| from Object value",
        "{\"type\":\"list\",\"contents\":[]}| java.util.Map| Array",
        "{\"type\":\"dict\",\"contents\":[[[1],2]]}| java.lang.Object| a bare JSON array",
      })
  void rejectsValuesOfAnotherType(String wire, String type, String reason)
      throws ClassNotFoundException {
    Class<?> target =
        switch (type) {
          case "int" -> int.class;
          case "long" -> long.class;
          case "boolean" -> boolean.class;
          default -> Class.forName(type);
        };

    assertThatThrownBy(() -> Wire.read(codec, wire, target))
        .isInstanceOf(DecodingException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void messagesLackJacksonsAdviceOnSettings() {
    assertThatThrownBy(() -> Wire.read(codec, "5.0", int.class))
        .hasMessage(
            "test cannot be decoded: Cannot coerce Floating-point value (5.0) to `int` value");
    assertThatThrownBy(() -> Wire.read(codec, "\"5\"", int.class))
        .hasMessage("test cannot be decoded: Cannot coerce String value (\"5\") to `int` value");
    assertThatThrownBy(() -> Wire.read(codec, "null", int.class))
        .hasMessage("test cannot be decoded: Cannot map `null` into type `int`");
  }

  @Test
  void rejectsEntryOfNoneOrTwo() {
    Type entry = new TypeReference<Map.Entry<Integer, String>>() {}.getType();
    for (String wire :
        List.of(
            "{\"type\":\"dict\",\"contents\":[]}",
            "{\"type\":\"dict\",\"contents\":[[1,\"a\"],[2,\"b\"]]}")) {
      assertThatThrownBy(() -> Wire.read(codec, wire, entry))
          .isInstanceOf(DecodingException.class)
          .hasMessageContaining("exactly one is expected");
    }
  }

  @Test
  void readsZeroAndOneAsDeclaredBooleans() throws Exception {
    assertThat(Wire.read(codec, "1", boolean.class)).isEqualTo(true);
    assertThat(Wire.read(codec, "0", Boolean.class)).isEqualTo(false);
  }

  @Test
  void reportsLocationInsideValue() {
    assertThatThrownBy(
            () ->
                Wire.read(
                    codec,
                    "{\"type\":\"dict\",\"contents\":[[\"points\",{\"type\":\"dict\",\"contents\":"
                        + "[[\"a\",{\"type\":\"dict\",\"contents\":[[\"x\",1],[\"y\",\"far\"]]}]]}]]}",
                    Holder.class))
        .isInstanceOfSatisfying(
            DecodingException.class,
            e -> assertThat(e.location()).isEqualTo("test, at points.a.y"));
  }

  @Test
  void ignoresUnknownProperties() throws Exception {
    String wire =
        "{\"type\":\"dict\",\"contents\":[[\"more\",{\"type\":\"dict\",\"contents\":[[{\"type\":"
            + "\"tuple\",\"contents\":[1]},{\"type\":\"bytes\",\"contents\":\"AA==\"}]]}],"
            + "[\"x\",1],[\"blob\",{\"type\":\"bytes\",\"contents\":\"AA==\"}],[\"y\",2]]}";

    assertThat(Wire.read(codec, wire, Point.class)).isEqualTo(new Point(1, 2));
    assertThat(Wire.read(codec, Wire.contentsFirst(wire), Point.class)).isEqualTo(new Point(1, 2));
  }

  @Test
  void limitsDepthBothWays() throws Exception {
    assertThat(Wire.read(codec, nested(Limits.DEPTH), Object.class)).isNotNull();
    for (Type type : List.of(Object.class, Node.class)) {
      for (String wire : List.of(nested(Limits.DEPTH + 1), nested(100_000))) {
        assertThatThrownBy(() -> Wire.read(codec, wire, type))
            .isInstanceOf(DecodingException.class);
      }
    }
    assertThatThrownBy(() -> Wire.read(codec, nested(100_000), Object.class))
        .hasMessageContaining("the limit of depth");

    List<Object> deepest = List.of();
    Map<String, Object> deepestMap = Map.of();
    for (int i = 1; i < Limits.DEPTH; i++) {
      deepest = List.of(deepest);
      deepestMap = Map.of("k", deepestMap);
    }
    for (Object value : List.of(deepest, deepestMap)) {
      assertThat(Wire.roundTrip(codec, value, Object.class, Dialect.PYTHON)).isEqualTo(value);
      assertThatThrownBy(() -> Wire.write(codec, List.of(value), Object.class, Dialect.PYTHON))
          .isInstanceOf(EncodingException.class)
          .hasMessageContaining("the limit of depth");
    }

    Object tree = "leaf";
    for (int i = 0; i < 100_000; i++) {
      tree = List.of(tree);
    }
    Object deep = tree;
    assertThatThrownBy(() -> Wire.write(codec, deep, Object.class, Dialect.JAVA))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("the limit of depth");
  }

  @Test
  void limitsDepthOfContentsBeforeTheirType() {
    String wire = "{\"contents\":[".repeat(100_000);

    assertThatThrownBy(() -> Wire.read(codec, wire, Object.class))
        .isInstanceOf(DecodingException.class)
        .hasMessageContaining("nesting depth");
  }

  @Test
  void keepsNestedContentsBeforeTheirTypeOnce() throws Exception {
    int depth = 400;
    String leaf = "[" + "1,".repeat(20_000) + "1]";
    String wire =
        "{\"contents\":[".repeat(depth)
            + "{\"contents\":"
            + leaf
            + ",\"type\":\"list\"}"
            + "],\"type\":\"list\"}".repeat(depth);

    assertThat(Wire.read(codec, wire, Object.class)).isInstanceOf(List.class);
  }

  @Test
  void reportsCycleAsTooDeep() {
    List<Object> cycle = new ArrayList<>();
    cycle.add(cycle);

    assertThatThrownBy(() -> Wire.write(codec, cycle, Object.class, Dialect.PYTHON))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("the limit of depth");
  }

  @Test
  void limitsDigitsBothWays() throws Exception {
    BigInteger large = BigInteger.TEN.pow(Limits.NUMBER_LENGTH - 1);
    assertThat(Wire.roundTrip(codec, large, Object.class, Dialect.JAVA)).isEqualTo(large);
    assertThatThrownBy(() -> Wire.write(codec, large.multiply(large), Object.class, Dialect.JAVA))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("10000 digits, which is the limit");
    String digits = "9".repeat(Limits.NUMBER_LENGTH + 1);
    for (String wire : List.of(digits, "-" + digits, "0." + digits, nestedIn(digits))) {
      assertThatThrownBy(() -> Wire.read(codec, wire, Object.class))
          .isInstanceOf(DecodingException.class)
          .hasMessageContainingAll("exceeds the maximum", "(10000");
    }
  }

  private static String nestedIn(String number) {
    return "{\"type\":\"list\",\"contents\":[" + "1,".repeat(200) + number + "]}";
  }

  @Test
  void readsWhateverFollowsManyNumbers() throws Exception {
    String ones = "1,".repeat(100);
    for (String rest : List.of("null,2", "\"a\"", "2.5", "true", "NaN,-Infinity,3")) {
      List<Object> expected = new ArrayList<>(Collections.nCopies(100, 1));
      switch (rest) {
        case "null,2" -> {
          expected.add(null);
          expected.add(2);
        }
        case "\"a\"" -> expected.add("a");
        case "2.5" -> expected.add(2.5);
        case "true" -> expected.add(true);
        default -> expected.addAll(List.of(Double.NaN, Double.NEGATIVE_INFINITY, 3));
      }
      assertThat(
              Wire.read(
                  codec, "{\"type\":\"list\",\"contents\":[" + ones + rest + "]}", Object.class))
          .isEqualTo(expected);
    }
    for (String rest : List.of("", "-", "1.", "01", "1e", "--1", "+1", ".5", "1,,2", "Inf", "x")) {
      String wire = "{\"type\":\"list\",\"contents\":[" + ones + rest + "]}";
      for (Type type : List.of(Object.class, double[].class, int[].class)) {
        assertThatThrownBy(() -> Wire.read(codec, wire, type))
            .isInstanceOf(DecodingException.class);
      }
    }
    assertThatThrownBy(
            () ->
                Wire.read(
                    codec, "{\"type\":\"list\",\"contents\":[" + ones + "2.5,1]}", int[].class))
        .isInstanceOfSatisfying(
            DecodingException.class, e -> assertThat(e.location()).isEqualTo("test, at [100]"));
  }

  private static String nested(int depth) {
    return "{\"type\":\"list\",\"contents\":[".repeat(depth) + "]}".repeat(depth);
  }

  @Test
  void treatsClassNamesAsData() throws Exception {
    String wire =
        "{\"type\":\"obj\",\"module\":{\"type\":\"absolute\",\"path\":[\"java\",\"lang\"]},"
            + "\"class\":\"Runtime\",\"contents\":{\"@class\":\"java.lang.Runtime\"}}";

    assertThat(Wire.read(codec, wire, Object.class))
        .isEqualTo(Map.of("@class", "java.lang.Runtime"));
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  interface ByClassName {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes({@JsonSubTypes.Type(value = Circle.class, name = "circle")})
  sealed interface Shape permits Circle {}

  record Circle(double radius, Map<Integer, String> labels) implements Shape {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.MINIMAL_CLASS)
  interface ByShortName {}

  record HoldsByClass(@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) Number number) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  interface Unnamed {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
  @JsonSubTypes({@JsonSubTypes.Type(Left.class), @JsonSubTypes.Type(Right.class)})
  sealed interface Alike permits Left, Right {}

  record Left(int side) implements Alike {}

  record Right(int side) implements Alike {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes(@JsonSubTypes.Type(value = Threads.class, name = "threads"))
  sealed interface HasThread permits Threads {}

  record Threads(List<Thread> threads) implements HasThread {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
  @JsonSubTypes({@JsonSubTypes.Type(Narrow.class), @JsonSubTypes.Type(Wide.class)})
  interface Subset {}

  record Narrow(int width) implements Subset {}

  record Wide(int width, int height) implements Subset {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
  @JsonSubTypes({@JsonSubTypes.Type(Places.class), @JsonSubTypes.Type(Nowhere.class)})
  interface Deduced {}

  record Places(Map<Circle, Integer> places) implements Deduced {}

  record Nowhere(String why) implements Deduced {}

  interface Unimplemented {
    int value();
  }

  static final class NoConstructor {
    private final int value;

    NoConstructor(int value) {
      this.value = value;
    }

    public int getValue() {
      return value;
    }
  }

  record Wrapped(List<Optional<Thread>> threads) {}

  record Generic<T>(T value) {}

  @SuppressWarnings("unused")
  interface Types {
    <T> List<T> variable();

    List<?> wildcard();

    Generic<Map<Point, InputStream>> inside();

    Generic<Map<Point, String>> fine();

    Iterator<String> iterator();

    Map<Class<?>, String> byClass();
  }

  record Loading(String name, Class<?> type) {}

  static List<Arguments> types() throws ReflectiveOperationException {
    return List.of(
        Arguments.of(Thread.class, "java.lang.Thread is not data"),
        Arguments.of(InputStream.class, "java.io.InputStream is not data"),
        Arguments.of(Unimplemented.class, "is abstract"),
        Arguments.of(NoConstructor.class, "has no constructor for reading"),
        Arguments.of(Wrapped.class, "threads of Wrapped"),
        Arguments.of(
            ByClassName.class, "no message may load a class; use @JsonTypeInfo(use = NAME)"),
        Arguments.of(ByShortName.class, "no message may load a class"),
        Arguments.of(HoldsByClass.class, "no message may load a class"),
        Arguments.of(Unnamed.class, "names no class to read; annotate it with @JsonSubTypes"),
        Arguments.of(Alike.class, "have the same signature"),
        Arguments.of(HasThread.class, "threads of Threads elements: java.lang.Thread is not data"),
        Arguments.of(Subset.class, "Wide has all those of Narrow"),
        Arguments.of(Deduced.class, "structured keys"),
        Arguments.of(Class.class, "java.lang.Class names code"),
        Arguments.of(Loading.class, "java.lang.Class names code"),
        Arguments.of(
            Types.class.getMethod("byClass").getGenericReturnType(), "java.lang.Class names code"),
        Arguments.of(Types.class.getMethod("variable").getGenericReturnType(), "type variable T"),
        Arguments.of(Types.class.getMethod("inside").getGenericReturnType(), "java.io.InputStream"),
        Arguments.of(
            Types.class.getMethod("iterator").getGenericReturnType(), "java.util.Iterator"),
        Arguments.of(Runnable.class, "java.lang.Runnable"),
        Arguments.of(Object.class, null),
        Arguments.of(void.class, null),
        Arguments.of(Node.class, null),
        Arguments.of(Shape.class, null),
        Arguments.of(Types.class.getMethod("wildcard").getGenericReturnType(), null),
        Arguments.of(Types.class.getMethod("fine").getGenericReturnType(), null));
  }

  @ParameterizedTest
  @MethodSource("types")
  void reportsUnsupportedTypes(Type type, @Nullable String reason) {
    if (reason == null) {
      assertThat(codec.unsupported(type)).isNull();
    } else {
      assertThat(codec.unsupported(type)).contains(reason);
    }
  }

  @Test
  void sealedTypeWithNamesRoundTrips() throws Exception {
    Shape circle = new Circle(2, new HashMap<>(Map.of(1, "one")));

    for (Dialect dialect : Dialect.values()) {
      assertThat(Wire.roundTrip(codec, circle, Shape.class, dialect)).isEqualTo(circle);
    }
  }
}
