package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.AbstractList;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** An array that came as bytes, as the list that it would be as text. Immutable. */
final class NumberList extends AbstractList<Object> implements RandomAccess {
  private final NumberArray array;
  private final byte[] bytes;
  private final ByteBuffer elements;

  /** Takes the bytes, which must be whole elements. */
  NumberList(NumberArray array, byte[] bytes) {
    this.array = array;
    this.bytes = bytes;
    this.elements = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  NumberArray array() {
    return array;
  }

  /** {@return the bytes themselves} */
  byte[] bytes() {
    return bytes;
  }

  @Override
  public Object get(int index) {
    return array.natural(elements, index * array.size());
  }

  @Override
  public int size() {
    return bytes.length / array.size();
  }

  /** Reads such a list where boxed numbers are declared, in a collection or an array. */
  static final class Handler extends DeserializationProblemHandler {
    @Override
    public @Nullable Object handleUnexpectedToken(
        DeserializationContext context,
        JavaType target,
        JsonToken token,
        JsonParser parser,
        String message)
        throws IOException {
      if (token != JsonToken.VALUE_EMBEDDED_OBJECT
          || !(target.isCollectionLikeType() || target.isArrayType())
          || !(parser.getEmbeddedObject() instanceof NumberList numbers)) {
        return NOT_HANDLED;
      }
      try (TokenBuffer list = new TokenBuffer(parser.getCodec(), false)) {
        list.writeStartArray();
        for (Object number : numbers) {
          if (number instanceof Integer small) {
            list.writeNumber(small);
          } else if (number instanceof Long large) {
            list.writeNumber(large);
          } else {
            list.writeNumber((Double) number);
          }
        }
        list.writeEndArray();
        try (JsonParser values = list.asParser(parser)) {
          values.nextToken();
          return context.readValue(values, target);
        }
      }
    }
  }
}
