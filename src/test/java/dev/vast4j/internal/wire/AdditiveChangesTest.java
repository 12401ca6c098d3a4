package dev.vast4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonPOJOBuilder;
import dev.vast4j.errors.DecodingException;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values between peers whose versions of a class differ by what was added. */
class AdditiveChangesTest {
  private final WireCodec codec = WireCodec.standard();

  record Old(String a) {}

  record New(
      String a,
      boolean flag,
      byte small,
      short shorter,
      char letter,
      int count,
      long total,
      float ratio,
      double score,
      @Nullable Integer boxed,
      @Nullable String text,
      @Nullable List<String> list,
      int @Nullable [] array,
      Optional<String> maybe,
      OptionalInt maybeInt,
      OptionalLong maybeLong,
      OptionalDouble maybeDouble,
      @Nullable Old nested) {}

  private static final New DEFAULTS =
      new New(
          "x",
          false,
          (byte) 0,
          (short) 0,
          '\0',
          0,
          0,
          0,
          0,
          null,
          null,
          null,
          null,
          Optional.empty(),
          OptionalInt.empty(),
          OptionalLong.empty(),
          OptionalDouble.empty(),
          null);

  @Test
  void absentComponentsTakeTheirDefault() throws IOException {
    assertThat(reread(new Old("x"), New.class)).isEqualTo(DEFAULTS);
  }

  @Test
  void unknownComponentsAreIgnored() throws IOException {
    assertThat(reread(DEFAULTS, Old.class)).isEqualTo(new Old("x"));
  }

  record Page<T>(List<T> items, Map<String, T> byName, Optional<T> first, T[] all) {}

  @Test
  void absentComponentsTakeTheirDefaultWithinContainersAndGenerics() throws IOException {
    Old old = new Old("x");
    Page<Old> page = new Page<>(List.of(old), Map.of("k", old), Optional.of(old), new Old[] {old});
    String wire =
        Wire.write(codec, page, new TypeReference<Page<Old>>() {}.getType(), Dialect.JAVA);

    @SuppressWarnings("unchecked")
    Page<New> read =
        (Page<New>) Wire.read(codec, wire, new TypeReference<Page<New>>() {}.getType());

    assertThat(read.items()).containsExactly(DEFAULTS);
    assertThat(read.byName()).containsEntry("k", DEFAULTS);
    assertThat(read.first()).contains(DEFAULTS);
    assertThat(read.all()).containsExactly(DEFAULTS);
    assertThat(
            Wire.read(
                codec,
                Wire.write(
                    codec, page, new TypeReference<Page<Old>>() {}.getType(), Dialect.PYTHON),
                new TypeReference<Page<New>>() {}.getType()))
        .isNotNull();
  }

  record Filled(String a, int retries, @Nullable String mode, @Nullable List<String> tags) {
    Filled {
      retries = retries == 0 ? 3 : retries;
      mode = mode == null ? "fast" : mode;
      tags = tags == null ? List.of("none") : List.copyOf(tags);
    }
  }

