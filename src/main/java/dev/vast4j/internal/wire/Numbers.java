package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.deser.std.CollectionDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.ser.ContainerSerializer;
import com.fasterxml.jackson.databind.ser.ContextualSerializer;
import com.fasterxml.jackson.databind.ser.std.NumberSerializers;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.util.ClassUtil;
import java.io.IOException;
import java.lang.reflect.Array;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bindings of long arrays and lists of numbers, which go past Jackson's parser and generator. */
final class Numbers {
  /** After so many elements it pays to look for a run of numbers. */
  static final int ONE_BY_ONE = 64;

  private Numbers() {}

  /** Whether a collection of the type can hold nothing but such numbers. */
  private static boolean boxed(JavaType element) {
    return element.hasRawClass(Double.class)
        || element.hasRawClass(Float.class)
        || element.hasRawClass(Long.class)
        || element.hasRawClass(Integer.class);
  }

  static JsonSerializer<?> around(JavaType element, JsonSerializer<?> plain) {
    return boxed(element) ? new CollectionWriter(plain) : plain;
  }

  static JsonDeserializer<?> around(
      JavaType collection, JavaType element, JsonDeserializer<?> plain) {
    return plain.getClass() == CollectionDeserializer.class && boxed(element)
        ? new CollectionReader(collection, plain, null)
        : plain;
  }

  private static final class CollectionWriter extends StdSerializer<Object>
      implements ContextualSerializer {
    private static final long serialVersionUID = 1L;

    private final JsonSerializer<Object> plain;

    @SuppressWarnings("unchecked") // serializers take any object
    CollectionWriter(JsonSerializer<?> plain) {
      super(Object.class);
      this.plain = (JsonSerializer<Object>) plain;
    }

    @Override
    public JsonSerializer<?> createContextual(
        SerializerProvider serializers, @Nullable BeanProperty property)
        throws JsonMappingException {
      JsonSerializer<?> contextual = serializers.handleSecondaryContextualization(plain, property);
      return contextual instanceof ContainerSerializer<?> container
              && container.getContentSerializer() instanceof NumberSerializers.Base
          ? new CollectionWriter(contextual)
          : contextual; // the property wants its elements written otherwise
    }

    @Override
    public boolean isEmpty(SerializerProvider serializers, Object value) {
      return plain.isEmpty(serializers, value);
    }

    @Override
    @SuppressWarnings("unchecked") // that is what this is made for
    public void serialize(Object value, JsonGenerator generator, SerializerProvider serializers)
        throws IOException {
      if (generator instanceof WireGenerator wire) {
        wire.writeNumbers((Collection<? extends @Nullable Number>) value);
      } else {
        plain.serialize(value, generator, serializers);
      }
    }

    @Override
    public void serializeWithType(
        Object value, JsonGenerator generator, SerializerProvider serializers, TypeSerializer types)
        throws IOException {
      plain.serializeWithType(value, generator, serializers, types);
    }
  }

