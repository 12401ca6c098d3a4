package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.PolymorphicTypeValidator;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.ser.DefaultSerializerProvider;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Jackson, set up so that values arrive as they were sent. Thread-safe. */
final class WireMapper {
  private final ObjectMapper mapper;
  private final ObjectReader naturalReader;
  private final ObjectWriter dynamicWriter;
  private final ConcurrentMap<Type, ObjectReader> readers = new ConcurrentHashMap<>();
  private final ConcurrentMap<Type, Writer> writers = new ConcurrentHashMap<>();

  WireMapper(List<Module> modules) {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(Limits.reading())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .enable(StreamReadFeature.USE_FAST_BIG_NUMBER_PARSER)
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            // Closing must not complete a value that failed halfway.
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            // As Python does; it also carries a lone surrogate, which UTF-8 cannot.
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();
    JsonMapper.Builder builder =
        JsonMapper.builder(factory)
            .addModule(new WireModule())
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .polymorphicTypeValidator(new NoClassNames())
            .addHandler(new NumberList.Handler())
            .disable(
                SerializationFeature.WRITE_DATES_AS_TIMESTAMPS,
                SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS,
                SerializationFeature.FLUSH_AFTER_WRITE_VALUE)
            .enable(SerializationFeature.WRITE_DATES_WITH_ZONE_ID)
            .disable(
                DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE,
                DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(
                DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS,
                DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE)
            // Text is not a number, nor the reverse; Python's booleans are 0 and 1 on the wire.
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                LogicalType.Textual,
                config ->
                    config
                        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .withCoercionConfig(
                LogicalType.Boolean,
                config ->
                    config.setCoercion(CoercionInputShape.Integer, CoercionAction.TryConvert));
    modules.forEach(builder::addModule);
    mapper = builder.build();
    mapper.setSerializerProvider(new WireSerializers());
    mapper.getSerializerProvider().setNullKeySerializer(new KeyAsValueSerializer(new NoNullKey()));
    naturalReader = mapper.readerFor(Object.class);
    dynamicWriter = mapper.writer();
  }

  ObjectMapper json() {
    return mapper;
  }

  JsonFactory factory() {
    return mapper.getFactory();
  }

  ObjectReader reader(Type type) {
    return type == Object.class
        ? naturalReader
        : readers.computeIfAbsent(type, t -> mapper.readerFor(mapper.constructType(t)));
  }

  void write(JsonGenerator generator, @Nullable Object value, Type type) throws IOException {
    if (value == null) {
      generator.writeNull();
      return;
    }
    Writer writer =
        type == Object.class
            ? dynamicWriter::writeValue
            : writers.computeIfAbsent(type, this::newWriter);
    writer.write(generator, value);
  }

  boolean isInstance(@Nullable Object value, Type type) {
    return mapper.constructType(type).getRawClass().isInstance(value);
  }

  @FunctionalInterface
  private interface Writer {
    void write(JsonGenerator generator, Object value) throws IOException;
  }

  /** Writes containers by their declared type and any other value by its class. */
  private Writer newWriter(Type type) {
    JavaType declared = mapper.constructType(type);
    if (declared.isContainerType() || declared.isReferenceType()) {
      return mapper.writerFor(declared)::writeValue;
    }
    return declared.hasGenericTypes() || isPolymorphic(declared)
        ? (generator, value) -> writeAs(declared, generator, value)
        : dynamicWriter::writeValue;
  }

  private boolean isPolymorphic(JavaType type) {
    try {
      return mapper.getSerializerProviderInstance().findTypeSerializer(type) != null;
    } catch (JsonMappingException e) {
      return false; // which writing reports
    }
  }

  /**
   * Writes a value by its class, with the declared type's arguments and name: the class alone does
   * not tell that a page's elements are shapes.
   */
  private void writeAs(JavaType declared, JsonGenerator generator, Object value)
      throws IOException {
    DefaultSerializerProvider serializers =
        (DefaultSerializerProvider) mapper.getSerializerProviderInstance();
    JavaType type = serializers.constructSpecializedType(declared, value.getClass());
    JsonSerializer<Object> serializer = serializers.findValueSerializer(type, null);
    TypeSerializer names = serializers.findTypeSerializer(declared);
    if (names == null) {
      serializers.serializeValue(generator, value, type, serializer);
    } else {
      serializers.serializePolymorphic(generator, value, type, serializer, names);
    }
  }

  private static final class NoNullKey extends JsonSerializer<Object> {
    @Override
    public void serialize(
        @Nullable Object value, JsonGenerator generator, SerializerProvider serializers)
        throws IOException {
      serializers.reportMappingProblem("a map's key is null, which plain JSON cannot express");
    }
  }

  /** Refuses to load a class because the wire names it. */
  private static final class NoClassNames extends PolymorphicTypeValidator.Base {
    private static final long serialVersionUID = 1L;

    @Override
    public Validity validateBaseType(MapperConfig<?> config, JavaType baseType) {
      return Validity.DENIED;
    }

    /** A subtype that is told by its properties: Jackson looks up the annotated class by name. */
    @Override
    public Validity validateSubClassName(
        MapperConfig<?> config, JavaType baseType, String subClassName) {
      return TypeSupport.subtypes(config, baseType).stream()
              .anyMatch(subtype -> subtype.getType().getName().equals(subClassName))
          ? Validity.ALLOWED
          : Validity.DENIED;
    }
  }
}
