package dev.vast4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads the reference client's output and writes it again. */
class WireVectorsTest {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .build();

  private final WireCodec codec = WireCodec.standard();

  static Stream<JsonNode> vectors() throws IOException {
    try (InputStream in = WireVectorsTest.class.getResourceAsStream("/vectors/wire_values.json")) {
      List<JsonNode> vectors = new ArrayList<>();
      JSON.readTree(in).forEach(vectors::add);
      return vectors.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void readsNaturalJavaValue(JsonNode vector) throws IOException {
    Object read = read(vector.get("wire").textValue());

    Wire.assertSame(read, expected(vector.get("value")));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void writesWhatItRead(JsonNode vector) throws IOException {
    String wire = vector.get("wire").textValue();

    String written = write(read(wire));

    assertThat(JSON.readTree(written)).isEqualTo(JSON.readTree(wire));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void readsFieldsInAnyOrder(JsonNode vector) throws IOException {
    String wire = vector.get("wire").textValue();

    Object read = read(Wire.contentsFirst(wire));

    Wire.assertSame(read, expected(vector.get("value")));
    assertThat(JSON.readTree(write(read))).isEqualTo(JSON.readTree(wire));
  }

  @Test
  void keepsClassThatFollowsItsFields() throws IOException {
    String wire =
        "{'type':'obj','contents':{'at':{'type':'obj','contents':{'x':1},'class':'P','module':"
            + "{'type':'absolute','path':['geo','plane']}}},'module':"
            + "{'type':'relative','path':[]},'class':'Shape.Round'}";

    String written = write(read(wire.replace('\'', '"')));

    assertThat(JSON.readTree(written)).isEqualTo(JSON.readTree(wire.replace('\'', '"')));
  }

  @Test
  void tupleIsUnmodifiableAndEqualsList() throws IOException {
    Object read = read("{\"type\":\"tuple\",\"contents\":[1,\"a\"]}");

    assertThat(read).isEqualTo(List.of(1, "a")).hasSameHashCodeAs(List.of(1, "a"));
    assertThatThrownBy(() -> ((List<?>) read).clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void listAsKeyBecomesTuple() throws IOException {
    assertThat(write(Map.of(List.of(1, List.of(2)), List.of(3))))
        .isEqualTo(
            "{'type':'dict','contents':[[{'type':'tuple','contents':[1,{'type':'tuple','contents':[2]}]},{'type':'list','contents':[3]}]]}"
                .replace('\'', '"'));
  }

  private @Nullable Object read(String wire) throws IOException {
    return codec.readValue(
        new ByteArrayInputStream(wire.getBytes(StandardCharsets.UTF_8)), Object.class, "vector");
  }

  private String write(@Nullable Object value) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    codec.writeValue(out, value, Object.class, Dialect.PYTHON, "vector");
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The described Python value in Java. */
  private static @Nullable Object expected(JsonNode value) {
    switch (value.get("py").textValue()) {
      case "None":
        return null;
      case "str":
        return unquoted(value.get("repr").textValue());
      case "int":
        BigInteger number = new BigInteger(value.get("repr").textValue());
        if (number.bitLength() < 32) {
          return number.intValue();
        }
        return number.bitLength() < 64 ? (Object) number.longValue() : number;
      case "float":
        return switch (value.get("repr").textValue()) {
          case "inf" -> Double.POSITIVE_INFINITY;
          case "-inf" -> Double.NEGATIVE_INFINITY;
          case "nan" -> Double.NaN;
          default -> Double.parseDouble(value.get("repr").textValue());
        };
      case "bytes":
        return Base64.getDecoder().decode(value.get("b64").textValue());
      case "list", "tuple":
        List<@Nullable Object> list = new ArrayList<>();
        value.get("items").forEach(item -> list.add(expected(item)));
        return list;
      case "dict":
        Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
        for (JsonNode pair : value.get("pairs")) {
          Object key = expected(pair.get(0));
          map.put(
              key instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : key, expected(pair.get(1)));
        }
        return map;
      default:
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        value
            .get("fields")
            .properties()
            .forEach(field -> fields.put(field.getKey(), expected(field.getValue())));
        return fields;
    }
  }

  /** The string that a Python repr stands for. */
  private static String unquoted(String repr) {
    StringBuilder text = new StringBuilder();
    int at = 1;
    while (at < repr.length() - 1) {
      char c = repr.charAt(at++);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      char escaped = repr.charAt(at++);
      switch (escaped) {
        case 'n' -> text.append('\n');
        case 'r' -> text.append('\r');
        case 't' -> text.append('\t');
        case 'x' -> {
          text.append((char) Integer.parseInt(repr.substring(at, at + 2), 16));
          at += 2;
        }
        case 'u' -> {
          text.append((char) Integer.parseInt(repr.substring(at, at + 4), 16));
          at += 4;
        }
        default -> text.append(escaped);
      }
    }
    return text.toString();
  }
}
