package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.Base64Variant;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.core.StreamReadCapability;
import com.fasterxml.jackson.core.Version;
import com.fasterxml.jackson.core.base.ParserMinimalBase;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.DupDetector;
import com.fasterxml.jackson.core.json.JsonReadContext;
import com.fasterxml.jackson.core.util.JacksonFeatureSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns the wire form into plain JSON while it flows: a {@code list} or {@code tuple} is read as an
 * array, a {@code dict} or {@code obj} as an object, {@code bytes} as an embedded {@code byte[]}.
 * Nothing is kept, except contents that come before their type.
 *
 * <p>One instance reads any number of values of one document: put the parser under it on a value's
 * first token, call {@link #begin()}, bind, call {@link #end()}. Class names in the wire are names
 * and no more: nothing is loaded. Not thread-safe.
 */
@SuppressWarnings("deprecation") // Jackson's abstract methods include deprecated ones
final class WireParser extends ParserMinimalBase {
  /** Inside a list or tuple. */
  private static final byte ELEMENTS = 0;

  /** Inside a dict, where a pair or the end comes next. */
  private static final byte DICT_PAIR = 1;

  /** Inside a pair, where the value comes next. */
  private static final byte DICT_VALUE = 2;

  /** Inside a pair, where its end comes next. */
  private static final byte DICT_PAIR_END = 3;

  /** Inside an object's fields, where a name or the end comes next. */
  private static final byte FIELD_NAME = 4;

  /** Inside an object's fields, where a value comes next. */
  private static final byte FIELD_VALUE = 5;

  private static final int STATE = 0x0F;

  /** Flag of a level: keys are handed out as values. */
  private static final int KEYS_AS_VALUES = 0x10;

  /** Flag of a level: its contents are replayed. */
  private static final int REPLAYED = 0x20;

  private final @Nullable Source source;
  private final JsonParser live;
  private JsonParser raw;
  private @Nullable Replay replay;

  private byte[] levels = new byte[16];
  private int depth;
  private boolean begun;
  private boolean skipping;
  private JsonReadContext context;

  private boolean atTuple;
  private @Nullable PythonModule module;
  private @Nullable String className;
  private @Nullable PythonClass[] classes = new PythonClass[0];
  private @Nullable PythonClass ended;

  private boolean inBytes;
  private boolean bytesReplayed;
  private byte @Nullable [] bytes;

  WireParser(JsonParser plain) {
    this(plain, null);
  }

  /**
   * Creates a filter.
   *
   * @param plain the parser under it
   * @param source where that parser reads, or null when runs of numbers are to be read one by one
   */
  WireParser(JsonParser plain, @Nullable Source source) {
    super(plain.streamReadConstraints());
    this.source = source;
    this.live = plain;
    this.raw = plain;
    this.context = root();
  }

  private JsonReadContext root() {
    return JsonReadContext.createRootContext(DupDetector.rootDetector(this));
  }

  /** Starts at the value whose first token the parser under this one is on. */
  WireParser begin() {
    raw = live;
    replay = null;
    depth = 0;
    begun = false;
    skipping = false;
    inBytes = false;
    bytes = null;
    context = root();
    _currToken = null;
    return this;
  }

  /** Reads what is left of the value, so that the parser under this one is on its last token. */
  void end() throws IOException {
    skipping = true;
    for (int i = 1; i <= depth; i++) {
      levels[i] |= KEYS_AS_VALUES;
    }
    JsonToken token = nextToken();
    while (token != null) {
      token = nextToken();
    }
  }

  /**
   * Makes the object whose START_OBJECT is the current token hand out its keys as values of any
   * type: {@link #nextToken()} then yields key, value, key, value … and END_OBJECT.
   */
  void keysAsValues() {
    if (_currToken != JsonToken.START_OBJECT) {
      throw new IllegalStateException("not at the start of an object, but at " + _currToken);
    }
    levels[depth] |= KEYS_AS_VALUES;
  }

  /** Whether the array whose START_ARRAY is the current token is a tuple. */
  boolean isTuple() {
    return atTuple;
  }

  /** The class of the object whose END_OBJECT is the current token; null for a dict. */
  @Nullable PythonClass endedClass() {
    return ended;
  }

  /**
   * Begins to read the numbers that follow the current element of an array past the parser, where
   * that is possible, else returns null. The run is to be ended before this parser goes on.
   */
  @Nullable NumberRun numbers() throws IOException {
    if (source == null || replay != null || depth == 0 || (levels[depth] & STATE) != ELEMENTS) {
      return null;
    }
    ByteArrayOutputStream ahead = new ByteArrayOutputStream();
    int length = live.releaseBuffered(ahead);
    return length < 0 ? null : new NumberRun(source, ahead.toByteArray(), length);
  }

  @Override
  public @Nullable JsonToken nextToken() throws IOException {
    if (inBytes) {
      endBytes();
    }
    _currToken = advance();
    return _currToken;
  }

  private @Nullable JsonToken advance() throws IOException {
    if (depth == 0) {
      if (begun) {
        return null;
      }
      begun = true;
      JsonToken token = raw.currentToken();
      return value(token == null ? next() : token);
    }
    int level = levels[depth];
    return switch (level & STATE) {
      case ELEMENTS -> {
        JsonToken token = next();
        yield token == JsonToken.END_ARRAY ? close(JsonToken.END_ARRAY) : value(token);
      }
      case DICT_PAIR -> pair(level);
      case DICT_VALUE -> {
        JsonToken token = next();
        if (token == JsonToken.END_ARRAY) {
          throw malformed("a dict's pair without a value");
        }
        setState(DICT_PAIR_END);
        yield value(token);
      }
      case DICT_PAIR_END -> {
        if (next() != JsonToken.END_ARRAY) {
          throw malformed("a dict's pair of more than two values");
        }
        yield pair(level);
      }
      case FIELD_NAME -> field(level);
      default -> {
        setState(FIELD_NAME);
        yield value(next());
      }
    };
  }

  private JsonToken field(int level) throws IOException {
    if (next() == JsonToken.END_OBJECT) {
      return close(JsonToken.END_OBJECT);
    }
    setState(FIELD_VALUE);
    if ((level & KEYS_AS_VALUES) != 0) {
      return JsonToken.VALUE_STRING;
    }
    context.setCurrentName(raw.currentName());
    return JsonToken.FIELD_NAME;
  }

  private JsonToken pair(int level) throws IOException {
    JsonToken token = next();
    if (token == JsonToken.END_ARRAY) {
      return close(JsonToken.END_OBJECT);
    }
    if (token != JsonToken.START_ARRAY) {
      throw malformed("a dict whose contents are not pairs");
    }
    token = next();
    if (token == JsonToken.END_ARRAY) {
      throw malformed("a dict's pair without a key");
    }
    setState(DICT_VALUE);
    if ((level & KEYS_AS_VALUES) != 0) {
      return value(token);
    }
    if (!token.isScalarValue()) {
      throw malformed("a key that is no string, where the names of fields are expected");
    }
    context.setCurrentName(raw.getText());
    return JsonToken.FIELD_NAME;
  }

  private void setState(byte state) {
    levels[depth] = (byte) ((levels[depth] & ~STATE) | state);
  }

  private JsonToken value(JsonToken token) throws IOException {
    if (token == JsonToken.START_OBJECT) {
      return open();
    }
    if (!token.isScalarValue()) {
      throw malformed("a bare JSON array; lists are objects with type and contents");
    }
    return token;
  }

  /** Reads a wire object as far as its contents. */
  private JsonToken open() throws IOException {
    String type = replay == null ? null : replay.nextType();
    module = null;
    className = null;
    while (next() == JsonToken.FIELD_NAME) {
      String field = raw.currentName();
      next();
      if (field.equals("contents")) {
        if (type != null) {
          return openContents(type, false);
        }
        if (replay != null) {
          throw malformed("an object with contents but without a type");
        }
        return openEarlyContents();
      }
      if (field.equals("type")) {
        type = type();
      } else {
        readOrSkip(field);
      }
    }
    throw malformed(
        type == null ? "an object without type and contents" : type + " without contents");
  }

  /** Contents that came before their type: they are kept until it is known. */
  private JsonToken openEarlyContents() throws IOException {
    Replay kept = Replay.record(raw);
    String type = null;
    while (next() == JsonToken.FIELD_NAME) {
      String field = raw.currentName();
      next();
      if (field.equals("type")) {
        type = type();
      } else {
        readOrSkip(field);
      }
    }
    if (type == null) {
      throw malformed("an object with contents but without a type");
    }
    replay = kept;
    raw = kept.parser();
    next();
    if (raw.currentToken() == JsonToken.START_OBJECT) {
      kept.nextType(); // an object's fields are no wire object themselves
    }
    return openContents(type, true);
  }

  private String type() throws IOException {
    if (raw.currentToken() != JsonToken.VALUE_STRING) {
      throw malformed("an object whose type is no string");
    }
    return raw.getText();
  }

  /** Reads a field of a wire object that is neither type nor contents. */
  private void readOrSkip(String field) throws IOException {
    if (field.equals("module") && raw.currentToken() == JsonToken.START_OBJECT) {
      module = module();
    } else if (field.equals("class") && raw.currentToken() == JsonToken.VALUE_STRING) {
      className = raw.getText();
    } else {
      skipRaw();
    }
  }

  private PythonModule module() throws IOException {
    if (replay != null) {
      replay.nextType();
    }
    boolean relative = false;
    List<String> path = new ArrayList<>();
    while (next() == JsonToken.FIELD_NAME) {
      String field = raw.currentName();
      JsonToken token = next();
      if (field.equals("type") && token == JsonToken.VALUE_STRING) {
        relative = raw.getText().equals("relative");
      } else if (field.equals("path") && token == JsonToken.START_ARRAY) {
        while (next() != JsonToken.END_ARRAY) {
          if (raw.currentToken() == JsonToken.VALUE_STRING) {
            path.add(raw.getText());
          } else {
            skipRaw();
          }
        }
      } else {
        skipRaw();
      }
    }
    return new PythonModule(relative, path);
  }

  private @Nullable PythonClass readClass() {
    return module == null || className == null ? null : new PythonClass(module, className);
  }

  /** Steps into contents, whose first token is the current one. */
  private JsonToken openContents(String type, boolean replayed) throws IOException {
    return switch (type) {
      case "list", "tuple" -> {
        expect(JsonToken.START_ARRAY, type);
        push(ELEMENTS, replayed);
        atTuple = type.equals("tuple");
        context = context.createChildArrayContext(-1, -1);
        yield JsonToken.START_ARRAY;
      }
      case "dict" -> {
        expect(JsonToken.START_ARRAY, type);
        push(DICT_PAIR, replayed);
        context = context.createChildObjectContext(-1, -1);
        yield JsonToken.START_OBJECT;
      }
      case "obj" -> {
        expect(JsonToken.START_OBJECT, type);
        if (!replayed && replay != null) {
          replay.nextType(); // an object's fields are no wire object themselves
        }
        push(FIELD_NAME, replayed);
        if (classes.length <= depth) {
          classes = Arrays.copyOf(classes, levels.length);
        }
        classes[depth] = readClass();
        context = context.createChildObjectContext(-1, -1);
        yield JsonToken.START_OBJECT;
      }
      case "bytes" -> {
        expect(JsonToken.VALUE_STRING, type);
        inBytes = true;
        bytesReplayed = replayed;
        bytes = null;
        yield JsonToken.VALUE_EMBEDDED_OBJECT;
      }
      default -> throw malformed("an object of the unknown type '" + abbreviated(type) + "'");
    };
  }

  private void expect(JsonToken wanted, String type) throws IOException {
    if (raw.currentToken() != wanted) {
      throw malformed(
          (type.equals("obj") ? "an " : "a ")
              + type
              + " whose contents are no "
              + (wanted == JsonToken.START_ARRAY
                  ? "array"
                  : wanted == JsonToken.START_OBJECT ? "object" : "string"));
    }
  }

  private void push(byte state, boolean replayed) throws IOException {
    if (depth == Limits.DEPTH) {
      throw new StreamConstraintsException(Limits.depthExceeded());
    }
    if (++depth == levels.length) {
      levels = Arrays.copyOf(levels, depth * 2);
    }
    levels[depth] = (byte) (state | (replayed ? REPLAYED : 0) | (skipping ? KEYS_AS_VALUES : 0));
  }

  private JsonToken close(JsonToken end) throws IOException {
    boolean replayed = (levels[depth] & REPLAYED) != 0;
    boolean instance = (levels[depth] & STATE) == FIELD_NAME;
    PythonClass type = instance ? classes[depth] : null;
    depth--;
    context = context.clearAndGetParent();
    module = type == null ? null : type.module();
    className = type == null ? null : type.name();
    closeObject(replayed);
    ended = instance ? readClass() : null;
    return end;
  }

  /** Reads what follows the contents of a wire object, to its end. */
  private void closeObject(boolean replayed) throws IOException {
    if (replayed) {
      raw = live; // which has read the object to its end already
      replay = null;
      return;
    }
    while (next() == JsonToken.FIELD_NAME) {
      String field = raw.currentName();
      next();
      readOrSkip(field);
    }
  }

  private void endBytes() throws IOException {
    inBytes = false;
    bytes = null;
    closeObject(bytesReplayed);
  }

  private void skipRaw() throws IOException {
    int open = 0;
    JsonToken token = raw.currentToken();
    while (true) {
      if (token.isStructStart()) {
        open++;
        if (token == JsonToken.START_OBJECT && replay != null) {
          replay.nextType();
        }
      } else if (token.isStructEnd()) {
        open--;
      }
      if (open == 0) {
        return;
      }
      token = next();
    }
  }

  private JsonToken next() throws IOException {
    JsonToken token = raw.nextToken();
    if (token == null) {
      throw new JsonEOFException(this, null, "the text ends inside a value");
    }
    return token;
  }

  private NoWireFormException malformed(String what) {
    return new NoWireFormException(this, what);
  }

  static String abbreviated(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }

  @Override
  public JsonParser skipChildren() throws IOException {
    if (_currToken == JsonToken.START_OBJECT || _currToken == JsonToken.START_ARRAY) {
      int outside = depth - 1;
      boolean before = skipping;
      skipping = true;
      levels[depth] |= KEYS_AS_VALUES;
      while (depth > outside) {
        nextToken();
      }
      skipping = before;
    }
    return this;
  }

  @Override
  public JsonStreamContext getParsingContext() {
    return context;
  }

  @Override
  public @Nullable String getCurrentName() {
    return currentName();
  }

  @Override
  public @Nullable String currentName() {
    if (_currToken == JsonToken.START_OBJECT || _currToken == JsonToken.START_ARRAY) {
      JsonReadContext parent = context.getParent();
      return parent == null ? null : parent.getCurrentName();
    }
    return context.getCurrentName();
  }

  @Override
  public void overrideCurrentName(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public @Nullable String getText() throws IOException {
    if (_currToken == null) {
      return null;
    }
    if (_currToken == JsonToken.FIELD_NAME) {
      return context.getCurrentName();
    }
    return _currToken.isScalarValue() ? raw.getText() : _currToken.asString();
  }

  @Override
  public char[] getTextCharacters() throws IOException {
    if (fromRaw()) {
      return raw.getTextCharacters();
    }
    String text = getText();
    return text == null ? new char[0] : text.toCharArray();
  }

  @Override
  public boolean hasTextCharacters() {
    return fromRaw() && raw.hasTextCharacters();
  }

  @Override
  public int getTextLength() throws IOException {
    if (fromRaw()) {
      return raw.getTextLength();
    }
    String text = getText();
    return text == null ? 0 : text.length();
  }

  @Override
  public int getTextOffset() throws IOException {
    return fromRaw() ? raw.getTextOffset() : 0;
  }

  private boolean fromRaw() {
    return _currToken != null && _currToken.isScalarValue();
  }

  @Override
  public @Nullable Object getEmbeddedObject() throws IOException {
    if (!inBytes) {
      return null;
    }
    if (bytes == null) {
      ByteChunks chunks = new ByteChunks();
      raw.readBinaryValue(chunks);
      bytes = chunks.toByteArray();
    }
    return bytes;
  }

  @Override
  public byte[] getBinaryValue(Base64Variant variant) throws IOException {
    return getEmbeddedObject() instanceof byte[] data ? data : raw.getBinaryValue(variant);
  }

  @Override
  public int readBinaryValue(Base64Variant variant, OutputStream out) throws IOException {
    if (inBytes && bytes == null) {
      return raw.readBinaryValue(variant, out);
    }
    byte[] data = getBinaryValue(variant);
    out.write(data);
    return data.length;
  }

  @Override
  public Number getNumberValue() throws IOException {
    return raw.getNumberValue();
  }

  @Override
  public Number getNumberValueExact() throws IOException {
    return raw.getNumberValueExact();
  }

  @Override
  public Object getNumberValueDeferred() throws IOException {
    return raw.getNumberValueDeferred();
  }

  @Override
  public NumberType getNumberType() throws IOException {
    return raw.getNumberType();
  }

  @Override
  public NumberTypeFP getNumberTypeFP() throws IOException {
    return raw.getNumberTypeFP();
  }

  @Override
  public int getIntValue() throws IOException {
    return raw.getIntValue();
  }

  @Override
  public long getLongValue() throws IOException {
    return raw.getLongValue();
  }

  @Override
  public BigInteger getBigIntegerValue() throws IOException {
    return raw.getBigIntegerValue();
  }

  @Override
  public float getFloatValue() throws IOException {
    return raw.getFloatValue();
  }

  @Override
  public double getDoubleValue() throws IOException {
    return raw.getDoubleValue();
  }

  @Override
  public BigDecimal getDecimalValue() throws IOException {
    return raw.getDecimalValue();
  }

  @Override
  public boolean isNaN() throws IOException {
    return _currToken == JsonToken.VALUE_NUMBER_FLOAT && raw.isNaN();
  }

  @Override
  public JacksonFeatureSet<StreamReadCapability> getReadCapabilities() {
    return live.getReadCapabilities();
  }

  @Override
  public @Nullable ObjectCodec getCodec() {
    return live.getCodec();
  }

  @Override
  public void setCodec(ObjectCodec codec) {
    live.setCodec(codec);
  }

  @Override
  public Version version() {
    return live.version();
  }

  @Override
  public JsonLocation getCurrentLocation() {
    return live.currentLocation();
  }

  @Override
  public JsonLocation getTokenLocation() {
    return live.currentTokenLocation();
  }

  @Override
  public void close() {
    // The document around this value goes on.
  }

  @Override
  public boolean isClosed() {
    return live.isClosed();
  }

  @Override
  protected void _handleEOF() throws JsonParseException {
    throw new JsonEOFException(this, null, "the text ends inside a value");
  }
}
