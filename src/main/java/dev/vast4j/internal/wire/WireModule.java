package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBuilder;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.KeyDeserializers;
import com.fasterxml.jackson.databind.deser.std.MapEntryDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdKeyDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdKeyDeserializers;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import com.fasterxml.jackson.databind.ser.impl.UnknownSerializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.type.MapType;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Makes data binding write and read keys of any type, and a few types that Jackson does not. */
final class WireModule extends SimpleModule {
  private static final long serialVersionUID = 1L;

  WireModule() {
    super("vast4j-wire");
    addDeserializer(Object.class, new NaturalDeserializer());
    for (NumberArray array : NumberArray.values()) {
      addDeserializer(array);
    }
    addSerializer(ByteBuffer.class, new BufferSerializer());
    setSerializerModifier(new Serializers());
    setDeserializerModifier(new Deserializers());
  }

  @SuppressWarnings("unchecked") // the deserializer makes arrays of that type
  private <T> void addDeserializer(NumberArray array) {
    addDeserializer(
        (Class<T>) array.type(),
        (JsonDeserializer<? extends T>) (JsonDeserializer<?>) NumberArrayDeserializer.of(array));
  }

  @Override
  public void setupModule(SetupContext context) {
    super.setupModule(context);
    context.addKeyDeserializers(new KeysWithoutName());
  }

  private static final class Serializers extends BeanSerializerModifier {
    private static final long serialVersionUID = 1L;

    @Override
    @SuppressWarnings("unchecked") // serializers take any object
    public JsonSerializer<?> modifyKeySerializer(
        SerializationConfig config,
        JavaType type,
        BeanDescription description,
        JsonSerializer<?> serializer) {
      return type.hasRawClass(String.class)
          ? serializer
          : new KeyAsValueSerializer((JsonSerializer<Object>) serializer);
    }

    @Override
    public JsonSerializer<?> modifySerializer(
        SerializationConfig config, BeanDescription description, JsonSerializer<?> serializer) {
      Class<?> type = description.getBeanClass();
      return type.isRecord()
              && type.getRecordComponents().length == 0
              && serializer instanceof UnknownSerializer
          ? new EmptyRecordSerializer(type)
          : serializer;
    }
  }

  private static final class Deserializers extends BeanDeserializerModifier {
    private static final long serialVersionUID = 1L;

    /**
     * Skips unknown properties, which by default Jackson collects first in a record, and leaves no
     * absent {@code Optional} null.
     */
    @Override
    public BeanDeserializerBuilder updateBuilder(
        DeserializationConfig config,
        BeanDescription description,
        BeanDeserializerBuilder builder) {
      builder.setIgnoreUnknownProperties(true);
      if (!description.getBeanClass().isRecord()) {
        builder.setValueInstantiator(
            Absent.emptyOptionals(config, description, builder.getValueInstantiator()));
      }
      return builder;
    }

    @Override
    public JsonDeserializer<?> modifyMapDeserializer(
        DeserializationConfig config,
        MapType type,
        BeanDescription description,
        JsonDeserializer<?> deserializer) {
      return WireMapDeserializer.around(type, deserializer);
    }

    @Override
    public JsonDeserializer<?> modifyDeserializer(
        DeserializationConfig config,
        BeanDescription description,
        JsonDeserializer<?> deserializer) {
      // Jackson describes Integer as int, so only the deserializer tells.
      Class<?> handled = deserializer.handledType();
      if (handled != null && handled.isPrimitive()) {
        return Absent.primitive(handled, deserializer);
      }
      return deserializer.getClass() == MapEntryDeserializer.class
          ? new WireEntryDeserializer(description.getType())
          : deserializer;
    }
  }

  /** Writes a record without components, which Jackson refuses. */
  private static final class EmptyRecordSerializer extends StdSerializer<Object> {
    private static final long serialVersionUID = 1L;

    EmptyRecordSerializer(Class<?> type) {
      super(type, false);
    }

    @Override
    public void serialize(Object value, JsonGenerator generator, SerializerProvider serializers)
        throws IOException {
      generator.writeStartObject(value);
      generator.writeEndObject();
    }
  }

  /** Writes the remaining bytes of a buffer without copying or moving it. */
  private static final class BufferSerializer extends StdSerializer<ByteBuffer> {
    private static final long serialVersionUID = 1L;

    BufferSerializer() {
      super(ByteBuffer.class);
    }

    @Override
    public void serialize(
        ByteBuffer buffer, JsonGenerator generator, SerializerProvider serializers)
        throws IOException {
      if (buffer.hasArray()) {
        generator.writeBinary(
            buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
      } else {
        generator.writeBinary(
            new com.fasterxml.jackson.databind.util.ByteBufferBackedInputStream(buffer.duplicate()),
            buffer.remaining());
      }
    }
  }

  /**
   * Lets Jackson bind maps whose keys have no textual form. The wire form's keys are read as
   * values, so the stand-in only serves plain JSON, where such a key cannot occur.
   */
  private static final class KeysWithoutName implements KeyDeserializers {
    @Override
    public @Nullable KeyDeserializer findKeyDeserializer(
        JavaType type, DeserializationConfig config, BeanDescription description) {
      boolean hasName =
          type.isEnumType()
              || StdKeyDeserializer.forType(type.getRawClass()) != null
              || hasTextForm(config, type);
      return hasName ? null : new KeyWithoutName(type);
    }

    private static boolean hasTextForm(DeserializationConfig config, JavaType type) {
      try {
        return StdKeyDeserializers.findStringBasedKeyDeserializer(config, type) != null;
      } catch (JsonMappingException e) {
        return true; // a broken one, which Jackson's own search reports
      }
    }
  }

  static final class KeyWithoutName extends KeyDeserializer {
    private final JavaType type;

    KeyWithoutName(JavaType type) {
      this.type = type;
    }

    @Override
    public Object deserializeKey(String name, DeserializationContext context) throws IOException {
      return context.reportInputMismatch(
          type, "a %s cannot be read from the text of a JSON name", type.toCanonical());
    }
  }
}
