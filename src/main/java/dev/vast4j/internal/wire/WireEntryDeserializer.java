package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;
import java.util.AbstractMap.SimpleEntry;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads an entry as a map of one, so that its key may be of any type. */
final class WireEntryDeserializer extends StdDeserializer<Map.Entry<?, ?>>
    implements ContextualDeserializer {
  private static final long serialVersionUID = 1L;

  private final JavaType type;
  private final @Nullable JsonDeserializer<Object> map;

  WireEntryDeserializer(JavaType type) {
    this(type, null);
  }

  private WireEntryDeserializer(JavaType type, @Nullable JsonDeserializer<Object> map) {
    super(type);
    this.type = type;
    this.map = map;
  }

  @Override
  public JsonDeserializer<?> createContextual(
      DeserializationContext context, @Nullable BeanProperty property) throws JsonMappingException {
    JavaType asMap =
        context
            .getTypeFactory()
            .constructMapType(
                LinkedHashMap.class,
                type.containedTypeOrUnknown(0),
                type.containedTypeOrUnknown(1));
    return new WireEntryDeserializer(
        type, context.findContextualValueDeserializer(asMap, property));
  }

  @Override
  public Map.Entry<?, ?> deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    if (map == null) {
      throw new IllegalStateException("used without its context");
    }
    Map<?, ?> read = (Map<?, ?>) map.deserialize(parser, context);
    if (read.size() != 1) {
      return context.reportInputMismatch(
          this, "%d entries, where exactly one is expected", read.size());
    }
    Map.Entry<?, ?> one = read.entrySet().iterator().next();
    return new SimpleEntry<>(one.getKey(), one.getValue());
  }
}
