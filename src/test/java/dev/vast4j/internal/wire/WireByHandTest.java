package dev.vast4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import dev.vast4j.errors.EncodingException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Users' serializers and deserializers may call any method of a generator or parser. */
class WireByHandTest {
  private final WireCodec codec = WireCodec.standard();

  /** What a test's serializer writes. */
  @FunctionalInterface
  interface Writing {
    void to(JsonGenerator generator) throws IOException;
  }

  /** Written by hand. */
  @JsonSerialize(using = ByHand.class)
  record Written(Writing writing) {}

  static final class ByHand extends JsonSerializer<Written> {
    @Override
    public void serialize(Written value, JsonGenerator generator, SerializerProvider serializers)
        throws IOException {
      value.writing().to(generator);
    }
  }

  private static final byte[] TEXT = "grüße".getBytes(StandardCharsets.UTF_8);

  static List<Arguments> writings() {
    String list = "{\"type\":\"list\",\"contents\":";
    return List.of(
        writing("\"abc\"", g -> g.writeString(new StringReader("abc"), 3)),
        writing("\"abc\"", g -> g.writeString(new char[] {'x', 'a', 'b', 'c'}, 1, 3)),
        writing("\"abc\"", g -> g.writeString(new SerializedString("abc"))),
        writing("\"grüße\"", g -> g.writeUTF8String(TEXT, 0, TEXT.length)),
        writing("\"grüße\"", g -> g.writeRawUTF8String(TEXT, 0, TEXT.length)),
        writing("12.50", g -> g.writeNumber("12.50")),
        writing("34", g -> g.writeNumber(new char[] {'1', '3', '4'}, 1, 2)),
        writing("7", g -> g.writeNumber((short) 7)),
        writing("null", g -> g.writeEmbeddedObject(null)),
        writing(
            "{\"type\":\"bytes\",\"contents\":\"AQI=\"}",
            g -> g.writeEmbeddedObject(new byte[] {1, 2})),
        writing(
            "{\"type\":\"bytes\",\"contents\":\"AQI=\"}",
            g ->
                assertThat(
                        g.writeBinary(
                            Base64Variants.getDefaultVariant(),
                            new ByteArrayInputStream(new byte[] {1, 2, 3}),
                            2))
                    .isEqualTo(2)),
        writing(
            list + "[\"b\",\"c\"]}", g -> g.writeArray(new String[] {"a", "b", "c", "d"}, 1, 2)),
        writing(list + "[1,2]}", g -> g.writeArray(new int[] {0, 1, 2, 3}, 1, 2)),
        writing(
            list + "[1,null]}",
            g -> {
              g.writeStartArray();
              g.writeNumber(1);
              g.writeNull();
              g.writeEndArray();
            }),
        writing(
            list + "[1]}",
            g -> {
              g.writeStartArray(new Object(), 1);
              g.writeNumber(1);
              g.writeEndArray();
            }),
        writing(
            list + "[1]}",
            g -> {
              g.writeStartArray(new Object());
              g.writeNumber(1);
              g.writeEndArray();
            }),
        writing(
            "{\"type\":\"dict\",\"contents\":[[\"5\",\"a\"],[\"b\",[]]]}"
                .replace("[]]]", "{}]]")
                .replace("{}", "{\"type\":\"dict\",\"contents\":[]}"),
            g -> {
              g.writeStartObject(new Object(), 2);
              g.writeFieldId(5);
              g.writeString("a");
              g.writeFieldName(new SerializedString("b"));
              g.writeStartObject();
              g.writeEndObject();
              g.writeEndObject();
            }));
  }

  private static Arguments writing(String wire, Writing writing) {
    return Arguments.of(wire, writing);
  }

  @ParameterizedTest
  @MethodSource("writings")
  void writesWireFormWhateverSerializerCalls(String wire, Writing writing) throws IOException {
    Written value = new Written(writing);
    assertThat(Wire.write(codec, value, Written.class, Dialect.JAVA)).isEqualTo(wire);
    // What follows is still well-formed.
    assertThat(Wire.write(codec, new Object[] {value, 1, value}, Object[].class, Dialect.JAVA))
        .isEqualTo("{\"type\":\"list\",\"contents\":[" + wire + ",1," + wire + "]}");
  }