  private static final class CollectionReader extends StdDeserializer<Object>
      implements ContextualDeserializer {
    private static final long serialVersionUID = 1L;

    private final JavaType type;
    private final JsonDeserializer<?> plain;
    private final @Nullable JsonDeserializer<Object> elements;

    CollectionReader(
        JavaType type, JsonDeserializer<?> plain, @Nullable JsonDeserializer<Object> elements) {
      super(type);
      this.type = type;
      this.plain = plain;
      this.elements = elements;
    }

    @Override
    public JsonDeserializer<?> createContextual(
        DeserializationContext context, @Nullable BeanProperty property)
        throws JsonMappingException {
      JsonDeserializer<?> contextual =
          context.handleSecondaryContextualization(plain, property, type);
      return contextual instanceof CollectionDeserializer collection
              && collection.getValueInstantiator().canCreateUsingDefault()
              && ClassUtil.isJacksonStdImpl(collection.getContentDeserializer())
              && type.getContentType().getTypeHandler() == null
          ? new CollectionReader(type, contextual, collection.getContentDeserializer())
          : contextual;
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      JsonDeserializer<Object> reader = elements;
      if (!(parser instanceof WireParser wire)
          || reader == null
          || !(plain instanceof CollectionDeserializer collection)
          || !wire.hasToken(JsonToken.START_ARRAY)) {
        return plain.deserialize(parser, context);
      }
      @SuppressWarnings("unchecked") // the declared type is a collection
      Collection<@Nullable Object> result =
          (Collection<@Nullable Object>)
              collection.getValueInstantiator().createUsingDefault(context);
      int count = 0;
      for (JsonToken token = wire.nextToken();
          token != JsonToken.END_ARRAY;
          token = wire.nextToken()) {
        try {
          result.add(
              token == JsonToken.VALUE_NULL
                  ? reader.getNullValue(context)
                  : reader.deserialize(wire, context));
        } catch (IOException | RuntimeException e) {
          throw JsonMappingException.wrapWithPath(e, result, count);
        }
        if (++count % ONE_BY_ONE == 0) {
          NumberRun run = wire.numbers();
          if (run != null) {
            int before = result.size();
            run.readAll(result, this::addAll);
            run.end();
            count += result.size() - before;
          }
        }
      }
      return result;
    }

    private void addAll(NumberRun run, Collection<@Nullable Object> result) throws IOException {
      JavaType element = type.getContentType();
      if (element.hasRawClass(Double.class)) {
        for (NumberRun.Kind kind = run.next(); kind != NumberRun.Kind.END; kind = run.next()) {
          result.add(kind == NumberRun.Kind.FLOAT ? run.number() : (double) run.integer());
        }
      } else if (element.hasRawClass(Float.class)) {
        for (NumberRun.Kind kind = run.next(); kind != NumberRun.Kind.END; kind = run.next()) {
          result.add(kind == NumberRun.Kind.FLOAT ? run.floatNumber() : (float) run.integer());
        }
      } else {
        boolean ints = element.hasRawClass(Integer.class);
        NumberRun.Kind kind = run.next();
        while (kind == NumberRun.Kind.INTEGER && (!ints || isInt(run.integer()))) {
          if (ints) {
            result.add((int) run.integer());
          } else {
            result.add(run.integer());
          }
          kind = run.next();
        }
        if (kind != NumberRun.Kind.END) {
          run.unread(); // so that it is refused as it is elsewhere
        }
      }
    }

    @Override
    public Object deserializeWithType(
        JsonParser parser, DeserializationContext context, TypeDeserializer types)
        throws IOException {
      return types.deserializeTypedFromArray(parser, context);
    }

    @Override
    public @Nullable Object getNullValue(DeserializationContext context)
        throws JsonMappingException {
      return plain.getNullValue(context);
    }

    @Override
    public @Nullable Object getEmptyValue(DeserializationContext context)
        throws JsonMappingException {
      return plain.getEmptyValue(context);
    }

    @Override
    public boolean isCachable() {
      return plain.isCachable();
    }
  }

  private static boolean isInt(long number) {
    return (int) number == number;
  }

  /** Writes {@code float[]}; for the other arrays Jackson calls the generator's own methods. */
  static final class FloatsWriter extends StdSerializer<float[]> {
    private static final long serialVersionUID = 1L;

    FloatsWriter() {
      super(float[].class);
    }

    @Override
    public void serialize(float[] value, JsonGenerator generator, SerializerProvider serializers)
        throws IOException {
      if (generator instanceof WireGenerator wire) {
        wire.writeArray(value);
      } else {
        generator.writeStartArray(value, value.length);
        for (float element : value) {
          generator.writeNumber(element);
        }
        generator.writeEndArray();
      }
    }

    @Override
    public boolean isEmpty(SerializerProvider serializers, float[] value) {
      return value.length == 0;
    }
  }

  /** Reads an array of primitive numbers. */
  abstract static class ArrayReader<T> extends StdDeserializer<T> {
    private static final long serialVersionUID = 1L;

    ArrayReader(Class<T> type) {
      super(type);
    }

    /** An array that grows. */
    abstract static class Growing<T> {
      T elements;
      int size;

      Growing(T elements) {
        this.elements = elements;
      }

      abstract void addCurrent(JsonParser parser, DeserializationContext context)
          throws IOException;

      abstract void addAll(NumberRun run) throws IOException;

      void append(List<Growing<T>> parts) {
        ensure(parts.stream().mapToInt(part -> part.size).sum());
        for (Growing<T> part : parts) {
          System.arraycopy(part.elements, 0, elements, size, part.size);
          size += part.size;
        }
      }

      /** Makes room for so many more. */
      void ensure(int more) {
        int length = Array.getLength(elements);
        if (more > length - size) {
          long wanted = Math.max(2L * length, (long) size + more);
          elements = copy((int) Math.min(wanted, Integer.MAX_VALUE - 8));
        }
      }

      T array() {
        return size == Array.getLength(elements) ? elements : copy(size);
      }

      @SuppressWarnings("unchecked") // of the same type
      private T copy(int length) {
        T copy = (T) Array.newInstance(elements.getClass().getComponentType(), length);
        System.arraycopy(elements, 0, copy, 0, size);
        return copy;
      }
    }

