package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.Base64Variant;
import com.fasterxml.jackson.core.JsonGenerationException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import dev.vast4j.RemoteType;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns plain JSON into the wire form while it flows: an array becomes a {@code list}, an object a
 * {@code dict}, whose pairs are opened by a field's name and closed after its value. For maps with
 * other keys than strings a key may also be written as a value, between {@link #startKey()} and
 * {@link #endKey()}.
 *
 * <p>Not thread-safe. Closing it closes nothing: it lives for one value in a larger document.
 */
final class WireGenerator extends JsonGeneratorDelegate {
  private static final SerializableString TYPE = new SerializedString("type");
  private static final SerializableString CONTENTS = new SerializedString("contents");
  private static final SerializableString MODULE = new SerializedString("module");
  private static final SerializableString CLASS = new SerializedString("class");
  private static final SerializableString PATH = new SerializedString("path");
  private static final SerializableString LIST_TYPE = new SerializedString("list");
  private static final SerializableString TUPLE_TYPE = new SerializedString("tuple");
  private static final SerializableString DICT_TYPE = new SerializedString("dict");
  private static final SerializableString BYTES_TYPE = new SerializedString("bytes");
  private static final SerializableString OBJECT_TYPE = new SerializedString("obj");

  /** Inside a list, or outside of everything. */
  private static final byte ELEMENTS = 0;

  /** Inside a dict, where a key or the end comes next. */
  private static final byte DICT_KEY = 1;

  /** Inside a pair, between {@link #startKey()} and {@link #endKey()}. */
  private static final byte DICT_KEY_VALUE = 2;

  /** Inside a pair, after its key. */
  private static final byte DICT_VALUE = 3;

  /** Inside an object that is an instance of a Python class. */
  private static final byte FIELDS = 4;

  /** Inside a list that is a key or an element of one. */
  private static final byte KEY_ELEMENTS = 5;

  /** From so many numbers on it pays to write them past the generator. */
  private static final int NUMBERS_AT_ONCE = 64;

  private final Dialect dialect;
  private final byte[] scratch = new byte[NumberWriter.MAX_LENGTH];
  private final char[] scratchChars = new char[NumberWriter.MAX_LENGTH];
  private byte[] states = new byte[16];
  private int depth;

  WireGenerator(JsonGenerator plain, Dialect dialect) {
    super(plain, false);
    this.dialect = dialect;
  }

  /** Begins a pair of the current dict; what is written next is its key, of any type. */
  void startKey() throws IOException {
    if (states[depth] != DICT_KEY) {
      throw misuse("a key that is no string, where the names of fields are expected");
    }
    delegate.writeStartArray();
    states[depth] = DICT_KEY_VALUE;
  }

  /** Ends the key; what is written next is its value. */
  void endKey() throws IOException {
    if (states[depth] != DICT_KEY_VALUE) {
      throw misuse("the end of a key that was not begun");
    }
    states[depth] = DICT_VALUE;
  }

  @Override
  public void writeStartArray() throws IOException {
    startList();
  }

  @Override
  @SuppressWarnings("deprecation") // deprecated, yet still called by custom serializers
  public void writeStartArray(int size) throws IOException {
    startList();
  }

  @Override
  public void writeStartArray(@Nullable Object forValue) throws IOException {
    startList(forValue instanceof Tuple);
  }

  @Override
  public void writeStartArray(@Nullable Object forValue, int size) throws IOException {
    startList(forValue instanceof Tuple);
  }

  @Override
  public void writeEndArray() throws IOException {
    endContents(states[depth] == KEY_ELEMENTS ? KEY_ELEMENTS : ELEMENTS, "array");
    delegate.writeEndArray();
    delegate.writeEndObject();
    afterValue();
  }

  @Override
  public void writeStartObject() throws IOException {
    startDict();
  }

  @Override
  public void writeStartObject(@Nullable Object forValue) throws IOException {
    PythonClass type = forValue == null ? null : pythonClass(forValue);
    if (type == null) {
      startDict();
    } else {
      startInstance(type);
    }
  }

  private @Nullable PythonClass pythonClass(Object value) {
    if (value instanceof Instance instance) {
      return instance.type();
    }
    RemoteType type =
        dialect == Dialect.PYTHON ? value.getClass().getAnnotation(RemoteType.class) : null;
    return type == null ? null : new PythonClass(PythonModule.of(type), type.name());
  }

  @Override
  public void writeStartObject(@Nullable Object forValue, int size) throws IOException {
    writeStartObject(forValue);
  }

  @Override
  public void writeEndObject() throws IOException {
    if (states[depth] == FIELDS) {
      endContents(FIELDS, "object");
      delegate.writeEndObject();
    } else {
      endContents(DICT_KEY, "object");
      delegate.writeEndArray();
    }
    delegate.writeEndObject();
    afterValue();
  }

  @Override
  public void writeFieldName(String name) throws IOException {
    if (states[depth] == FIELDS) {
      delegate.writeFieldName(name);
    } else {
      startKey();
      delegate.writeString(name);
      states[depth] = DICT_VALUE;
    }
  }

  @Override
  public void writeFieldName(SerializableString name) throws IOException {
    if (states[depth] == FIELDS) {
      delegate.writeFieldName(name);
    } else {
      startKey();
      delegate.writeString(name);
      states[depth] = DICT_VALUE;
    }
  }

  @Override
  public void writeFieldId(long id) throws IOException {
    writeFieldName(Long.toString(id));
  }

  @Override
  public void writeArray(int[] array, int offset, int length) throws IOException {
    startList();
    Sink sink = numbersTo(length);
    if (sink == null) {
      for (int i = offset; i < offset + length; i++) {
        writeNumber(array[i]);
      }
    } else {
      NumberBlock.writeAll(
          length,
          (from, to, block) -> {
            for (int i = from; i < to; i++) {
              block.add(array[offset + i]);
            }
          },
          sink);
    }
    writeEndArray();
  }

  @Override
  public void writeArray(long[] array, int offset, int length) throws IOException {
    startList();
    Sink sink = numbersTo(length);
    if (sink == null) {
      for (int i = offset; i < offset + length; i++) {
        writeNumber(array[i]);
      }
    } else {
      NumberBlock.writeAll(
          length,
          (from, to, block) -> {
            for (int i = from; i < to; i++) {
              block.add(array[offset + i]);
            }
          },
          sink);
    }
    writeEndArray();
  }

  @Override
  public void writeArray(double[] array, int offset, int length) throws IOException {
    startList();
    Sink sink = numbersTo(length);
    if (sink == null) {
      for (int i = offset; i < offset + length; i++) {
        writeNumber(array[i]);
      }
    } else {
      NumberBlock.writeAll(
          length,
          (from, to, block) -> {
            for (int i = from; i < to; i++) {
              block.add(array[offset + i]);
            }
          },
          sink);
    }
    writeEndArray();
  }

  /** As for the other arrays of numbers; Jackson has no such method. */
  void writeArray(float[] array) throws IOException {
    startList();
    Sink sink = numbersTo(array.length);
    if (sink == null) {
      for (float element : array) {
        writeNumber(element);
      }
    } else {
      NumberBlock.writeAll(
          array.length,
          (from, to, block) -> {
            for (int i = from; i < to; i++) {
              block.add(array[i]);
            }
          },
          sink);
    }
    writeEndArray();
  }

  /** Writes a list of numbers and nulls. */
  void writeNumbers(Collection<? extends @Nullable Number> elements) throws IOException {
    startList();
    Sink sink = numbersTo(elements.size());
    if (sink == null) {
      for (Number element : elements) {
        writePOJO(element);
      }
    } else {
      // What several threads may read at once, whatever the collection is.
      List<? extends @Nullable Number> list =
          elements.getClass() == ArrayList.class
              ? (ArrayList<? extends @Nullable Number>) elements
              : Arrays.asList(elements.toArray(new @Nullable Number[0]));
      NumberBlock.writeAll(
          list.size(),
          (from, to, block) -> {
            for (int i = from; i < to; i++) {
              block.add(list.get(i));
            }
          },
          sink);
    }
    writeEndArray();
  }

  /** Where to write so many numbers past the generator under this one; null when not worth it. */
  private @Nullable Sink numbersTo(int count) throws IOException {
    if (count < NUMBERS_AT_ONCE || !(delegate.getOutputTarget() instanceof Sink sink)) {
      return null;
    }
    delegate.flush(); // into the sink, which passes it on
    return sink;
  }

  @Override
  public void writeArray(String[] array, int offset, int length) throws IOException {
    startList();
    for (int i = offset; i < offset + length; i++) {
      delegate.writeString(array[i]);
    }
    writeEndArray();
  }

  @Override
  public void writeString(@Nullable String text) throws IOException {
    delegate.writeString(text);
    afterValue();
  }

  @Override
  public void writeString(Reader reader, int length) throws IOException {
    delegate.writeString(reader, length);
    afterValue();
  }

  @Override
  public void writeString(char[] text, int offset, int length) throws IOException {
    delegate.writeString(text, offset, length);
    afterValue();
  }

  @Override
  public void writeString(SerializableString text) throws IOException {
    delegate.writeString(text);
    afterValue();
  }

  @Override
  public void writeRawUTF8String(byte[] text, int offset, int length) throws IOException {
    delegate.writeRawUTF8String(text, offset, length);
    afterValue();
  }

  @Override
  public void writeUTF8String(byte[] text, int offset, int length) throws IOException {
    delegate.writeUTF8String(text, offset, length);
    afterValue();
  }

  // Raw text is plain JSON (or none at all), which has no place in the wire form.

  @Override
  public void writeRaw(String text) throws IOException {
    throw rawText();
  }

  @Override
  public void writeRaw(String text, int offset, int length) throws IOException {
    throw rawText();
  }

  @Override
  public void writeRaw(SerializableString text) throws IOException {
    throw rawText();
  }

  @Override
  public void writeRaw(char[] text, int offset, int length) throws IOException {
    throw rawText();
  }

  @Override
  public void writeRaw(char c) throws IOException {
    throw rawText();
  }

  @Override
  public void writeRawValue(String text) throws IOException {
    throw rawText();
  }

  @Override
  public void writeRawValue(String text, int offset, int length) throws IOException {
    throw rawText();
  }

  @Override
  public void writeRawValue(char[] text, int offset, int length) throws IOException {
    throw rawText();
  }

  @Override
  public void writeBinary(Base64Variant variant, byte[] data, int offset, int length)
      throws IOException {
    startWireObject(BYTES_TYPE);
    delegate.writeFieldName(CONTENTS);
    delegate.writeBinary(variant, data, offset, length);
    delegate.writeEndObject();
    afterValue();
  }

  @Override
  public int writeBinary(Base64Variant variant, InputStream data, int length) throws IOException {
    startWireObject(BYTES_TYPE);
    delegate.writeFieldName(CONTENTS);
    int written = delegate.writeBinary(variant, data, length);
    delegate.writeEndObject();
    afterValue();
    return written;
  }

  @Override
  public void writeNumber(short value) throws IOException {
    delegate.writeNumber(value);
    afterValue();
  }

  @Override
  public void writeNumber(int value) throws IOException {
    delegate.writeNumber(value);
    afterValue();
  }

  @Override
  public void writeNumber(long value) throws IOException {
    delegate.writeNumber(value);
    afterValue();
  }

  @Override
  public void writeNumber(@Nullable BigInteger value) throws IOException {
    if (value != null) {
      checkDigits(value);
    }
    delegate.writeNumber(value);
    afterValue();
  }

  @Override
  public void writeNumber(double value) throws IOException {
    writeScratch(NumberWriter.write(value, scratch, 0));
  }

  @Override
  public void writeNumber(float value) throws IOException {
    writeScratch(NumberWriter.write(value, scratch, 0));
  }

  private void writeScratch(int length) throws IOException {
    for (int i = 0; i < length; i++) {
      scratchChars[i] = (char) scratch[i];
    }
    delegate.writeNumber(scratchChars, 0, length);
    afterValue();
  }

  @Override
  public void writeNumber(@Nullable BigDecimal value) throws IOException {
    if (value != null) {
      checkDigits(value.unscaledValue());
    }
    delegate.writeNumber(value);
    afterValue();
  }

  @Override
  public void writeNumber(String encoded) throws IOException {
    delegate.writeNumber(encoded);
    afterValue();
  }

  @Override
  public void writeNumber(char[] encoded, int offset, int length) throws IOException {
    delegate.writeNumber(encoded, offset, length);
    afterValue();
  }

  @Override
  public void writeBoolean(boolean value) throws IOException {
    if (dialect == Dialect.PYTHON) {
      delegate.writeNumber(value ? 1 : 0);
    } else {
      delegate.writeBoolean(value);
    }
    afterValue();
  }

  @Override
  public void writeNull() throws IOException {
    delegate.writeNull();
    afterValue();
  }

  @Override
  public void writeEmbeddedObject(@Nullable Object value) throws IOException {
    if (value == null) {
      writeNull();
    } else if (value instanceof byte[] data) {
      writeBinary(data);
    } else {
      throw misuse("a value of " + value.getClass().getName() + ", embedded as it is");
    }
  }

  @Override
  public void writeOmittedField(String name) {
    // Nothing stands for a field that is left out.
  }

  @Override
  public void close() {
    // The document around this value goes on.
  }

  private void startList() throws IOException {
    startList(false);
  }

  /** Python's dicts take no list as a key, nor a tuple with a list in it. */
  private void startList(boolean tuple) throws IOException {
    boolean inKey = states[depth] == DICT_KEY_VALUE || states[depth] == KEY_ELEMENTS;
    startWireObject(tuple || inKey ? TUPLE_TYPE : LIST_TYPE);
    delegate.writeFieldName(CONTENTS);
    delegate.writeStartArray();
    push(inKey ? KEY_ELEMENTS : ELEMENTS);
  }

  private void startDict() throws IOException {
    startWireObject(DICT_TYPE);
    delegate.writeFieldName(CONTENTS);
    delegate.writeStartArray();
    push(DICT_KEY);
  }

  private void startInstance(PythonClass type) throws IOException {
    startWireObject(OBJECT_TYPE);
    delegate.writeFieldName(MODULE);
    type.module().write(delegate, TYPE, PATH);
    delegate.writeFieldName(CLASS);
    delegate.writeString(type.name());
    delegate.writeFieldName(CONTENTS);
    delegate.writeStartObject();
    push(FIELDS);
  }

  private void startWireObject(SerializableString type) throws IOException {
    byte state = states[depth];
    if (state == DICT_KEY) {
      throw misuse("a value without a key");
    }
    delegate.writeStartObject();
    delegate.writeFieldName(TYPE);
    delegate.writeString(type);
  }

  private void push(byte state) throws IOException {
    if (depth == Limits.DEPTH) {
      throw new StreamConstraintsException(Limits.depthExceeded() + " (a cycle of references?)");
    }
    if (++depth == states.length) {
      states = Arrays.copyOf(states, depth * 2);
    }
    states[depth] = state;
  }

  private void endContents(byte state, String what) throws IOException {
    if (depth == 0 || states[depth] != state) {
      throw misuse("the end of an " + what + " that was not begun");
    }
    depth--;
  }

  private void afterValue() throws IOException {
    if (states[depth] == DICT_VALUE) {
      delegate.writeEndArray();
      states[depth] = DICT_KEY;
    }
  }

  private static void checkDigits(BigInteger digits) throws IOException {
    if (digits.bitLength() > Limits.NUMBER_BITS) {
      throw new StreamConstraintsException(
          "a number of more than " + Limits.NUMBER_LENGTH + " digits, which is the limit");
    }
  }

  private JsonGenerationException rawText() {
    return misuse("raw JSON text, which has no wire form");
  }

  private JsonGenerationException misuse(String what) {
    return new JsonGenerationException("a serializer wrote " + what, this);
  }
}
