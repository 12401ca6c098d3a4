package dev.vast4j.internal.wire;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.deser.AbstractDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBase;
import com.fasterxml.jackson.databind.deser.DefaultDeserializationContext;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import com.fasterxml.jackson.databind.jsontype.impl.AsDeductionTypeDeserializer;
import com.fasterxml.jackson.databind.ser.BeanSerializer;
import com.fasterxml.jackson.databind.ser.DefaultSerializerProvider;
import com.fasterxml.jackson.databind.ser.impl.UnknownSerializer;
import com.fasterxml.jackson.databind.ser.std.BeanSerializerBase;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a type, its type arguments and its properties can be written and read, so that
 * building a deployment fails and not a call. Not thread-safe.
 */
final class TypeSupport {
  private final SerializerProvider serializers;
  private final DeserializationContext deserializers;
  private final ObjectMapper mapper;
  private final Set<JavaType> seen = new HashSet<>();

  /** What was seen within types that are told by their properties. */
  private final Set<JavaType> seenBuffered = new HashSet<>();

  private boolean buffered;

  TypeSupport(ObjectMapper mapper) {
    this.mapper = mapper;
    this.serializers =
        ((DefaultSerializerProvider) mapper.getSerializerProvider())
            .createInstance(mapper.getSerializationConfig(), mapper.getSerializerFactory());
    this.deserializers =
        ((DefaultDeserializationContext) mapper.getDeserializationContext())
            .createDummyInstance(mapper.getDeserializationConfig());
  }

  /** {@return why values of the type are unsupported, or null} */
  @Nullable String unsupported(Type type) {
    if (type == void.class || type == Void.class) {
      return null;
    }
    String unresolved = unresolved(type);
    if (unresolved != null) {
      return unresolved;
    }
    return unsupported(mapper.constructType(type), "");
  }

  private static @Nullable String unresolved(Type type) {
    if (type instanceof TypeVariable<?> variable) {
      return "the type variable " + variable.getName() + " does not stand for a concrete type";
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

  private @Nullable String unsupported(JavaType type, String path) {
    if (type.isJavaLangObject()
        || type.isPrimitive()
        || !(buffered ? seenBuffered : seen).add(type)) {
      return null;
    }
    String found = null;
    if (type.isContainerType() || type.isReferenceType()) {
      JavaType key = type.getKeyType();
      JavaType content = type.getContentType();
      if (type.isArrayType() && content.hasGenericTypes() && isPolymorphic(content)) {
        return at(
            path, type, "is an array, in which Jackson forgets the type arguments; use a List");
      }
      found = key == null ? null : ofKeys(key, path + " keys");
      if (found == null && content != null) {
        found = unsupported(content, path + (type.isReferenceType() ? " content" : " elements"));
      }
    }
    return found != null ? found : ofItself(type, path);
  }

  private boolean isPolymorphic(JavaType type) {
    try {
      return serializers.findTypeSerializer(type) != null;
    } catch (JsonMappingException | IllegalArgumentException e) {
      return false; // reported where the type is checked
    }
  }

  private @Nullable String ofKeys(JavaType key, String path) {
    // Jackson buffers what it tells by its properties, and its buffer has names for keys.
    return buffered && !isScalar(key)
        ? at(
            path,
            key,
            "cannot be read: a type that is told by its properties (DEDUCTION) can have no map with"
                + " structured keys; tell it by name, with @JsonTypeInfo(use = NAME)")
        : unsupported(key, path);
  }

  private boolean isScalar(JavaType key) {
    try {
      KeyDeserializer reader = deserializers.findKeyDeserializer(key, null);
      return reader != null && !(reader instanceof WireModule.KeyWithoutName);
    } catch (JsonMappingException | IllegalArgumentException e) {
      return false;
    }
  }

  private @Nullable String ofItself(JavaType type, String path) {
    if (type.hasRawClass(Class.class)) {
      return at(path, type, "names code, and no message may load a class");
    }
    JsonSerializer<?> serializer;
    try {
      serializer = serializers.findValueSerializer(type, null);
    } catch (JsonMappingException | IllegalArgumentException e) {
      return at(path, type, "cannot be written: " + message(e));
    }
    boolean written = serializer instanceof BeanSerializerBase;
    if ((written || serializer instanceof UnknownSerializer) && ofThePlatform(type)) {
      return at(path, type, "is not data");
    }
    // Properties first, so that the message names the property.
    String found =
        serializer instanceof BeanSerializer bean
            ? ofProperties(type, bean.properties(), path)
            : null;
    return found != null ? found : ofReading(type, serializer, path);
  }

  private @Nullable String ofReading(JavaType type, JsonSerializer<?> serializer, String path) {
    JsonDeserializer<?> deserializer;
    TypeDeserializer names;
    try {
      deserializer = deserializers.findRootValueDeserializer(type);
      deserializer = deserializers.findNonContextualValueDeserializer(type);
      names = mapper.getDeserializationConfig().findTypeDeserializer(type);
    } catch (InvalidDefinitionException e) {
      return at(
          path,
          type,
          String.valueOf(e.getMessage()).contains("denied resolution of all subtypes")
              ? "is told by the name of its class, and no message may load a class; use"
                  + " @JsonTypeInfo(use = NAME) with @JsonSubTypes"
              : "cannot be read: " + message(e));
    } catch (JsonMappingException | IllegalArgumentException | IllegalStateException e) {
      return at(path, type, "cannot be read: " + message(e));
    }
    if (deserializer instanceof BeanDeserializerBase && ofThePlatform(type)) {
      return at(path, type, "is not data");
    }
    if (names != null) {
      return ofNamed(type, names, serializer, deserializer, path);
    }
    if (deserializer instanceof AbstractDeserializer) {
      return at(
          path,
          type,
          "is abstract and does not name the class to read; use a class that implements it, or"
              + " annotate it with @JsonTypeInfo and @JsonSubTypes");
    }
    return ofReading(type, serializer, deserializer, path);
  }

  private @Nullable String ofReading(
      JavaType type, JsonSerializer<?> serializer, JsonDeserializer<?> deserializer, String path) {
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
          "has no constructor for reading: add one without parameters or one annotated with"
              + " @JsonCreator, or use a record");
    }
    return ofProperties(type, bean.properties(), path);
  }

