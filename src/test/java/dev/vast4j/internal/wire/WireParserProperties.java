package dev.vast4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The parser answers a deserializer as Jackson's own does for the same value in plain JSON. */
class WireParserProperties {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();
  private static final List<String> SCALARS =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-1",
          "7",
          "2147483648",
          "-9223372036854775808",
          "123456789012345678901234567890",
          "0.5",
          "-1e300",
          "1.0E-3",
          "NaN",
          "-Infinity",
          "\"\"",
          "\"text\"",
          "\"type\"",
          "\"gr\\u00fc\\\"\\n\\ud83d\\ude00\"",
          "\"5\"");
  private static final List<String> NAMES =
      List.of("a", "b", "type", "contents", "class", "module", "", "n\\u00e4me", "k1", "k2", "k3");

  /** A value in both forms. */
  private record Both(String plain, String wire) {}

  /** Draws values and writes both forms. */
  private record Writer(Random random, boolean inOrder) {
    Both value(int depth) {
      int kind = depth == 0 ? 0 : random.nextInt(4);
      return switch (kind) {
        case 0, 1 -> {
          String scalar = SCALARS.get(random.nextInt(SCALARS.size()));
          yield new Both(scalar, scalar);
        }
        case 2 -> list(depth);
        default -> map(depth);
      };
    }

    private Both list(int depth) {
      List<Both> elements = new ArrayList<>();
      for (int i = random.nextInt(5); i > 0; i--) {
        elements.add(value(depth - 1));
      }
      return new Both(
          joined("[", elements.stream().map(Both::plain).toList(), "]"),
          object(
              random.nextBoolean() ? "list" : "tuple",
              joined("[", elements.stream().map(Both::wire).toList(), "]")));
    }

    private Both map(int depth) {
      List<String> names = new ArrayList<>(NAMES);
      Collections.shuffle(names, random);
      boolean dict = random.nextBoolean();
      List<String> plain = new ArrayList<>();
      List<String> wire = new ArrayList<>();
      for (String name : names.subList(0, random.nextInt(5))) {
        Both value = value(depth - 1);
        plain.add("\"" + name + "\":" + value.plain());
        wire.add(
            dict
                ? "[\"" + name + "\"," + value.wire() + "]"
                : "\"" + name + "\":" + space() + value.wire());
      }
      return new Both(
          joined("{", plain, "}"),
          dict ? object("dict", joined("[", wire, "]")) : object("obj", joined("{", wire, "}")));
    }

    /** Fields come in any order, unknown ones among them. */
    private String object(String type, String contents) {
      List<String> fields = new ArrayList<>();
      fields.add("\"type\":" + space() + "\"" + type + "\"");
      fields.add("\"contents\":" + space() + contents);
      if (type.equals("obj") || random.nextInt(4) == 0) {
        fields.add("\"module\":{\"type\":\"relative\",\"path\":[\"m\",{\"x\":[1]}],\"y\":[{}]}");
        fields.add("\"class\":\"C\"");
      }
      if (random.nextInt(3) == 0) {
        fields.add("\"new\":{\"type\":[{\"contents\":1}],\"contents\":[[],{}]}");
      }
      if (!inOrder && random.nextBoolean()) {
        Collections.shuffle(fields, random);
      }
      return joined("{", fields, "}");
    }

    private String joined(String open, List<String> parts, String close) {
      return open + String.join("," + space(), parts) + space() + close;
    }

    private String space() {
      return random.nextInt(4) == 0 ? " \n" : "";
    }
  }

  @Property(tries = 2_000)
  void showsPlainJson(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    boolean inOrder = random.nextBoolean();
    Both value = new Writer(random, inOrder).value(1 + random.nextInt(4));
    try (JsonParser plain = JSON.createParser(value.plain());
        JsonParser document = JSON.createParser("[" + value.wire() + ",\"after\"]")) {
      document.nextToken();
      document.nextToken();
      WireParser wire = new WireParser(document).begin();
      boolean partly = random.nextInt(4) == 0;
      while (true) {
        JsonToken token = plain.nextToken();
        assertThat(wire.nextToken()).as(value.wire()).isEqualTo(token);
        if (token == null) {
          assertThat(wire.nextToken()).isNull();
          break;
        }
        same(plain, wire, inOrder);
        if (random.nextInt(4) == 0) {
          assertThat(wire.skipChildren()).isSameAs(wire);
          plain.skipChildren();
          same(plain, wire, inOrder);
        }
        if (partly && random.nextInt(8) == 0) {
          break;
        }
      }
      wire.end();
      assertThat(document.nextToken()).as(value.wire()).isEqualTo(JsonToken.VALUE_STRING);
      assertThat(document.getText()).isEqualTo("after");
    }
  }

  private static void same(JsonParser plain, WireParser wire, boolean inOrder) throws IOException {
    JsonToken token = plain.currentToken();
    assertThat(wire.currentToken()).isEqualTo(token);
    assertThat(wire.currentTokenId()).isEqualTo(plain.currentTokenId());
    assertThat(wire.currentName()).isEqualTo(plain.currentName());
    assertThat(path(wire)).isEqualTo(path(plain));
    assertThat(wire.isExpectedStartArrayToken()).isEqualTo(plain.isExpectedStartArrayToken());
    assertThat(wire.isExpectedStartObjectToken()).isEqualTo(plain.isExpectedStartObjectToken());
    assertThat(wire.isNaN()).isEqualTo(plain.isNaN());
    assertThat(wire.getEmbeddedObject()).isNull();
    assertThat(wire.getText()).isEqualTo(plain.getText());
    if (token.isScalarValue() || token == JsonToken.FIELD_NAME) {
      assertThat(characters(wire)).isEqualTo(characters(plain));
    }
    if (token.isNumeric() && inOrder) { // kept contents may change a number's type, not its value
      assertThat(wire.getNumberType()).isEqualTo(plain.getNumberType());
      assertThat(wire.getNumberValueExact()).isEqualTo(plain.getNumberValueExact());
      assertThat(wire.getNumberValue()).isEqualTo(plain.getNumberValue());
      assertThat(wire.getNumberValueDeferred()).isEqualTo(plain.getNumberValueDeferred());
    }
    if (token.isNumeric()) {
      assertThat(wire.getDoubleValue()).isEqualTo(Double.valueOf(plain.getDoubleValue()));
      assertThat(wire.getFloatValue()).isEqualTo(Float.valueOf(plain.getFloatValue()));
      if (!plain.isNaN()) {
        assertThat(wire.getDecimalValue()).isEqualTo(plain.getDecimalValue());
      }
    }
    if (token == JsonToken.VALUE_NUMBER_INT) {
      assertThat(wire.getBigIntegerValue()).isEqualTo(plain.getBigIntegerValue());
      if (plain.getNumberType() == JsonParser.NumberType.INT) {
        assertThat(wire.getIntValue()).isEqualTo(plain.getIntValue());
        assertThat(wire.getLongValue()).isEqualTo(plain.getLongValue());
      }
    }
  }

  private static String characters(JsonParser parser) throws IOException {
    return new String(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
  }

  /** The parser's location: the kinds and names of what is around it. */
  private static List<String> path(JsonParser parser) {
    List<String> path = new ArrayList<>();
    for (JsonStreamContext at = parser.getParsingContext(); at != null; at = at.getParent()) {
      path.add(at.typeDesc() + " " + at.getCurrentName());
    }
    return path;
  }
}