    abstract Growing<T> newArray();

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      if (!parser.isExpectedStartArrayToken()) {
        @SuppressWarnings("unchecked") // whatever a problem handler makes of it
        T handled = (T) context.handleUnexpectedToken(getValueType(context), parser);
        return handled;
      }
      Growing<T> result = newArray();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        try {
          result.addCurrent(parser, context);
        } catch (IOException | RuntimeException e) {
          throw JsonMappingException.wrapWithPath(e, result, result.size);
        }
        if (result.size % ONE_BY_ONE == 0 && parser instanceof WireParser wire) {
          NumberRun run = wire.numbers();
          if (run != null) {
            run.readAll(result, this::newArray, (from, into) -> into.addAll(from), Growing::append);
            run.end();
          }
        }
      }
      return result.array();
    }

    @Override
    public Object deserializeWithType(
        JsonParser parser, DeserializationContext context, TypeDeserializer types)
        throws IOException {
      return types.deserializeTypedFromArray(parser, context);
    }
  }

  /** Reads {@code float[]}. */
  static final class FloatsReader extends ArrayReader<float[]> {
    private static final long serialVersionUID = 1L;

    FloatsReader() {
      super(float[].class);
    }

    @Override
    Growing<float[]> newArray() {
      return new Growing<>(new float[ONE_BY_ONE]) {
        @Override
        void addCurrent(JsonParser parser, DeserializationContext context) throws IOException {
          add(_parseFloatPrimitive(parser, context));
        }

        private void add(float element) {
          if (size == elements.length) {
            ensure(1);
          }
          elements[size++] = element;
        }

        @Override
        void addAll(NumberRun run) throws IOException {
          for (NumberRun.Kind kind = run.next(); kind != NumberRun.Kind.END; kind = run.next()) {
            add(kind == NumberRun.Kind.FLOAT ? run.floatNumber() : (float) run.integer());
          }
        }
      };
    }
  }

  /** Reads {@code double[]}. */
  static final class DoublesReader extends ArrayReader<double[]> {
    private static final long serialVersionUID = 1L;

    DoublesReader() {
      super(double[].class);
    }

    @Override
    Growing<double[]> newArray() {
      return new Growing<>(new double[ONE_BY_ONE]) {
        @Override
        void addCurrent(JsonParser parser, DeserializationContext context) throws IOException {
          add(_parseDoublePrimitive(parser, context));
        }

        private void add(double element) {
          if (size == elements.length) {
            ensure(1);
          }
          elements[size++] = element;
        }

        @Override
        void addAll(NumberRun run) throws IOException {
          for (NumberRun.Kind kind = run.next(); kind != NumberRun.Kind.END; kind = run.next()) {
            add(kind == NumberRun.Kind.FLOAT ? run.number() : (double) run.integer());
          }
        }
      };
    }
  }

  /** Reads {@code long[]}. */
  static final class LongsReader extends ArrayReader<long[]> {
    private static final long serialVersionUID = 1L;

    LongsReader() {
      super(long[].class);
    }

    @Override
    Growing<long[]> newArray() {
      return new Growing<>(new long[ONE_BY_ONE]) {
        @Override
        void addCurrent(JsonParser parser, DeserializationContext context) throws IOException {
          add(_parseLongPrimitive(parser, context));
        }

        private void add(long element) {
          if (size == elements.length) {
            ensure(1);
          }
          elements[size++] = element;
        }

        @Override
        void addAll(NumberRun run) throws IOException {
          NumberRun.Kind kind = run.next();
          while (kind == NumberRun.Kind.INTEGER) {
            add(run.integer());
            kind = run.next();
          }
          if (kind != NumberRun.Kind.END) {
            run.unread(); // so that it is refused as it is elsewhere
          }
        }
      };
    }
  }

  /** Reads {@code int[]}. */
  static final class IntsReader extends ArrayReader<int[]> {
    private static final long serialVersionUID = 1L;

    IntsReader() {
      super(int[].class);
    }

    @Override
    Growing<int[]> newArray() {
      return new Growing<>(new int[ONE_BY_ONE]) {
        @Override
        void addCurrent(JsonParser parser, DeserializationContext context) throws IOException {
          add(_parseIntPrimitive(parser, context));
        }

        private void add(int element) {
          if (size == elements.length) {
            ensure(1);
          }
          elements[size++] = element;
        }

        @Override
        void addAll(NumberRun run) throws IOException {
          NumberRun.Kind kind = run.next();
          while (kind == NumberRun.Kind.INTEGER && isInt(run.integer())) {
            add((int) run.integer());
            kind = run.next();
          }
          if (kind != NumberRun.Kind.END) {
            run.unread(); // so that it is refused as it is elsewhere
          }
        }
      };
    }
  }
}
