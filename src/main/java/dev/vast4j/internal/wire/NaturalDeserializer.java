package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a value declared as {@code Object} as the natural Java value: {@code Integer}, {@code Long}
 * or {@code BigInteger}, {@code Double}, {@code String}, {@code Boolean}, {@code byte[]}, {@code
 * List} (unmodifiable for a tuple), {@code LinkedHashMap} with keys of any type (also for an
 * instance's fields), or null. Tuples and instances remain such when sent on. A key of bytes
 * becomes a read-only {@code ByteBuffer}, which unlike an array has value equality.
 */
final class NaturalDeserializer extends StdDeserializer<Object> {
  private static final long serialVersionUID = 1L;

  NaturalDeserializer() {
    super(Object.class);
  }

  @Override
  public @Nullable Object deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT ->
          parser instanceof WireParser wire ? pairs(wire, context) : fields(parser, context);
      case FIELD_NAME, END_OBJECT -> fields(parser, context);
      case START_ARRAY -> elements(parser, context);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getNumberValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_EMBEDDED_OBJECT ->
          parser.getEmbeddedObject() instanceof NumberList numbers
              ? new ArrayList<>(numbers)
              : parser.getEmbeddedObject();
      case VALUE_NULL -> null;
      default -> context.handleUnexpectedToken(Object.class, parser);
    };
  }

  @Override
  public @Nullable Object deserializeWithType(
      JsonParser parser, DeserializationContext context, TypeDeserializer types)
      throws IOException {
    return types.deserializeTypedFromAny(parser, context);
  }

  private List<@Nullable Object> elements(JsonParser parser, DeserializationContext context)
      throws IOException {
    boolean tuple = parser instanceof WireParser wire && wire.isTuple();
    List<@Nullable Object> list = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.add(deserialize(parser, context));
    }
    return tuple ? new Tuple(list) : list;
  }

  private Map<@Nullable Object, @Nullable Object> pairs(
      WireParser parser, DeserializationContext context) throws IOException {
    Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
    parser.keysAsValues();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      Object key = deserialize(parser, context);
      if (key instanceof byte[] bytes) {
        key = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
      }
      if (map.containsKey(key)) {
        return context.reportInputMismatch(this, "the key %s twice", key);
      }
      parser.nextToken();
      map.put(key, deserialize(parser, context));
    }
    PythonClass type = parser.endedClass();
    return type == null ? map : new Instance(type, map);
  }

  private Map<String, @Nullable Object> fields(JsonParser parser, DeserializationContext context)
      throws IOException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    String name =
        parser.hasToken(JsonToken.START_OBJECT) ? parser.nextFieldName() : nameHere(parser);
    while (name != null) {
      parser.nextToken();
      map.put(name, deserialize(parser, context));
      name = parser.nextFieldName();
    }
    return map;
  }

  private static @Nullable String nameHere(JsonParser parser) throws IOException {
    return parser.hasToken(JsonToken.FIELD_NAME) ? parser.currentName() : null;
  }
}
