package dev.vast4j.internal.wire;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import com.fasterxml.jackson.databind.deser.impl.PropertyValueBuffer;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import java.io.IOException;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a property is when a message lacks it, because the sender's version of the class does. A
 * message that says null where a primitive is declared is an error all the same.
 */
final class Absent {
  private static final Map<Class<?>, Object> EMPTY =
      Map.of(
          Optional.class, Optional.empty(),
          OptionalInt.class, OptionalInt.empty(),
          OptionalLong.class, OptionalLong.empty(),
          OptionalDouble.class, OptionalDouble.empty());

  private Absent() {}

  /** {@return the empty value of an {@code Optional} class; null for any other class} */
  static @Nullable Object emptyOf(Class<?> type) {
    return EMPTY.get(type);
  }

  /** Makes an absent component or creator parameter of a primitive type 0 or false. */
  static JsonDeserializer<?> primitive(Class<?> type, JsonDeserializer<?> deserializer) {
    return new Primitive(deserializer, Array.get(Array.newInstance(type, 1), 0));
  }

  /** {@return the instantiator, or one that leaves no {@code Optional} property null} */
  static ValueInstantiator emptyOptionals(
      DeserializationConfig config, BeanDescription description, ValueInstantiator instantiator) {
    List<OptionalProperty> properties = new ArrayList<>();
    for (BeanPropertyDefinition property : description.findProperties()) {
      Object empty = emptyOf(property.getRawPrimaryType());
      if (empty != null && !property.hasConstructorParameter()) {
        AnnotatedMember reads = property.hasGetter() ? property.getGetter() : property.getField();
        AnnotatedMember writes = property.hasSetter() ? property.getSetter() : property.getField();
        if (reads != null && writes != null) {
          if (config.canOverrideAccessModifiers()) {
            boolean always = config.isEnabled(MapperFeature.OVERRIDE_PUBLIC_ACCESS_MODIFIERS);
            reads.fixAccess(always);
            writes.fixAccess(always);
          }
          properties.add(new OptionalProperty(reads, writes, empty));
        }
      }
    }
    return properties.isEmpty() ? instantiator : new Filling(instantiator, properties);
  }

  private static final class Primitive extends DelegatingDeserializer {
    private static final long serialVersionUID = 1L;

    private final transient Object absent;

    Primitive(JsonDeserializer<?> delegate, Object absent) {
      super(delegate);
      this.absent = absent;
    }

    @Override
    protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> delegate) {
      return new Primitive(delegate, absent);
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) {
      return absent;
    }
  }

  /** A property of a class that has no constructor parameter for it. */
  private record OptionalProperty(AnnotatedMember reads, AnnotatedMember writes, Object empty) {
    /** Sets the property unless the class's own constructor did. */
    void fill(Object bean) {
      boolean missing;
      try {
        missing = reads.getValue(bean) == null;
      } catch (RuntimeException e) {
        return; // a getter that needs more than a new instance
      }
      if (missing) {
        writes.setValue(bean, empty);
      }
    }
  }

  private static final class Filling extends ValueInstantiator.Delegating {
    private static final long serialVersionUID = 1L;

    private final transient List<OptionalProperty> properties;

    Filling(ValueInstantiator delegate, List<OptionalProperty> properties) {
      super(delegate);
      this.properties = properties;
    }

    @Override
    public ValueInstantiator createContextual(
        DeserializationContext context, BeanDescription description) throws JsonMappingException {
      return new Filling(delegate().createContextual(context, description), properties);
    }

    @Override
    public Object createUsingDefault(DeserializationContext context) throws IOException {
      return filled(super.createUsingDefault(context));
    }

    @Override
    public Object createUsingDefaultOrWithoutArguments(DeserializationContext context)
        throws IOException {
      return filled(super.createUsingDefaultOrWithoutArguments(context));
    }

    @Override
    public Object createFromObjectWith(DeserializationContext context, Object[] arguments)
        throws IOException {
      return filled(super.createFromObjectWith(context, arguments));
    }

    @Override
    public Object createFromObjectWith(
        DeserializationContext context,
        SettableBeanProperty[] parameters,
        PropertyValueBuffer values)
        throws IOException {
      return filled(super.createFromObjectWith(context, parameters, values));
    }

    private Object filled(Object bean) {
      properties.forEach(property -> property.fill(bean));
      return bean;
    }
  }
}
