package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.deser.std.PrimitiveArrayDeserializers;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads an array of a declared type from bytes or from a list. */
final class NumberArrayDeserializer extends StdDeserializer<Object>
    implements ContextualDeserializer {
  private static final long serialVersionUID = 1L;

  private final NumberArray array;
  private final JsonDeserializer<?> list;

  private NumberArrayDeserializer(NumberArray array, JsonDeserializer<?> list) {
    super(array.type());
    this.array = array;
    this.list = list;
  }

  static NumberArrayDeserializer of(NumberArray array) {
    return new NumberArrayDeserializer(
        array, PrimitiveArrayDeserializers.forType(array.type().getComponentType()));
  }

  @Override
  public JsonDeserializer<?> createContextual(
      DeserializationContext context, @Nullable BeanProperty property) throws JsonMappingException {
    JsonDeserializer<?> contextual =
        context.handleSecondaryContextualization(
            list, property, context.constructType(handledType()));
    return contextual == list ? this : new NumberArrayDeserializer(array, contextual);
  }

  @Override
  public @Nullable Object deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    if (parser.hasToken(JsonToken.VALUE_STRING)) {
      // Jackson would take base64 of big endian elements.
      return context.handleUnexpectedToken(handledType(), parser);
    }
    return isBytes(parser) ? read(parser, context) : list.deserialize(parser, context);
  }

  @Override
  public @Nullable Object deserializeWithType(
      JsonParser parser, DeserializationContext context, TypeDeserializer types)
      throws IOException {
    return isBytes(parser)
        ? read(parser, context)
        : list.deserializeWithType(parser, context, types);
  }

  private static boolean isBytes(JsonParser parser) throws IOException {
    return parser.hasToken(JsonToken.VALUE_EMBEDDED_OBJECT)
        && (parser instanceof WireParser
            || parser.getEmbeddedObject() instanceof byte[]
            || parser.getEmbeddedObject() instanceof NumberList);
  }

  private Object read(JsonParser parser, DeserializationContext context) throws IOException {
    ByteChunks bytes = new ByteChunks();
    String elements = null;
    if (parser instanceof WireParser wire) {
      elements = wire.readBytesOfArray(bytes);
    } else if (parser.getEmbeddedObject() instanceof NumberList numbers) {
      elements = numbers.array().element();
      bytes.write(numbers.bytes());
    } else {
      parser.readBinaryValue(bytes);
    }
    if (elements != null && !elements.equals(array.element())) {
      // Never numbers that nobody sent.
      return context.reportInputMismatch(
          this,
          "a %s[] as bytes where %s is declared",
          WireParser.abbreviated(elements),
          array.type().getSimpleName());
    }
    int size = array.size();
    if (bytes.count() % size != 0) {
      return context.reportInputMismatch(
          this,
          "%d bytes are no whole %s: each element has %d bytes",
          bytes.count(),
          array.type().getSimpleName(),
          size);
    }
    return bytes.toArray(array);
  }

  @Override
  public @Nullable Object getEmptyValue(DeserializationContext context)
      throws JsonMappingException {
    return list.getEmptyValue(context);
  }

  @Override
  public LogicalType logicalType() {
    return LogicalType.Array;
  }

  @Override
  public Boolean supportsUpdate(DeserializationConfig config) {
    return Boolean.FALSE;
  }
}