  @Test
  void rejectsRawText() {
    for (Writing raw :
        List.<Writing>of(
            g -> g.writeRaw("1"),
            g -> g.writeRaw('1'),
            g -> g.writeRaw(new char[] {'1'}, 0, 1),
            g -> g.writeRaw("1", 0, 1),
            g -> g.writeRaw(new SerializedString("1")),
            g -> g.writeRawValue("1"),
            g -> g.writeRawValue("1", 0, 1),
            g -> g.writeRawValue(new SerializedString("1")),
            g -> g.writeRawValue(new char[] {'1'}, 0, 1))) {
      assertThatThrownBy(() -> Wire.write(codec, new Written(raw), Written.class, Dialect.JAVA))
          .isInstanceOf(EncodingException.class)
          .hasMessageContaining("raw JSON text");
    }
  }

  @Test
  void rejectsStructureThatSerializerLeavesIncomplete() {
    for (Writing wrong :
        List.<Writing>of(
            JsonGenerator::writeEndArray,
            JsonGenerator::writeEndObject,
            g -> g.writeFieldName("a"),
            g -> {
              g.writeStartArray();
              g.writeEndObject();
            },
            g -> {
              g.writeStartObject();
              g.writeEndArray();
            },
            g -> {
              g.writeStartObject();
              g.writeFieldName("a");
              g.writeEndObject();
            },
            g -> {
              g.writeStartObject();
              g.writeFieldName("a");
              g.writeFieldName("b");
            })) {
      assertThatThrownBy(() -> Wire.write(codec, new Written(wrong), Written.class, Dialect.JAVA))
          .isInstanceOf(EncodingException.class);
    }
  }

  /** What a deserializer saw. */
  @JsonDeserialize(using = Looking.class)
  record Seen(List<Object> all) {}

  static final class Looking extends JsonDeserializer<Seen> {
    @Override
    public Seen deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      List<Object> all = new ArrayList<>();
      JsonToken token = parser.currentToken();
      all.add(token);
      if (token.isNumeric()) {
        all.add(parser.getNumberType());
        all.add(parser.isNaN());
        all.add(parser.getNumberValueExact());
        all.add(parser.getText());
      } else if (token == JsonToken.VALUE_STRING) {
        all.add(parser.getText());
        all.add(
            new String(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength()));
      } else if (token == JsonToken.VALUE_EMBEDDED_OBJECT) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        all.add(parser.readBinaryValue(out));
        all.add(out.size());
      } else if (token.isStructStart()) {
        parser.nextToken();
        all.add(String.valueOf(parser.currentName()));
        all.add(String.valueOf(parser.getText()));
        while (parser.currentToken() != null && !parser.currentToken().isStructEnd()) {
          parser.skipChildren();
          parser.nextToken();
        }
        all.add(parser.currentToken());
      }
      return new Seen(all);
    }
  }

  @Test
  void deserializerSeesPlainJson() throws IOException {
    assertThat(seen("5"))
        .containsExactly(JsonToken.VALUE_NUMBER_INT, JsonParser.NumberType.INT, false, 5, "5");
    assertThat(seen("\"grüße\"")).containsExactly(JsonToken.VALUE_STRING, "grüße", "grüße");
    assertThat(seen("NaN")).element(2).isEqualTo(true);
    assertThat(
            seen(
                "{\"type\":\"dict\",\"contents\":[[\"a\",1],[\"b\",{\"type\":\"list\",\"contents\":[2]}]]}"))
        .containsExactly(JsonToken.START_OBJECT, "a", "a", JsonToken.END_OBJECT);
    assertThat(
            seen("{\"type\":\"list\",\"contents\":[\"x\",{\"type\":\"list\",\"contents\":[2]}]}"))
        .containsExactly(JsonToken.START_ARRAY, "null", "x", JsonToken.END_ARRAY);
  }

  private List<Object> seen(String wire) throws IOException {
    return ((Seen) Wire.read(codec, wire, Seen.class)).all();
  }
}
