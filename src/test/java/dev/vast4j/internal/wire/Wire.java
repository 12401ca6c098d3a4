package dev.vast4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Wire texts and values for tests. */
final class Wire {
  private Wire() {}

  static @Nullable Object roundTrip(
      WireCodec codec, @Nullable Object value, Type type, Dialect dialect) throws IOException {
    return read(codec, write(codec, value, type, dialect), type);
  }

  static String write(WireCodec codec, @Nullable Object value, Type type, Dialect dialect)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    codec.writeValue(out, value, type, dialect, "test");
    return out.toString(StandardCharsets.UTF_8);
  }

  static @Nullable Object read(WireCodec codec, String wire, Type type) throws IOException {
    return codec.readValue(
        new ByteArrayInputStream(wire.getBytes(StandardCharsets.UTF_8)), type, "test");
  }

  /** Asserts that two values are the same to the last bit, NaN included, arrays looked into. */
  static void assertSame(@Nullable Object actual, @Nullable Object expected) {
    assertThat(same(actual, expected))
        .withFailMessage(() -> "expected " + expected + " but was " + actual)
        .isTrue();
  }

  private static boolean same(@Nullable Object a, @Nullable Object b) {
    if (a == null || b == null) {
      return a == b;
    }
    if (b.getClass().isArray()) {
      if (a.getClass() != b.getClass() || Array.getLength(a) != Array.getLength(b)) {
        return false;
      }
      for (int i = 0; i < Array.getLength(b); i++) {
        if (!same(Array.get(a, i), Array.get(b, i))) {
          return false;
        }
      }
      return true;
    }
    if (b instanceof List<?> list) {
      return a instanceof List<?> other && sameElements(other.iterator(), list.iterator());
    }
    if (b instanceof Map<?, ?> map) {
      return a instanceof Map<?, ?> other
          && other.keySet().equals(map.keySet())
          && map.keySet().stream().allMatch(key -> same(other.get(key), map.get(key)));
    }
    if (b instanceof Optional<?> optional) {
      return a instanceof Optional<?> other && same(other.orElse(null), optional.orElse(null));
    }
    if (b.getClass().isRecord()) {
      return a.getClass() == b.getClass() && sameComponents(a, b);
    }
    return Objects.equals(a, b);
  }

  private static boolean sameElements(Iterator<?> a, Iterator<?> b) {
    while (a.hasNext() && b.hasNext()) {
      if (!same(a.next(), b.next())) {
        return false;
      }
    }
    return a.hasNext() == b.hasNext();
  }

  private static boolean sameComponents(Object a, Object b) {
    for (RecordComponent component : b.getClass().getRecordComponents()) {
      try {
        component.getAccessor().setAccessible(true);
        if (!same(component.getAccessor().invoke(a), component.getAccessor().invoke(b))) {
          return false;
        }
      } catch (ReflectiveOperationException e) {
        throw new AssertionError(e);
      }
    }
    return true;
  }

  /** The same value with the fields of every wire object in the opposite order. */
  static String contentsFirst(String wire) {
    return new Reordering(wire).value();
  }

  /** Goes through JSON text and leaves every scalar as it is written. */
  private static final class Reordering {
    private final String json;
    private int at;

    Reordering(String json) {
      this.json = json;
    }

    String value() {
      skipSpace();
      return switch (json.charAt(at)) {
        case '{' -> object();
        case '[' -> array();
        case '"' -> string();
        default -> literal();
      };
    }

    private String object() {
      List<String> fields = new ArrayList<>();
      boolean type = false;
      boolean contents = false;
      at++;
      while (next() != '}') {
        String name = string();
        type |= name.equals("\"type\"");
        contents |= name.equals("\"contents\"");
        skipSpace();
        at++; // the colon
        fields.add(name + ":" + value());
      }
      at++;
      if (type && contents) {
        Collections.reverse(fields);
      }
      return "{" + String.join(",", fields) + "}";
    }

    private String array() {
      List<String> elements = new ArrayList<>();
      at++;
      while (next() != ']') {
        elements.add(value());
      }
      at++;
      return "[" + String.join(",", elements) + "]";
    }

    private char next() {
      skipSpace();
      if (json.charAt(at) == ',') {
        at++;
        skipSpace();
      }
      return json.charAt(at);
    }

    private String string() {
      int start = at++;
      while (json.charAt(at) != '"') {
        at += json.charAt(at) == '\\' ? 2 : 1;
      }
      return json.substring(start, ++at);
    }

    private String literal() {
      int start = at;
      while (at < json.length() && ",]} \n".indexOf(json.charAt(at)) < 0) {
        at++;
      }
      return json.substring(start, at);
    }

    private void skipSpace() {
      while (json.charAt(at) == ' ' || json.charAt(at) == '\n') {
        at++;
      }
    }
  }
}