  @Test
  void compactConstructorSetsDefaultsOfItsOwn() throws IOException {
    assertThat(reread(new Old("x"), Filled.class))
        .isEqualTo(new Filled("x", 3, "fast", List.of("none")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"flag", "small", "shorter", "letter", "count", "total", "ratio", "score"})
  void explicitNullForPrimitiveIsAnError(String component) {
    assertThatThrownBy(() -> read("{\"a\": \"x\", \"" + component + "\": null}", New.class))
        .isInstanceOf(DecodingException.class)
        .hasMessageContaining(component)
        .hasMessageContaining("null");
  }

  record Job(String name, @JsonIgnore int attempts, @JsonIgnore boolean dirty) {}

  @Test
  void ignoredComponentsDoNotTravel() throws IOException {
    assertThat(Wire.write(codec, new Job("a", 3, true), Job.class, Dialect.JAVA))
        .doesNotContain("attempts");
    assertThat(reread(new Job("a", 3, true), Job.class)).isEqualTo(new Job("a", 0, false));
    assertThat(read("{\"name\": \"a\", \"attempts\": 7, \"dirty\": true}", Job.class))
        .isEqualTo(new Job("a", 0, false));
  }

  public static final class Bean {
    private String a = "";
    private int count = 5;
    private @Nullable Optional<String> maybe;
    private Optional<String> preset = Optional.of("preset");
    public @Nullable OptionalInt field;
    public boolean flag;

    public String getA() {
      return a;
    }

    public void setA(String a) {
      this.a = a;
    }

    public int getCount() {
      return count;
    }

    public void setCount(int count) {
      this.count = count;
    }

    public @Nullable Optional<String> getMaybe() {
      return maybe;
    }

    public void setMaybe(Optional<String> maybe) {
      this.maybe = maybe;
    }

    public Optional<String> getPreset() {
      return preset;
    }

    public void setPreset(Optional<String> preset) {
      this.preset = preset;
    }
  }

  @Test
  void absentBeanPropertiesKeepTheClassesDefault() throws IOException {
    Bean bean = (Bean) reread(new Old("x"), Bean.class);

    assertThat(bean.getA()).isEqualTo("x");
    assertThat(bean.getCount()).isEqualTo(5);
    assertThat(bean.getMaybe()).isEmpty();
    assertThat(bean.getPreset()).contains("preset");
    assertThat(bean.field).isEqualTo(OptionalInt.empty());
    assertThat(bean.flag).isFalse();
    assertThat(((Bean) read("{\"maybe\": \"m\", \"field\": 4}", Bean.class)).getMaybe())
        .contains("m");
    assertThatThrownBy(() -> read("{\"count\": null}", Bean.class))
        .isInstanceOf(DecodingException.class);
  }

  static final class Created {
    final String a;
    final int count;
    final Optional<String> maybe;

    @JsonCreator
    Created(
        @JsonProperty("a") String a,
        @JsonProperty("count") int count,
        @JsonProperty("maybe") Optional<String> maybe) {
      this.a = a;
      this.count = count;
      this.maybe = maybe;
    }
  }

  static final class Demanding {
    @JsonCreator
    Demanding(@JsonProperty(value = "b", required = true) int b) {}
  }

  @Test
  void absentCreatorParametersTakeTheirDefaultUnlessRequired() throws IOException {
    Created created = (Created) reread(new Old("x"), Created.class);

    assertThat(created.a).isEqualTo("x");
    assertThat(created.count).isZero();
    assertThat(created.maybe).isEmpty();
    assertThatThrownBy(() -> reread(new Old("x"), Demanding.class))
        .isInstanceOf(DecodingException.class)
        .hasMessageContaining("b");
  }

  @JsonDeserialize(builder = Built.Builder.class)
  record Built(String a, int count, Optional<String> maybe) {
    @JsonPOJOBuilder(withPrefix = "")
    public static final class Builder {
      private String a = "";
      private int count = 9;
      public @Nullable Optional<String> maybe;

      public Builder a(String value) {
        a = value;
        return this;
      }

      public Builder count(int value) {
        count = value;
        return this;
      }

      Built build() {
        return new Built(a, count, maybe);
      }
    }
  }

  @Test
  void buildersKeepTheirDefaults() throws IOException {
    assertThat(reread(new Old("x"), Built.class)).isEqualTo(new Built("x", 9, Optional.empty()));
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes(@JsonSubTypes.Type(value = Circle.class, name = "circle"))
  interface Shape {}

  record Circle(double radius, int colour, Optional<Shape> inner) implements Shape {}

  @Test
  void absentComponentsOfSubtypesTakeTheirDefault() throws IOException {
    assertThat(read("{\"@type\": \"circle\", \"radius\": 2.5}", Shape.class))
        .isEqualTo(new Circle(2.5, 0, Optional.empty()));
  }

  enum Colour {
    RED,
    BLUE
  }

  enum More {
    RED,
    BLUE,
    GREEN
  }

  enum Open {
    RED,
    @JsonEnumDefaultValue
    OTHER
  }

  record Painted(Colour colour) {}

  @Test
  void unknownConstantFailsWithItsNameAndType() {
    assertThatThrownBy(() -> reread(More.GREEN, Colour.class))
        .isInstanceOf(DecodingException.class)
        .hasMessageContaining("GREEN")
        .hasMessageContaining("Colour");
    assertThatThrownBy(() -> read("{\"colour\": \"GREEN\"}", Painted.class))
        .isInstanceOf(DecodingException.class)
        .hasMessageContaining("colour")
        .hasMessageContaining("GREEN")
        .hasMessageContaining("Colour");
    assertThatThrownBy(
            () ->
                rereadAs(
                    Map.of(More.GREEN, 1),
                    new TypeReference<Map<More, Integer>>() {}.getType(),
                    new TypeReference<Map<Colour, Integer>>() {}.getType()))
        .isInstanceOf(DecodingException.class)
        .hasMessageContaining("GREEN")
        .hasMessageContaining("Colour");
  }

  @Test
  void unknownConstantMapsToTheDefaultConstant() throws IOException {
    assertThat(reread(More.GREEN, Open.class)).isEqualTo(Open.OTHER);
    assertThat(reread(More.RED, Open.class)).isEqualTo(Open.RED);
    assertThat(
            rereadAs(
                Map.of(More.GREEN, List.of(More.BLUE)),
                new TypeReference<Map<More, List<More>>>() {}.getType(),
                new TypeReference<Map<Open, List<Open>>>() {}.getType()))
        .isEqualTo(Map.of(Open.OTHER, List.of(Open.OTHER)));
    assertThat(
            rereadAs(
                EnumSet.of(More.GREEN),
                new TypeReference<EnumSet<More>>() {}.getType(),
                new TypeReference<EnumSet<Open>>() {}.getType()))
        .isEqualTo(EnumSet.of(Open.OTHER));
    assertThatThrownBy(() -> read("1", Open.class)).isInstanceOf(DecodingException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'{\"a\": 1}' | a: null",
        "'{\"a\": 1, \"later\": null}' | a: null",
        "'{\"a\": 1, \"n\": null}' | a: null",
        "'{\"a\": 1, \"n\": \"v\"}' | a: v"
      })
  void rowsMayLackNullableParameters(String row, String expected) {
    Signature signature =
        new Signature(
            "f", List.of("a", "n"), List.<Type>of(int.class, String.class), true, Set.of("n"));

    assertThat("a: " + codec.bindArguments(row, signature)[1]).isEqualTo(expected);
  }

  private @Nullable Object reread(Object value, Type type) throws IOException {
    return rereadAs(value, value.getClass(), type);
  }

  private @Nullable Object rereadAs(Object value, Type written, Type read) throws IOException {
    return Wire.read(codec, Wire.write(codec, value, written, Dialect.JAVA), read);
  }

  /** Reads plain JSON. */
  private @Nullable Object read(String json, Type type) {
    return codec.fromPlainJson(json, type, "test");
  }
}
