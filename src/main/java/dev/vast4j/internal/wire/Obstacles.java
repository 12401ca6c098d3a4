package dev.vast4j.internal.wire;

import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.AbstractDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBase;
import com.fasterxml.jackson.databind.deser.DefaultDeserializationContext;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import com.fasterxml.jackson.databind.ser.BeanSerializer;
import com.fasterxml.jackson.databind.ser.DefaultSerializerProvider;
import com.fasterxml.jackson.databind.ser.PropertyWriter;
import com.fasterxml.jackson.databind.ser.impl.UnknownSerializer;
import com.fasterxml.jackson.databind.ser.std.BeanSerializerBase;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks through a type, its type arguments and its properties for what cannot be written or read,
 * so that it is found when a deployment is built and not when it is called. Not thread-safe.
 */
final class Obstacles {
  private final SerializerProvider serializers;
  private final DeserializationContext deserializers;
  private final ObjectMapper mapper;
  private final Set<JavaType> seen = new HashSet<>();

  Obstacles(ObjectMapper mapper) {
    this.mapper = mapper;
    this.serializers =
        ((DefaultSerializerProvider) mapper.getSerializerProvider())
            .createInstance(mapper.getSerializationConfig(), mapper.getSerializerFactory());
    this.deserializers =
        ((DefaultDeserializationContext) mapper.getDeserializationContext())
            .createDummyInstance(mapper.getDeserializationConfig());
  }

  /** What is in the way of values of the type, or null. */
  @Nullable String find(Type type) {
    if (type == void.class || type == Void.class) {
      return null;
    }
    String unresolved = unresolved(type);
    if (unresolved != null) {
      return unresolved;
    }
    return find(mapper.constructType(type), "");
  }

  private static @Nullable String unresolved(Type type) {
    if (type instanceof TypeVariable<?> variable) {
      return "the type variable " + variable.getName() + " stands for no concrete type";
    }
    Type[] parts = {};
    if (type instanceof ParameterizedType parameterized) {
      parts = parameterized.getActualTypeArguments();
    } else if (type instanceof GenericArrayType array) {
      parts = new Type[] {array.getGenericComponentType()};
    } else if (type instanceof WildcardType wildcard) {
      parts = wildcard.getUpperBounds();
    }
    for (Type part : parts) {
      String found = unresolved(part);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private @Nullable String find(JavaType type, String path) {
    if (type.isJavaLangObject() || type.isPrimitive() || !seen.add(type)) {
      return null;
    }
    String found = null;
    if (type.isContainerType() || type.isReferenceType()) {
      JavaType key = type.getKeyType();
      JavaType content = type.getContentType();
      found = key == null ? null : find(key, path + " keys");
      if (found == null && content != null) {
        found = find(content, path + (type.isReferenceType() ? " content" : " elements"));
      }
    }
    return found != null ? found : ofItself(type, path);
  }

  private @Nullable String ofItself(JavaType type, String path) {
    if (type.hasRawClass(Class.class)) {
      return at(path, type, "names code, and no class is ever loaded because a message names it");
    }
    JsonSerializer<?> serializer;
    try {
      serializer = serializers.findValueSerializer(type, null);
    } catch (JsonMappingException | IllegalArgumentException e) {
      return at(path, type, "cannot be written: " + message(e));
    }
    boolean written = serializer instanceof BeanSerializerBase;
    if ((written || serializer instanceof UnknownSerializer) && ofThePlatform(type)) {
      return at(path, type, "is no data");
    }
    // Before it is looked at how the type is read, so that a property is named and not the whole.
    String found = serializer instanceof BeanSerializer bean ? inWritten(type, bean, path) : null;
    return found != null ? found : ofReading(type, serializer, path);
  }

  private @Nullable String ofReading(JavaType type, JsonSerializer<?> serializer, String path) {
    JsonDeserializer<?> deserializer;
    boolean polymorphic;
    try {
      deserializer = deserializers.findRootValueDeserializer(type);
      deserializer = deserializers.findNonContextualValueDeserializer(type);
      polymorphic = mapper.getDeserializationConfig().findTypeDeserializer(type) != null;
    } catch (JsonMappingException | IllegalArgumentException e) {
      return at(path, type, "cannot be read: " + message(e));
    }
    if (deserializer instanceof BeanDeserializerBase && ofThePlatform(type)) {
      return at(path, type, "is no data");
    }
    if (polymorphic) {
      return null; // which classes there are is said by annotations
    }
    if (deserializer instanceof AbstractDeserializer) {
      return at(
          path,
          type,
          "is abstract, so nothing says what to make when reading one; name the class that"
              + " implements it, or annotate it with @JsonTypeInfo and @JsonSubTypes");
    }
    if (serializer instanceof UnknownSerializer) {
      return at(path, type, "has no properties to write: no public fields, no getters");
    }
    if (!(deserializer instanceof BeanDeserializerBase bean)) {
      return null;
    }
    if (serializer instanceof BeanSerializerBase && !fromObject(bean.getValueInstantiator())) {
      return at(
          path,
          type,
          "has no constructor that reading can use: none without parameters, none annotated with"
              + " @JsonCreator (a record needs neither)");
    }
    return inRead(type, bean, path);
  }

  /** Whether instances can be made of an object with fields. */
  private static boolean fromObject(ValueInstantiator instantiator) {
    return instantiator.canCreateUsingDefault()
        || instantiator.canCreateFromObjectWith()
        || instantiator.canCreateUsingDelegate();
  }

  private @Nullable String inRead(JavaType type, BeanDeserializerBase bean, String path) {
    Iterator<SettableBeanProperty> properties = bean.properties();
    while (properties.hasNext()) {
      String found = ofProperty(type, properties.next(), path);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private @Nullable String inWritten(JavaType type, BeanSerializer bean, String path) {
    Iterator<PropertyWriter> properties = bean.properties();
    while (properties.hasNext()) {
      String found = ofProperty(type, properties.next(), path);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private @Nullable String ofProperty(JavaType owner, BeanProperty property, String path) {
    if (hasOwnBinding(property)) {
      return null;
    }
    String place = property.getName() + " of " + owner.getRawClass().getSimpleName();
    return find(property.getType(), path.isEmpty() ? place : place + ", " + path.strip());
  }

  /** Whether an annotation on the property says how it is written or read. */
  private boolean hasOwnBinding(BeanProperty property) {
    var member = property.getMember();
    var introspector = mapper.getSerializationConfig().getAnnotationIntrospector();
    return member != null
        && (introspector.findSerializer(member) != null
            || introspector.findDeserializer(member) != null);
  }

  private static boolean ofThePlatform(JavaType type) {
    ClassLoader loader = type.getRawClass().getClassLoader();
    return loader == null || loader == ClassLoader.getPlatformClassLoader();
  }

  private static String at(String path, JavaType type, String what) {
    String name = type.getRawClass().getTypeName();
    return (path.isEmpty() ? "" : path.strip() + ": ") + name + " " + what;
  }

  private static String message(Exception e) {
    String message =
        e instanceof JsonMappingException mapping ? mapping.getOriginalMessage() : e.getMessage();
    return message == null ? e.toString() : message;
  }
}
