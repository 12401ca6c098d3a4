package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.deser.ResolvableDeserializer;
import com.fasterxml.jackson.databind.deser.std.ContainerDeserializerBase;
import com.fasterxml.jackson.databind.deser.std.EnumMapDeserializer;
import com.fasterxml.jackson.databind.deser.std.MapDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a map whose keys are values of any type in the wire form. Jackson's deserializer reads
 * plain JSON and what Jackson replays from its buffers.
 */
final class WireMapDeserializer extends StdDeserializer<Object>
    implements ContextualDeserializer, ResolvableDeserializer {
  private static final long serialVersionUID = 1L;

  private final JavaType type;
  private final JsonDeserializer<?> plain;
  private final @Nullable JsonDeserializer<Object> keys;
  private final @Nullable JsonDeserializer<Object> values;
  private final @Nullable TypeDeserializer valueTypes;

  private WireMapDeserializer(JavaType type, JsonDeserializer<?> plain) {
    this(type, plain, null, null, null);
  }

  /**
   * Wraps a deserializer of Jackson's that creates an empty map and fills it; returns any other
   * unchanged.
   */
  static JsonDeserializer<?> around(JavaType type, JsonDeserializer<?> plain) {
    boolean fillable =
        plain.getClass() == MapDeserializer.class
            ? ((MapDeserializer) plain).getValueInstantiator().canCreateUsingDefault()
            : plain.getClass() == EnumMapDeserializer.class && type.getRawClass() == EnumMap.class;
    return fillable ? new WireMapDeserializer(type, plain) : plain;
  }

  private WireMapDeserializer(
      JavaType type,
      JsonDeserializer<?> plain,
      @Nullable JsonDeserializer<Object> keys,
      @Nullable JsonDeserializer<Object> values,
      @Nullable TypeDeserializer valueTypes) {
    super(type);
    this.type = type;
    this.plain = plain;
    this.keys = keys;
    this.values = values;
    this.valueTypes = valueTypes;
  }

  @Override
  public void resolve(DeserializationContext context) throws JsonMappingException {
    if (plain instanceof ResolvableDeserializer resolvable) {
      resolvable.resolve(context);
    }
  }

  @Override
  public JsonDeserializer<?> createContextual(
      DeserializationContext context, @Nullable BeanProperty property) throws JsonMappingException {
    JsonDeserializer<?> contextual =
        context.handleSecondaryContextualization(plain, property, type);
    if (property != null
        && property.getMember() != null
        && context.getAnnotationIntrospector().findKeyDeserializer(property.getMember()) != null) {
      return contextual; // an annotation says how names become keys
    }
    if (!(contextual instanceof ContainerDeserializerBase<?> container)) {
      return contextual;
    }
    JavaType valueType = type.getContentType();
    TypeDeserializer types = valueType.getTypeHandler();
    if (types == null) {
      types = context.getConfig().findTypeDeserializer(valueType);
    }
    return new WireMapDeserializer(
        type,
        contextual,
        context.findRootValueDeserializer(type.getKeyType()),
        container.getContentDeserializer(),
        types == null ? null : types.forProperty(property));
  }

  @Override
  public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    JsonDeserializer<Object> keyReader = keys;
    JsonDeserializer<Object> valueReader = values;
    if (keyReader == null
        || valueReader == null
        || !(parser instanceof WireParser wire)
        || !wire.hasToken(JsonToken.START_OBJECT)) {
      return plain.deserialize(parser, context);
    }
    Map<@Nullable Object, @Nullable Object> map = newMap(context);
    wire.keysAsValues();
    JsonToken token = wire.nextToken();
    while (token != JsonToken.END_OBJECT) {
      Object key =
          token == JsonToken.VALUE_NULL
              ? keyReader.getNullValue(context)
              : keyReader.deserialize(wire, context);
      token = wire.nextToken();
      Object value;
      try {
        value =
            token == JsonToken.VALUE_NULL
                ? valueReader.getNullValue(context)
                : valueTypes == null
                    ? valueReader.deserialize(wire, context)
                    : valueReader.deserializeWithType(wire, context, valueTypes);
      } catch (IOException | RuntimeException e) {
        throw JsonMappingException.wrapWithPath(e, map, String.valueOf(key));
      }
      if (map.containsKey(key)) {
        return context.reportInputMismatch(this, "the key %s twice", key);
      }
      map.put(key, value);
      token = wire.nextToken();
    }
    return map;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the declared type is a map, and its key an enum
  private Map<@Nullable Object, @Nullable Object> newMap(DeserializationContext context)
      throws IOException {
    if (plain instanceof MapDeserializer map) {
      return (Map<@Nullable Object, @Nullable Object>)
          map.getValueInstantiator().createUsingDefault(context);
    }
    return new EnumMap(type.getKeyType().getRawClass());
  }

  @Override
  public Object deserializeWithType(
      JsonParser parser, DeserializationContext context, TypeDeserializer types)
      throws IOException {
    return types.deserializeTypedFromObject(parser, context);
  }

  @Override
  public @Nullable Object getEmptyValue(DeserializationContext context)
      throws JsonMappingException {
    return plain.getEmptyValue(context);
  }

  @Override
  public @Nullable Object getNullValue(DeserializationContext context) throws JsonMappingException {
    return plain.getNullValue(context);
  }

  @Override
  public boolean isCachable() {
    return plain.isCachable();
  }
}
