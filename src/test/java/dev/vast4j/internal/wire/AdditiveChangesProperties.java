package dev.vast4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.errors.DecodingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** A peer of another version lacks any of the properties or parameters that may be missing. */
class AdditiveChangesProperties {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final WireCodec codec = WireCodec.standard();

  record Inner(boolean on, char letter, Optional<List<Integer>> numbers) {}

  record Outer(
      int count,
      long total,
      double ratio,
      boolean flag,
      @Nullable String text,
      @Nullable Integer boxed,
      Optional<String> maybe,
      OptionalInt number,
      @Nullable List<Inner> inners,
      @Nullable Map<String, Inner> named,
      @Nullable Inner inner) {}

  @Property
  void anySubsetOfComponentsIsReadWithDefaultsForTheRest(@ForAll Random random) throws Exception {
    Outer whole = outer(random);
    RecordComponent[] components = Outer.class.getRecordComponents();
    ObjectNode json = (ObjectNode) JSON.readTree(codec.toPlainJson(whole, Outer.class, "test"));
    Object[] expected = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      if (random.nextBoolean()) {
        expected[i] = components[i].getAccessor().invoke(whole);
      } else {
        json.remove(components[i].getName());
        expected[i] = absent(components[i].getType());
      }
    }
    json.put("from a later version", 1).putObject("and more").put("x", true);

    Constructor<?> constructor = Outer.class.getDeclaredConstructors()[0];
    assertThat(codec.fromPlainJson(json.toString(), Outer.class, "test"))
        .isEqualTo(constructor.newInstance(expected));
  }

  @Property(tries = 100)
  void nullForOneOfThePrimitivesIsAnError(@ForAll Random random) throws IOException {
    ObjectNode json =
        (ObjectNode) JSON.readTree(codec.toPlainJson(outer(random), Outer.class, "test"));
    String primitive = List.of("count", "total", "ratio", "flag").get(random.nextInt(4));
    json.putNull(primitive);

    assertThatThrownBy(() -> codec.fromPlainJson(json.toString(), Outer.class, "test"))
        .isInstanceOf(DecodingException.class)
        .hasMessageContaining(primitive);
  }

  private static final List<Type> TYPES =
      List.of(String.class, Optional.class, OptionalInt.class, OptionalDouble.class, Integer.class);

  /** A newer client whose additional arguments are empty calls an older worker. */
  @Property
  void emptyArgumentsReachAWorkerThatDoesNotKnowThem(@ForAll Random random) throws Exception {
    int known = random.nextInt(4);
    int all = known + random.nextInt(4);
    List<String> names = IntStream.range(0, all).mapToObj(i -> "p" + i).toList();
    List<Type> types =
        names.stream().<Type>map(n -> TYPES.get(random.nextInt(TYPES.size()))).toList();
    Set<String> nullable = new HashSet<>(names.subList(known, all));
    @Nullable Object[] arguments = new @Nullable Object[all];
    for (int i = 0; i < all; i++) {
      arguments[i] = i < known ? value(types.get(i), random) : absent((Class<?>) types.get(i));
    }
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    codec.writePayload(
        payload, new Signature("f", names, types, true, nullable), arguments, Dialect.JAVA);

    Signature older = new Signature("f", names.subList(0, known), types.subList(0, known), true);
    assertThat(call(payload, older)).isEqualTo(Arrays.asList(arguments).subList(0, known));
    // And the same worker's own version sees them as the client gave them.
    assertThat(call(payload, new Signature("f", names, types, true, nullable)))
        .isEqualTo(Arrays.asList(arguments));
  }

  private List<@Nullable Object> call(ByteArrayOutputStream payload, Signature signature)
      throws IOException, MalformedCallException {
    String body =
        "{\"auth_data\": {\"url\": \"https://w\", \"signature\": \"s\", \"reqnum\": 7,"
            + " \"request_idx\": 8, \"cost\": 100, \"endpoint\": \"e\"}, \"payload\": "
            + payload.toString(StandardCharsets.UTF_8)
            + "}";
    return codec
        .readCall(
            new java.io.ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), signature)
        .arguments();
  }

  private static @Nullable Object absent(Class<?> type) {
    if (type == Optional.class) {
      return Optional.empty();
    } else if (type == OptionalInt.class) {
      return OptionalInt.empty();
    } else if (type == OptionalDouble.class) {
      return OptionalDouble.empty();
    } else if (type == int.class) {
      return 0;
    } else if (type == long.class) {
      return 0L;
    } else if (type == double.class) {
      return 0.0;
    }
    return type == boolean.class ? false : null;
  }

  private static Object value(Type type, Random random) {
    if (type == Optional.class) {
      return Optional.of("o" + random.nextInt());
    } else if (type == OptionalInt.class) {
      return OptionalInt.of(random.nextInt());
    } else if (type == OptionalDouble.class) {
      return OptionalDouble.of(random.nextDouble());
    }
    return type == Integer.class ? random.nextInt() : "s" + random.nextInt();
  }

  private static Outer outer(Random random) {
    Inner inner = inner(random);
    return new Outer(
        random.nextInt(),
        random.nextLong(),
        random.nextDouble(),
        random.nextBoolean(),
        "t" + random.nextInt(),
        random.nextInt(),
        random.nextBoolean() ? Optional.of("m") : Optional.empty(),
        random.nextBoolean() ? OptionalInt.of(random.nextInt()) : OptionalInt.empty(),
        List.of(inner, inner(random)),
        Map.of("a", inner),
        random.nextBoolean() ? inner : null);
  }

  private static Inner inner(Random random) {
    return new Inner(
        random.nextBoolean(),
        (char) ('a' + random.nextInt(26)),
        random.nextBoolean() ? Optional.of(List.of(random.nextInt())) : Optional.empty());
  }
}
