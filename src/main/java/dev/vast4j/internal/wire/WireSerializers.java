package dev.vast4j.internal.wire;

import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.CacheProvider;
import com.fasterxml.jackson.databind.ser.DefaultSerializerProvider;
import com.fasterxml.jackson.databind.ser.SerializerFactory;
import com.fasterxml.jackson.databind.ser.std.ObjectArraySerializer;
import com.fasterxml.jackson.databind.util.ClassUtil;
import org.jspecify.annotations.Nullable;

/**
 * Finds the serializers of values. Jackson looks one up by a {@code JavaType} if the type is
 * declared and by a {@code Class} if only the value tells it, as for an {@code Object}. So arrays
 * of a declared type can become bytes, and the others remain lists.
 */
final class WireSerializers extends DefaultSerializerProvider {
  private static final long serialVersionUID = 1L;

  WireSerializers() {}

  private WireSerializers(
      SerializerProvider source, SerializationConfig config, SerializerFactory factory) {
    super(source, config, factory);
  }

  private WireSerializers(WireSerializers source) {
    super(source);
  }

  private WireSerializers(WireSerializers source, CacheProvider caches) {
    super(source, caches);
  }

  @Override
  public DefaultSerializerProvider createInstance(
      SerializationConfig config, SerializerFactory factory) {
    return new WireSerializers(this, config, factory);
  }

  @Override
  public DefaultSerializerProvider copy() {
    return new WireSerializers(this);
  }

  /** Only called, and its parameter's class only there, since Jackson 2.16. */
  @Override
  public DefaultSerializerProvider withCaches(CacheProvider caches) {
    return new WireSerializers(this, caches);
  }

  @Override
  public JsonSerializer<Object> findValueSerializer(JavaType type, @Nullable BeanProperty property)
      throws JsonMappingException {
    return declared(type, property, super.findValueSerializer(type, property));
  }

  @Override
  public JsonSerializer<Object> findPrimaryPropertySerializer(
      JavaType type, @Nullable BeanProperty property) throws JsonMappingException {
    return declared(type, property, super.findPrimaryPropertySerializer(type, property));
  }

  @Override
  public JsonSerializer<Object> findContentValueSerializer(
      JavaType type, @Nullable BeanProperty property) throws JsonMappingException {
    return declared(type, property, super.findContentValueSerializer(type, property));
  }

  @Override
  public JsonSerializer<Object> findTypedValueSerializer(
      JavaType type, boolean cache, @Nullable BeanProperty property) throws JsonMappingException {
    return declared(type, property, super.findTypedValueSerializer(type, cache, property));
  }

  @SuppressWarnings("unchecked") // serializers take any object
  private JsonSerializer<Object> declared(
      JavaType type, @Nullable BeanProperty property, JsonSerializer<Object> found)
      throws JsonMappingException {
    // A module's own serializer wins.
    if (!type.isArrayType() || !ClassUtil.isJacksonStdImpl(found)) {
      return found;
    }
    NumberArray array = NumberArray.of(type.getRawClass());
    if (array != null) {
      return new NumberArraySerializer(array, found);
    }
    return (JsonSerializer<?>) found instanceof ObjectArraySerializer && isOfNumberArrays(type)
        ? (JsonSerializer<Object>)
            handleSecondaryContextualization(
                new ObjectArraySerializer(
                    type.getContentType(),
                    true,
                    null,
                    findContentValueSerializer(type.getContentType(), property)),
                property)
        : found;
  }

  /** Whether the rows of the array, or theirs, are arrays of numbers. */
  private static boolean isOfNumberArrays(JavaType type) {
    JavaType row = type.getContentType();
    return row.isArrayType()
        && (NumberArray.of(row.getRawClass()) != null || isOfNumberArrays(row));
  }
}