  /** Checks a type with @JsonTypeInfo and the subtypes that annotations and modules name. */
  private @Nullable String ofNamed(
      JavaType type,
      TypeDeserializer names,
      JsonSerializer<?> serializer,
      JsonDeserializer<?> deserializer,
      String path) {
    if (names.getTypeIdResolver().getMechanism() == JsonTypeInfo.Id.CUSTOM) {
      return null; // the program's own resolver finds the classes
    }
    boolean isAbstract = deserializer instanceof AbstractDeserializer;
    boolean known = !isAbstract;
    boolean outer = buffered;
    if (names instanceof AsDeductionTypeDeserializer) {
      String alike = alike(type);
      if (alike != null) {
        return at(path, type, alike);
      }
      buffered = true;
    }
    try {
      for (NamedType subtype : subtypes(mapper.getDeserializationConfig(), type)) {
        if (subtype.getType() != type.getRawClass()
            && !Modifier.isAbstract(subtype.getType().getModifiers())) {
          known = true;
          String found =
              unsupported(deserializers.constructSpecializedType(type, subtype.getType()), path);
          if (found != null) {
            return found;
          }
        }
      }
      if (!known) {
        return at(
            path, type, "is abstract and names no class to read; annotate it with @JsonSubTypes");
      }
      return isAbstract ? null : ofReading(type, serializer, deserializer, path);
    } finally {
      buffered = outer;
    }
  }

  /** {@return which subtypes of a type that is told by its properties cannot be told apart} */
  private @Nullable String alike(JavaType type) {
    Map<Class<?>, Set<String>> properties = new LinkedHashMap<>();
    for (NamedType subtype : namedSubtypes(mapper.getDeserializationConfig(), type)) {
      Set<String> names = new HashSet<>();
      mapper
          .getDeserializationConfig()
          .introspect(mapper.constructType(subtype.getType()))
          .findProperties()
          .forEach(property -> names.add(property.getName()));
      if (!Modifier.isAbstract(subtype.getType().getModifiers()) && !names.isEmpty()) {
        properties.put(subtype.getType(), names);
      }
    }
    for (var one : properties.entrySet()) {
      for (var other : properties.entrySet()) {
        if (one.getKey() != other.getKey() && other.getValue().containsAll(one.getValue())) {
          return "is told by its properties (DEDUCTION), and "
              + other.getKey().getSimpleName()
              + " has all those of "
              + one.getKey().getSimpleName()
              + "; tell it by name, with @JsonTypeInfo(use = NAME)";
        }
      }
    }
    return null;
  }

  private static Collection<NamedType> namedSubtypes(MapperConfig<?> config, JavaType type) {
    return config
        .getSubtypeResolver()
        .collectAndResolveSubtypesByTypeId(
            config, config.introspectClassAnnotations(type).getClassInfo());
  }

  /** {@return the subtypes that annotations and modules name; maybe the type itself, too} */
  static List<NamedType> subtypes(MapperConfig<?> config, JavaType type) {
    // A class inherits the annotations, and with them names of its siblings.
    return namedSubtypes(config, type).stream()
        .filter(subtype -> type.getRawClass().isAssignableFrom(subtype.getType()))
        .toList();
  }

  /** Whether a JSON object can be read as an instance. */
  private static boolean fromObject(ValueInstantiator instantiator) {
    return instantiator.canCreateUsingDefault()
        || instantiator.canCreateFromObjectWith()
        || instantiator.canCreateUsingDelegate();
  }

  private @Nullable String ofProperties(
      JavaType owner, Iterator<? extends BeanProperty> properties, String path) {
    while (properties.hasNext()) {
      String found = ofProperty(owner, properties.next(), path);
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
    return unsupported(property.getType(), path.isEmpty() ? place : place + ", " + path.strip());
  }

  /** Whether an annotation on the property names its serializer or deserializer. */
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
