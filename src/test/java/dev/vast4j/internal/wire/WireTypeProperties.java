package dev.vast4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** Whatever type {@code build()} accepts, its values travel: types are made up here. */
class WireTypeProperties {
  private final WireCodec codec = WireCodec.standard();

  record Point(int x, double y) {}

  enum Color {
    RED,
    GREEN {
      @Override
      public String toString() {
        return "not the name";
      }
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Circle.class, name = "circle"),
    @JsonSubTypes.Type(value = Square.class, name = "square")
  })
  sealed interface Shape permits Circle, Square {}

  record Circle(double r, Map<Point, Color> marks) implements Shape {}

  record Square(Optional<Shape> inner) implements Shape {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.WRAPPER_ARRAY)
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Ok.class, name = "ok"),
    @JsonSubTypes.Type(value = Failed.class, name = "failed")
  })
  sealed interface Result<T> permits Ok, Failed {}

  record Ok<T>(T value) implements Result<T> {}

  record Failed<T>(String why, List<T> partial) implements Result<T> {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.WRAPPER_OBJECT)
  @JsonSubTypes(@JsonSubTypes.Type(value = Leaf.class, name = "leaf"))
  abstract static class Node<T> {
    public @Nullable T label;

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Node<?> node && Objects.equals(node.label, label);
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }

  static final class Leaf<T> extends Node<T> {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
  @JsonSubTypes({
    @JsonSubTypes.Type(Card.class),
    @JsonSubTypes.Type(Transfer.class),
    @JsonSubTypes.Type(Cash.class)
  })
  sealed interface Payment permits Card, Transfer, Cash {}

  record Card(String number, Map<Integer, Shape> shapes, int cents, @Nullable BigDecimal rate)
      implements Payment {}

  record Transfer(String iban, byte[] seal, ZonedDateTime at, int cents) implements Payment {}

  record Cash(int coins) implements Payment {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
  @JsonSubTypes({@JsonSubTypes.Type(One.class), @JsonSubTypes.Type(Many.class)})
  sealed interface Choice<T> permits One, Many {}

  record One<T>(T one) implements Choice<T> {}

  record Many<T>(List<T> many) implements Choice<T> {}

  record Page<T>(List<T> items, @Nullable T last) {}

  record Pair<A, B>(A first, B second) {}

  static final class Bean<T> {
    private @Nullable List<T> items;

    public @Nullable List<T> getItems() {
      return items;
    }

    public void setItems(@Nullable List<T> items) {
      this.items = items;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Bean<?> bean && Objects.equals(bean.items, items);
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }

  record Parameterized(Class<?> raw, Type... arguments) implements ParameterizedType {
    @Override
    public Type[] getActualTypeArguments() {
      return arguments;
    }

    @Override
    public Type getRawType() {
      return raw;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return raw.getDeclaringClass();
    }

    @Override
    public String toString() {
      return Arrays.stream(arguments)
          .map(Type::getTypeName)
          .collect(Collectors.joining(", ", raw.getSimpleName() + "<", ">"));
    }
  }

  record ArrayOf(Type component) implements GenericArrayType {
    @Override
    public Type getGenericComponentType() {
      return component;
    }

    @Override
    public String toString() {
      return component.getTypeName() + "[]";
    }
  }

  /** {@code ? extends Bound}, as in {@code List<? extends Shape>}. */
  record Extending(Type bound) implements WildcardType {
    @Override
    public Type[] getUpperBounds() {
      return new Type[] {bound};
    }

    @Override
    public Type[] getLowerBounds() {
      return new Type[0];
    }

    @Override
    public String toString() {
      return "? extends " + bound.getTypeName();
    }
  }

  /** A type, and a way to draw its values. */
  private record Kind(Type type, Class<?> raw, boolean hasEquals, Function<Random, Object> value) {
    static Kind of(Class<?> type, Function<Random, Object> value) {
      return new Kind(
          type, type, type != byte[].class && !Payment.class.isAssignableFrom(type), value);
    }

    Kind in(Class<?> raw, Function<Random, Object> value) {
      return new Kind(new Parameterized(raw, type), raw, hasEquals, value);
    }

    List<Object> several(Random random) {
      List<Object> values = new ArrayList<>();
      for (int i = random.nextInt(3); i >= 0; i--) {
        values.add(value.apply(random));
      }
      return values;
    }
  }

  private static final List<Kind> SCALARS =
      List.of(
          Kind.of(Integer.class, Random::nextInt),
          Kind.of(
              Double.class, random -> random.nextInt(9) == 0 ? Double.NaN : random.nextGaussian()),
          Kind.of(String.class, random -> "é\ud83d\ude00" + random.nextInt()),
          Kind.of(LocalDate.class, random -> LocalDate.ofEpochDay(random.nextInt(40_000))),
          Kind.of(UUID.class, random -> new UUID(random.nextLong(), random.nextLong())),
          Kind.of(
              BigDecimal.class,
              random ->
                  new BigDecimal("12345678901234567.8901234567890")
                      .add(BigDecimal.valueOf(random.nextInt()))),
          Kind.of(Color.class, random -> Color.values()[random.nextInt(2)]),
          Kind.of(Point.class, WireTypeProperties::point));

  private static final List<Kind> LEAVES =
      List.of(
          Kind.of(byte[].class, random -> new byte[random.nextInt(4)]),
          Kind.of(Shape.class, WireTypeProperties::shape),
          Kind.of(Circle.class, WireTypeProperties::circle),
          Kind.of(Cash.class, random -> new Cash(random.nextInt())),
          Kind.of(Payment.class, WireTypeProperties::payment));

  private static Point point(Random random) {
    return new Point(random.nextInt(), random.nextInt() / 4.0);
  }

  private static Circle circle(Random random) {
    return new Circle(random.nextInt(9), Map.of(point(random), Color.GREEN));
  }

  private static Shape shape(Random random) {
    return random.nextBoolean()
        ? circle(random)
        : new Square(random.nextBoolean() ? Optional.empty() : Optional.of(shape(random)));
  }

  private static Payment payment(Random random) {
    return switch (random.nextInt(3)) {
      case 0 ->
          new Card(
              "4",
              Map.of(random.nextInt(), shape(random)),
              1,
              new BigDecimal("0.10000000000000000001"));
      case 1 ->
          new Transfer(
              "DE",
              new byte[] {1, 2},
              ZonedDateTime.parse("2026-02-28T23:59:59+01:00[Europe/Paris]"),
              2);
      default -> new Cash(random.nextInt());
    };
  }

  private static <T> T one(List<T> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }

  private static Kind kind(Random random, int depth) {
    if (depth == 0) {
      return one(random.nextBoolean() ? SCALARS : LEAVES, random);
    }
    Kind of = kind(random, depth - 1);
    return switch (random.nextInt(15)) {
      case 0 -> of.in(List.class, of::several);
      case 1 -> of.hasEquals() ? of.in(Set.class, r -> new LinkedHashSet<>(of.several(r))) : of;
      case 2 ->
          of.raw() == Optional.class
              ? of // an empty one within another has no form of its own
              : of.in(
                  Optional.class,
                  r -> r.nextBoolean() ? Optional.empty() : Optional.of(of.value().apply(r)));
      case 3, 4 -> map(one(SCALARS, random), of);
      case 5 -> map(one(SCALARS, random).in(List.class, r -> List.of()), of);
      case 6 -> {
        Type type = of.type() instanceof Class<?> raw ? raw.arrayType() : new ArrayOf(of.type());
        yield new Kind(type, of.raw().arrayType(), false, r -> array(of, r));
      }
      case 7 ->
          of.in(
              Page.class,
              // A null Optional travels as an empty one.
              r ->
                  new Page<>(
                      of.several(r),
                      r.nextBoolean() && of.raw() != Optional.class ? null : of.value().apply(r)));
      case 8 -> {
        Kind other = kind(random, depth - 1);
        yield new Kind(
            new Parameterized(Pair.class, of.type(), other.type()),
            Pair.class,
            of.hasEquals() && other.hasEquals(),
            r -> new Pair<>(of.value().apply(r), other.value().apply(r)));
      }
      case 9 ->
          of.in(
              Result.class,
              r ->
                  r.nextBoolean()
                      ? new Ok<>(of.value().apply(r))
                      : new Failed<>("why", of.several(r)));
      case 10 ->
          of.hasEquals()
              ? of.in(
                  Bean.class,
                  r -> {
                    Bean<Object> bean = new Bean<>();
                    bean.setItems(of.several(r));
                    return bean;
                  })
              : of;
      case 11 ->
          of.hasEquals()
              ? of.in(
                  Node.class,
                  r -> {
                    Leaf<Object> leaf = new Leaf<>();
                    leaf.label = of.value().apply(r);
                    return leaf;
                  })
              : of;
      case 13 ->
          new Kind(
              new Parameterized(List.class, new Extending(of.type())),
              List.class,
              of.hasEquals(),
              of::several);
      case 12 ->
          of.in(
              Choice.class,
              r -> r.nextBoolean() ? new One<>(of.value().apply(r)) : new Many<>(of.several(r)));
      default -> {
        Kind color = Kind.of(Color.class, r -> Color.RED);
        yield new Kind(
            new Parameterized(EnumMap.class, color.type(), of.type()),
            EnumMap.class,
            of.hasEquals(),
            r -> new EnumMap<>(Map.of(Color.GREEN, of.value().apply(r))));
      }
    };
  }

  private static Kind map(Kind key, Kind value) {
    return new Kind(
        new Parameterized(Map.class, key.type(), value.type()),
        Map.class,
        value.hasEquals(),
        r -> {
          Map<Object, Object> map = new LinkedHashMap<>();
          for (int i = r.nextInt(3); i > 0; i--) {
            map.put(key.value().apply(r), value.value().apply(r));
          }
          return map;
        });
  }

  private static Object array(Kind of, Random random) {
    List<Object> values = of.several(random);
    Object array = Array.newInstance(of.raw(), values.size());
    for (int i = 0; i < values.size(); i++) {
      Array.set(array, i, values.get(i));
    }
    return array;
  }

  @Property(tries = 1000)
  void valuesOfSupportedTypesComeBack(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    Kind kind = kind(random, random.nextInt(4));
    String unsupported = codec.unsupported(kind.type());
    if (unsupported != null) {
      // What Jackson cannot do with some of these types.
      assertThat(unsupported).as("%s", kind.type()).containsPattern("structured keys|use a List");
      return;
    }
    Object value = kind.value().apply(random);

    String wire = Wire.write(codec, value, kind.type(), Dialect.JAVA);

    Object back;
    try {
      back = Wire.read(codec, wire, kind.type());
    } catch (RuntimeException e) {
      throw new AssertionError(kind.type() + " does not read " + wire, e);
    }
    try {
      Wire.assertSame(back, value);
    } catch (AssertionError e) {
      throw new AssertionError(kind.type() + " as " + wire, e);
    }
  }
}
