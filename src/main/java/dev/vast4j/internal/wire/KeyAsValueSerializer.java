package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes a map's key, which may be null, as a value in the wire form and with Jackson's own key
 * serializer in plain JSON.
 */
final class KeyAsValueSerializer extends JsonSerializer<@Nullable Object> {
  private final JsonSerializer<Object> plain;

  KeyAsValueSerializer(JsonSerializer<Object> plain) {
    this.plain = plain;
  }

  @Override
  public void serialize(
      @Nullable Object key, JsonGenerator generator, SerializerProvider serializers)
      throws IOException {
    if (!(generator instanceof WireGenerator wire)) {
      plain.serialize(key, generator, serializers);
    } else if (key instanceof String text) {
      wire.writeFieldName(text);
    } else if (key == null) {
      wire.writeNull();
    } else {
      serializers
          .findTypedValueSerializer(key.getClass(), true, null)
          .serialize(key, wire, serializers);
    }
  }
}
