package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;

/** Writes an array of a declared type: as bytes to a reader that knows them, else as a list. */
final class NumberArraySerializer extends StdSerializer<Object> {
  private static final long serialVersionUID = 1L;

  private final NumberArray array;
  private final transient JsonSerializer<Object> list;

  NumberArraySerializer(NumberArray array, JsonSerializer<Object> list) {
    super(array.type(), false);
    this.array = array;
    this.list = list;
  }

  @Override
  public void serialize(Object value, JsonGenerator generator, SerializerProvider serializers)
      throws IOException {
    if (generator instanceof WireGenerator wire && wire.arraysAsBytes()) {
      wire.writeBytesOf(value, array);
    } else {
      list.serialize(value, generator, serializers);
    }
  }

  @Override
  public void serializeWithType(
      Object value, JsonGenerator generator, SerializerProvider serializers, TypeSerializer types)
      throws IOException {
    list.serializeWithType(value, generator, serializers, types);
  }

  @Override
  public boolean isEmpty(SerializerProvider serializers, Object value) {
    return list.isEmpty(serializers, value);
  }
}
