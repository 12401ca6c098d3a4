package dev.vast4j.internal.wire;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.core.TreeNode;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.ser.DefaultSerializerProvider;
import com.fasterxml.jackson.databind.ser.std.BeanSerializerBase;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the shapes of types, and of the classes that they are made of. Not thread-safe. */
final class ShapeReader {
  private static final Map<Class<?>, String> SCALARS =
      Map.ofEntries(
          Map.entry(Boolean.class, "boolean"),
          Map.entry(Byte.class, "byte"),
          Map.entry(Short.class, "short"),
          Map.entry(Integer.class, "int"),
          Map.entry(Long.class, "long"),
          Map.entry(BigInteger.class, "BigInteger"),
          Map.entry(Float.class, "float"),
          Map.entry(Double.class, "double"),
          Map.entry(BigDecimal.class, "BigDecimal"),
          Map.entry(Character.class, "char"),
          Map.entry(Void.class, "void"),
          Map.entry(String.class, "String"),
          Map.entry(byte[].class, "bytes"),
          Map.entry(ByteBuffer.class, "bytes"));

  private static final Map<Class<?>, String> OPTIONALS =
      Map.of(OptionalInt.class, "int", OptionalLong.class, "long", OptionalDouble.class, "double");

  private final ObjectMapper mapper;
  private final SerializerProvider serializers;
  private final Map<String, Shape.Members> definitions;

  /**
   * Creates a reader.
   *
   * @param definitions receives the members of classes
   */
  ShapeReader(ObjectMapper mapper, Map<String, Shape.Members> definitions) {
    this.mapper = mapper;
    this.serializers =
        ((DefaultSerializerProvider) mapper.getSerializerProvider())
            .createInstance(mapper.getSerializationConfig(), mapper.getSerializerFactory());
    this.definitions = definitions;
  }

  Shape read(Type type) {
    return read(mapper.constructType(type));
  }

  private Shape read(JavaType type) {
    Class<?> raw = type.getRawClass();
    String scalar = raw.isPrimitive() ? raw.getName() : SCALARS.get(raw);
    if (scalar != null) {
      return Shape.of(scalar);
    }
    String optional = OPTIONALS.get(raw);
    if (optional != null) {
      return Shape.of("Optional", Shape.of(optional));
    }
    if (raw == Object.class || TreeNode.class.isAssignableFrom(raw)) {
      return Shape.of("Object");
    }
    if (type.isReferenceType()) {
      return Shape.of("Optional", read(type.getContentType()));
    }
    if (type.isMapLikeType()) {
      return Shape.of("Map", read(type.getKeyType()), read(type.getContentType()));
    }
    if (type.isContainerType()) {
      return Shape.of("List", read(type.getContentType()));
    }
    return named(type);
  }

  private Shape named(JavaType type) {
    List<Shape> parts = new ArrayList<>();
    for (int i = 0; i < type.containedTypeCount(); i++) {
      parts.add(read(type.containedType(i)));
    }
    Shape shape = new Shape(type.getRawClass().getName(), parts);
    if (!definitions.containsKey(shape.key())) {
      // Stands for the class while its members, which may refer to it, are read.
      definitions.put(shape.key(), Shape.Members.ofProperties(Map.of(), List.of()));
      Shape.Members members;
      try {
        members = members(type);
      } catch (JsonMappingException | RuntimeException e) {
        members = null; // as for any type that Jackson does not describe
      }
      if (members == null) {
        definitions.remove(shape.key());
      } else {
        definitions.put(shape.key(), members);
      }
    }
    return shape;
  }

  /** {@return the members of a class, or null when it travels in a way of its own} */
  private Shape.@Nullable Members members(JavaType type) throws JsonMappingException {
    if (type.isEnumType()) {
      return constants(type.getRawClass());
    }
    if (Modifier.isAbstract(type.getRawClass().getModifiers())) {
      Map<String, Shape> subtypes = new TreeMap<>();
      for (NamedType subtype : TypeSupport.subtypes(mapper.getDeserializationConfig(), type)) {
        if (!Modifier.isAbstract(subtype.getType().getModifiers())) {
          Shape read = read(serializers.constructSpecializedType(type, subtype.getType()));
          subtypes.put(subtype.hasName() ? subtype.getName() : read.name(), read);
        }
      }
      return subtypes.isEmpty() ? null : Shape.Members.ofSubtypes(subtypes);
    }
    JsonSerializer<?> serializer = serializers.findValueSerializer(type, null);
    return serializer instanceof BeanSerializerBase bean ? properties(bean) : null;
  }

  private Shape.Members properties(BeanSerializerBase bean) {
    Map<String, Shape> properties = new TreeMap<>();
    List<String> required = new ArrayList<>();
    for (Iterator<? extends BeanProperty> all = bean.properties(); all.hasNext(); ) {
      BeanProperty property = all.next();
      properties.put(property.getName(), read(property.getType()));
      if (property.isRequired()) {
        required.add(property.getName());
      }
    }
    return Shape.Members.ofProperties(properties, required);
  }

  private Shape.Members constants(Class<?> type) {
    List<String> names =
        Arrays.stream(type.getEnumConstants())
            .map(constant -> mapper.convertValue(constant, String.class))
            .sorted()
            .toList();
    boolean open =
        Arrays.stream(type.getFields())
            .anyMatch(field -> field.isAnnotationPresent(JsonEnumDefaultValue.class));
    return Shape.Members.ofConstants(names, open);
  }
}
