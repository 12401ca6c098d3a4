package dev.vast4j.internal.wire;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The array types that travel as bytes between JVMs. The bytes are the elements' own, little
 * endian.
 */
enum NumberArray {
  FLOATS(float[].class, Float.BYTES) {
    @Override
    void put(Object array, int at, int count, ByteBuffer to) {
      to.asFloatBuffer().put((float[]) array, at, count);
    }

    @Override
    void get(ByteBuffer from, Object array, int at, int count) {
      from.asFloatBuffer().get((float[]) array, at, count);
    }

    @Override
    Object natural(ByteBuffer from, int at) {
      return Double.valueOf(Float.toString(from.getFloat(at))); // as its text
    }
  },

  DOUBLES(double[].class, Double.BYTES) {
    @Override
    void put(Object array, int at, int count, ByteBuffer to) {
      to.asDoubleBuffer().put((double[]) array, at, count);
    }

    @Override
    void get(ByteBuffer from, Object array, int at, int count) {
      from.asDoubleBuffer().get((double[]) array, at, count);
    }

    @Override
    Object natural(ByteBuffer from, int at) {
      return from.getDouble(at);
    }
  },

  INTS(int[].class, Integer.BYTES) {
    @Override
    void put(Object array, int at, int count, ByteBuffer to) {
      to.asIntBuffer().put((int[]) array, at, count);
    }

    @Override
    void get(ByteBuffer from, Object array, int at, int count) {
      from.asIntBuffer().get((int[]) array, at, count);
    }

    @Override
    Object natural(ByteBuffer from, int at) {
      return from.getInt(at);
    }
  },

  LONGS(long[].class, Long.BYTES) {
    @Override
    void put(Object array, int at, int count, ByteBuffer to) {
      to.asLongBuffer().put((long[]) array, at, count);
    }

    @Override
    void get(ByteBuffer from, Object array, int at, int count) {
      from.asLongBuffer().get((long[]) array, at, count);
    }

    @Override
    Object natural(ByteBuffer from, int at) {
      long value = from.getLong(at);
      return value == (int) value ? (Object) (int) value : (Object) value;
    }
  },

  SHORTS(short[].class, Short.BYTES) {
    @Override
    void put(Object array, int at, int count, ByteBuffer to) {
      to.asShortBuffer().put((short[]) array, at, count);
    }

    @Override
    void get(ByteBuffer from, Object array, int at, int count) {
      from.asShortBuffer().get((short[]) array, at, count);
    }

    @Override
    Object natural(ByteBuffer from, int at) {
      return (int) from.getShort(at);
    }
  };

  /** The field beside {@code contents} that has the element's type. */
  static final String FIELD = "elements";

  private final Class<?> type;
  private final int size;

  NumberArray(Class<?> type, int size) {
    this.type = type;
    this.size = size;
  }

  /** {@return the array type of the class, or null when it travels as a list or is no array} */
  static @Nullable NumberArray of(Class<?> type) {
    for (NumberArray array : values()) {
      if (array.type == type) {
        return array;
      }
    }
    return null;
  }

  /** {@return the array type whose elements have this name; null for other names} */
  static @Nullable NumberArray ofElements(@Nullable String element) {
    for (NumberArray array : values()) {
      if (array.element().equals(element)) {
        return array;
      }
    }
    return null;
  }

  /** {@return the class of the arrays} */
  Class<?> type() {
    return type;
  }

  /** {@return the type of the elements, such as {@code float}} */
  String element() {
    return type.getComponentType().getName();
  }

  /** {@return the bytes of an element} */
  int size() {
    return size;
  }

  Object create(int length) {
    return Array.newInstance(type.getComponentType(), length);
  }

  /** Copies elements into a little endian buffer, from its position on, which does not move. */
  abstract void put(Object array, int at, int count, ByteBuffer to);

  /** Copies elements out of a little endian buffer, from its position on, which does not move. */
  abstract void get(ByteBuffer from, Object array, int at, int count);

  /** {@return the element at a byte of a little endian buffer, as a value of no declared type} */
  abstract Object natural(ByteBuffer from, int at);
}
