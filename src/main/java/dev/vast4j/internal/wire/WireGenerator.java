package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.Base64Variant;
import com.fasterxml.jackson.core.JsonGenerationException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.vast4j.RemoteType;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Writes values in the wire form. Scalars go straight to Jackson's generator; the {@link
 * Punctuation} that it asks for brackets and separators puts those of the wire form around lists
 * and dicts. A dict is an array of keys and values to Jackson, so a key may be any value.
 *
 * <p>One instance writes all values of a document; {@link #delegate()} writes the plain JSON around
 * them. Not thread-safe.
 */
final class WireGenerator extends JsonGeneratorDelegate {
  /** What the generator is inside of. */
  private enum Level {
    PLAIN("", ""),
    LIST("{\"type\":\"list\",\"contents\":[", "]}"),
    TUPLE("{\"type\":\"tuple\",\"contents\":[", "]}"),
    /** A list in a dict's key: a tuple, as are the lists in it, because Python hashes keys. */
    KEY("{\"type\":\"tuple\",\"contents\":[", "]}"),
    DICT("{\"type\":\"dict\",\"contents\":[", "]]}"),
    INSTANCE("", "}}"),
    BYTES("{", "}");

    private final String opening;
    private final String closing;

    Level(String opening, String closing) {
      this.opening = opening;
      this.closing = closing;
    }

    boolean isList() {
      return this == LIST || this == TUPLE || this == KEY;
    }
  }

  private final Dialect dialect;
  private final Deque<Level> levels = new ArrayDeque<>();

  /** What the next bracket opens. */
  private Level opened = Level.PLAIN;

  private @Nullable PythonClass openedClass;

  private boolean arrays;

  WireGenerator(JsonGenerator plain, Dialect dialect) {
    super(plain, false);
    this.dialect = dialect;
    levels.push(Level.PLAIN);
    plain.setPrettyPrinter(new Punctuation());
  }

  /** The brackets and separators around values. */
  private final class Punctuation extends MinimalPrettyPrinter {
    private static final long serialVersionUID = 1L;

    @Override
    public void writeStartArray(JsonGenerator plain) throws IOException {
      if (opened == Level.PLAIN) {
        plain.writeRaw('[');
      } else {
        plain.writeRaw(opened.opening);
        open();
      }
    }

    @Override
    public void writeStartObject(JsonGenerator plain) throws IOException {
      if (opened == Level.PLAIN) {
        plain.writeRaw('{');
      } else {
        if (openedClass == null) {
          plain.writeRaw(opened.opening);
        } else {
          plain.writeRaw(openedClass.opening());
          openedClass = null;
        }
        open();
      }
    }

    private void open() {
      levels.push(opened);
      opened = Level.PLAIN;
    }

    @Override
    public void beforeArrayValues(JsonGenerator plain) throws IOException {
      if (level() == Level.DICT) {
        plain.writeRaw('[');
      }
    }

    @Override
    public void writeArrayValueSeparator(JsonGenerator plain) throws IOException {
      if (level() == Level.DICT && plain.getOutputContext().getEntryCount() % 2 == 1) {
        plain.writeRaw("],[");
      } else {
        plain.writeRaw(',');
      }
    }

    @Override
    public void writeEndArray(JsonGenerator plain, int count) throws IOException {
      if (level() == Level.PLAIN) {
        plain.writeRaw(']');
      } else {
        plain.writeRaw(count == 0 ? Level.LIST.closing : level().closing);
        levels.pop();
      }
    }

    @Override
    public void writeEndObject(JsonGenerator plain, int count) throws IOException {
      if (level() == Level.PLAIN) {
        plain.writeRaw('}');
      } else {
        plain.writeRaw(level().closing);
        levels.pop();
      }
    }
  }

  private Level level() {
    return levels.getFirst();
  }

  /** Whether the next value is the key of a pair. */
  private boolean atKey() {
    return level() == Level.DICT && delegate.getOutputContext().getEntryCount() % 2 == 0;
  }

  private void next(Level level) throws IOException {
    if (levels.size() > Limits.DEPTH) {
      throw new StreamConstraintsException(Limits.depthExceeded() + " (a cycle of references?)");
    }
    opened = level;
  }

  private void nextList() throws IOException {
    next(atKey() || level() == Level.KEY ? Level.KEY : Level.LIST);
  }

  @Override
  public void writeStartArray() throws IOException {
    nextList();
    delegate.writeStartArray();
  }

  @Override
  @SuppressWarnings("deprecation") // custom serializers still call it
  public void writeStartArray(int size) throws IOException {
    writeStartArray();
  }

  @Override
  public void writeStartArray(@Nullable Object forValue) throws IOException {
    nextList();
    if (forValue instanceof Tuple && opened == Level.LIST) {
      opened = Level.TUPLE;
    }
    delegate.writeStartArray(forValue);
  }

  @Override
  public void writeStartArray(@Nullable Object forValue, int size) throws IOException {
    writeStartArray(forValue);
  }

  @Override
  public void writeEndArray() throws IOException {
    if (!level().isList()) {
      throw misuse("the end of an array that was not begun");
    }
    delegate.writeEndArray();
  }

  @Override
  public void writeStartObject() throws IOException {
    next(Level.DICT);
    delegate.writeStartArray();
  }

  @Override
  public void writeStartObject(@Nullable Object forValue) throws IOException {
    openedClass = forValue == null ? null : pythonClass(forValue);
    if (openedClass == null) {
      next(Level.DICT);
      delegate.writeStartArray(forValue);
    } else {
      next(Level.INSTANCE);
      delegate.writeStartObject(forValue);
    }
  }

  @Override
  public void writeStartObject(@Nullable Object forValue, int size) throws IOException {
    writeStartObject(forValue);
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
  public void writeEndObject() throws IOException {
    if (level() == Level.INSTANCE) {
      delegate.writeEndObject();
    } else if (atKey()) {
      delegate.writeEndArray();
    } else {
      throw misuse("the end of an object that was not begun or lacks a value");
    }
  }

  @Override
  public void writeFieldName(String name) throws IOException {
    if (atKey()) {
      delegate.writeString(name);
    } else {
      delegate.writeFieldName(name); // of an instance; refused anywhere else
    }
  }

  @Override
  public void writeFieldName(SerializableString name) throws IOException {
    if (atKey()) {
      delegate.writeString(name);
    } else {
      delegate.writeFieldName(name);
    }
  }

  @Override
  public void writeFieldId(long id) throws IOException {
    writeFieldName(Long.toString(id));
  }

  @Override
  public void writeArray(int[] array, int offset, int length) throws IOException {
    nextList();
    delegate.writeArray(array, offset, length);
  }

  @Override
  public void writeArray(long[] array, int offset, int length) throws IOException {
    nextList();
    delegate.writeArray(array, offset, length);
  }

  @Override
  public void writeArray(double[] array, int offset, int length) throws IOException {
    nextList();
    delegate.writeArray(array, offset, length);
  }

  @Override
  public void writeArray(String[] array, int offset, int length) throws IOException {
    nextList();
    delegate.writeArray(array, offset, length);
  }

  @Override
  public void writeBinary(Base64Variant variant, byte[] data, int offset, int length)
      throws IOException {
    startBytes();
    delegate.writeBinary(variant, data, offset, length);
    delegate.writeEndObject();
  }

  @Override
  public int writeBinary(Base64Variant variant, InputStream data, int length) throws IOException {
    startBytes();
    int written = delegate.writeBinary(variant, data, length);
    delegate.writeEndObject();
    return written;
  }

  private void startBytes() throws IOException {
    opened = Level.BYTES;
    delegate.writeStartObject();
    delegate.writeStringField("type", "bytes");
    delegate.writeFieldName("contents");
  }

  /** Whether number arrays are written as bytes. Called for each that may be. */
  boolean arraysAsBytes() {
    arrays = true;
    return dialect == Dialect.JAVA_ARRAYS;
  }

  /** Whether there was a number array that travels as bytes or, in another dialect, would. */
  boolean hadArrays() {
    return arrays;
  }

  /** Writes the bytes of a number array, and what they are. */
  void writeBytesOf(Object array, NumberArray type) throws IOException {
    startBytes();
    Base64Chunk.write(delegate, array, type);
    delegate.writeStringField(NumberArray.FIELD, type.element());
    delegate.writeEndObject();
  }

  @Override
  public void writeEmbeddedObject(@Nullable Object value) throws IOException {
    if (value instanceof byte[] data) {
      writeBinary(data);
    } else {
      delegate.writeEmbeddedObject(value);
    }
  }

  @Override
  public void writeNumber(@Nullable BigInteger value) throws IOException {
    if (value != null) {
      checkDigits(value);
    }
    delegate.writeNumber(value);
  }

  @Override
  public void writeNumber(@Nullable BigDecimal value) throws IOException {
    if (value != null) {
      checkDigits(value.unscaledValue());
    }
    delegate.writeNumber(value);
  }

  private static void checkDigits(BigInteger digits) throws IOException {
    if (digits.bitLength() > Limits.NUMBER_BITS) {
      throw new StreamConstraintsException(
          "a number of more than " + Limits.NUMBER_LENGTH + " digits, which is the limit");
    }
  }

  @Override
  public void writeBoolean(boolean value) throws IOException {
    if (dialect == Dialect.PYTHON) {
      delegate.writeNumber(value ? 1 : 0);
    } else {
      delegate.writeBoolean(value);
    }
  }

  // Raw text is plain JSON, or not even that.

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
  public void close() {
    // The document around this value goes on.
  }

  private JsonGenerationException rawText() {
    return misuse("raw JSON text, which has no wire form");
  }

  private JsonGenerationException misuse(String what) {
    return new JsonGenerationException("a serializer wrote " + what, this);
  }
}
