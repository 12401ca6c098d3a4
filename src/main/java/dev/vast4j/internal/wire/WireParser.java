package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.Base64Variant;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.TokenFilter;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.DupDetector;
import com.fasterxml.jackson.core.json.JsonReadContext;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows the wire form as plain JSON: a {@code list} or {@code tuple} as an array, a {@code dict} or
 * {@code obj} as an object, {@code bytes} as an embedded {@code byte[]}. It reads as it goes and
 * keeps nothing but contents that come before their type.
 *
 * <p>One instance reads any number of values of a document: put the parser under it on a value's
 * first token, call {@link #begin()}, bind, call {@link #end()}. Class names are data; none is
 * loaded. Not thread-safe.
 */
final class WireParser extends FilteringParserDelegate {
  /** What comes next in a level. */
  private enum Next {
    ELEMENT,
    PAIR,
    PAIR_VALUE,
    PAIR_END,
    FIELD,
    FIELD_VALUE
  }

  /** A wire object that is being read, or what is around the value. */
  private static final class Level {
    private final @Nullable Level outer;
    private final int depth;
    private JsonReadContext context;
    private Next next = Next.ELEMENT;
    private @Nullable String type;
    private @Nullable PythonModule module;
    private @Nullable String className;
    private @Nullable String elements;

    /** Whether the contents are replayed because they came before their type. */
    private boolean replayed;

    private boolean keysAsValues;

    Level(JsonReadContext root) {
      this.outer = null;
      this.depth = 0;
      this.context = root;
    }

    Level(Level outer) {
      this.outer = outer;
      this.depth = outer.depth + 1;
      this.context = outer.context;
    }

    @Nullable PythonClass pythonClass() {
      return !"obj".equals(type) || module == null || className == null
          ? null
          : new PythonClass(module, className);
    }
  }

  private final JsonParser live;
  private @Nullable Replay replay;
  private Level level;
  private boolean begun;

  /** Whether values are passed over: then no key is asked for its name. */
  private boolean skipping;

  private @Nullable Level ended;
  private @Nullable Level openBytes;

  /** The bytes that are the current token, once read: a {@code byte[]} or {@link NumberList}. */
  private @Nullable Object bytes;

  WireParser(JsonParser plain) {
    super(plain, TokenFilter.INCLUDE_ALL, TokenFilter.Inclusion.ONLY_INCLUDE_ALL, true);
    this.live = plain;
    this.level = new Level(root());
  }

  private JsonReadContext root() {
    return JsonReadContext.createRootContext(DupDetector.rootDetector(this));
  }

  /** Starts at the value whose first token the parser under this one is on. */
  WireParser begin() {
    delegate = live;
    replay = null;
    level = new Level(root());
    begun = false;
    skipping = false;
    openBytes = null;
    bytes = null;
    _currToken = null;
    return this;
  }

  /** Reads the rest of the value, so that the parser under this one is on its last token. */
  void end() throws IOException {
    skipping = true;
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
    level.keysAsValues = true;
  }

  /** Whether the array whose START_ARRAY is the current token is a tuple. */
  boolean isTuple() {
    return "tuple".equals(level.type);
  }

  /** The class of the object whose END_OBJECT is the current token; null for a dict. */
  @Nullable PythonClass endedClass() {
    return ended == null ? null : ended.pythonClass();
  }

  @Override
  public @Nullable JsonToken nextToken() throws IOException {
    if (openBytes != null) {
      endObject(openBytes);
      openBytes = null;
    }
    bytes = null;
    _currToken = advance();
    return _currToken;
  }

  private @Nullable JsonToken advance() throws IOException {
    if (level.depth == 0) {
      if (begun) {
        return null;
      }
      begun = true;
      JsonToken token = delegate.currentToken();
      return value(token == null ? next() : token);
    }
    return switch (level.next) {
      case ELEMENT -> {
        JsonToken token = next();
        yield token == JsonToken.END_ARRAY ? close(JsonToken.END_ARRAY) : value(token);
      }
      case PAIR -> pair();
      case PAIR_VALUE -> {
        JsonToken token = next();
        if (token == JsonToken.END_ARRAY) {
          throw malformed("a dict's pair without a value");
        }
        level.next = Next.PAIR_END;
        yield value(token);
      }
      case PAIR_END -> {
        if (next() != JsonToken.END_ARRAY) {
          throw malformed("a dict's pair of more than two values");
        }
        yield pair();
      }
      case FIELD -> field();
      case FIELD_VALUE -> {
        level.next = Next.FIELD;
        yield value(next());
      }
    };
  }

  private JsonToken field() throws IOException {
    if (next() == JsonToken.END_OBJECT) {
      return close(JsonToken.END_OBJECT);
    }
    level.next = Next.FIELD_VALUE;
    return skipping || level.keysAsValues
        ? JsonToken.VALUE_STRING
        : fieldName(delegate.currentName());
  }

  private JsonToken pair() throws IOException {
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
    level.next = Next.PAIR_VALUE;
    if (skipping || level.keysAsValues) {
      return value(token);
    }
    if (!token.isScalarValue()) {
      throw malformed("a key that is not a string, where the names of fields are expected");
    }
    return fieldName(delegate.getText());
  }

  private JsonToken fieldName(String name) throws IOException {
    level.context.setCurrentName(name);
    return JsonToken.FIELD_NAME;
  }

  private JsonToken value(JsonToken token) throws IOException {
    if (token == JsonToken.START_OBJECT) {
      return open(new Level(level));
    }
    if (!token.isScalarValue()) {
      throw malformed("a bare JSON array; lists are objects with type and contents");
    }
    return token;
  }

  /** Reads a wire object as far as its contents. */
  private JsonToken open(Level opened) throws IOException {
    opened.type = replay == null ? null : replay.nextType();
    while (next() == JsonToken.FIELD_NAME) {
      String field = delegate.currentName();
      next();
      if (!field.equals("contents")) {
        readField(opened, field);
        continue;
      }
      if (opened.type == null && replay == null) {
        keepContents(opened);
      }
      if (opened.type == null) {
        throw malformed("an object with contents but without a type");
      }
      return openContents(opened, opened.type);
    }
    throw malformed(
        opened.type == null
            ? "an object without type and contents"
            : opened.type + " without contents");
  }

  /** Keeps contents that came before their type, reads the rest of the object, and replays them. */
  private void keepContents(Level opened) throws IOException {
    Replay kept = Replay.record(live);
    endObject(opened);
    opened.replayed = true;
    replay = kept;
    delegate = kept.parser();
    next();
  }

  /** Reads a field of a wire object other than its contents. */
  private void readField(Level object, String field) throws IOException {
    JsonToken token = delegate.currentToken();
    if (field.equals("type")) {
      if (token != JsonToken.VALUE_STRING) {
        throw malformed("an object whose type is not a string");
      }
      object.type = delegate.getText();
    } else if (field.equals("module") && token == JsonToken.START_OBJECT) {
      object.module = module();
    } else if (field.equals("class") && token == JsonToken.VALUE_STRING) {
      object.className = delegate.getText();
    } else if (field.equals(NumberArray.FIELD) && token == JsonToken.VALUE_STRING) {
      object.elements = delegate.getText();
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
      String field = delegate.currentName();
      JsonToken token = next();
      if (field.equals("type") && token == JsonToken.VALUE_STRING) {
        relative = delegate.getText().equals("relative");
      } else if (field.equals("path") && token == JsonToken.START_ARRAY) {
        while (next() != JsonToken.END_ARRAY) {
          if (delegate.currentToken() == JsonToken.VALUE_STRING) {
            path.add(delegate.getText());
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

  /** Steps into contents, whose first token is the current one. */
  private JsonToken openContents(Level opened, String type) throws IOException {
    return switch (type) {
      case "list", "tuple" -> {
        expect(JsonToken.START_ARRAY, type, "array");
        push(opened, Next.ELEMENT);
        yield JsonToken.START_ARRAY;
      }
      case "dict" -> {
        expect(JsonToken.START_ARRAY, type, "array");
        push(opened, Next.PAIR);
        yield JsonToken.START_OBJECT;
      }
      case "obj" -> {
        expect(JsonToken.START_OBJECT, type, "object");
        if (replay != null) {
          replay.nextType(); // the object of the fields, which is not a wire object
        }
        push(opened, Next.FIELD);
        yield JsonToken.START_OBJECT;
      }
      case "bytes" -> {
        expect(JsonToken.VALUE_STRING, type, "string");
        openBytes = opened;
        yield JsonToken.VALUE_EMBEDDED_OBJECT;
      }
      default -> throw malformed("an object of the unknown type '" + abbreviated(type) + "'");
    };
  }

  private void expect(JsonToken wanted, String type, String name) throws IOException {
    if (delegate.currentToken() != wanted) {
      throw malformed("contents of type " + type + " that are not a JSON " + name);
    }
  }

  private void push(Level opened, Next next) throws IOException {
    if (opened.depth > Limits.DEPTH) {
      throw new StreamConstraintsException(Limits.depthExceeded());
    }
    opened.next = next;
    opened.context =
        next == Next.ELEMENT
            ? level.context.createChildArrayContext(-1, -1)
            : level.context.createChildObjectContext(-1, -1);
    level = opened;
  }

  private JsonToken close(JsonToken end) throws IOException {
    ended = level;
    level.context.clearAndGetParent();
    if (level.outer != null) {
      level = level.outer;
    }
    endObject(ended);
    return end;
  }

  /** Reads what follows the contents of a wire object, to its end. */
  private void endObject(Level object) throws IOException {
    if (object.replayed) {
      delegate = live; // which is at the object's end already
      replay = null;
      return;
    }
    while (next() == JsonToken.FIELD_NAME) {
      String field = delegate.currentName();
      next();
      readField(object, field);
    }
  }

  private void skipRaw() throws IOException {
    int open = 0;
    JsonToken token = delegate.currentToken();
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
    JsonToken token = delegate.nextToken();
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
    boolean before = skipping;
    skipping = true;
    super.skipChildren();
    skipping = before;
    return this;
  }

  @Override
  protected JsonStreamContext _filterContext() {
    return level.context;
  }

  // Jackson hands the object that it fills to the innermost context.

  @Override
  public @Nullable Object currentValue() {
    return level.context.getCurrentValue();
  }

  @Override
  public void assignCurrentValue(@Nullable Object value) {
    level.context.setCurrentValue(value);
  }

  @Override
  @SuppressWarnings("deprecation") // older versions of Jackson call it
  public @Nullable Object getCurrentValue() {
    return currentValue();
  }

  @Override
  @SuppressWarnings("deprecation") // older versions of Jackson call it
  public void setCurrentValue(@Nullable Object value) {
    assignCurrentValue(value);
  }

  @Override
  public @Nullable String getText() throws IOException {
    JsonToken token = _currToken;
    return token != null && (token.isStructStart() || token.isStructEnd())
        ? token.asString()
        : super.getText();
  }

  @Override
  public @Nullable Object getEmbeddedObject() throws IOException {
    if (openBytes != null && bytes == null) {
      ByteArrayBuilder builder = new ByteArrayBuilder();
      NumberArray array = NumberArray.ofElements(readBytesOfArray(builder));
      byte[] read = builder.toByteArray();
      bytes = array == null || read.length % array.size() != 0 ? read : new NumberList(array, read);
    }
    return bytes;
  }

  /**
   * Reads the bytes that are the current token, and what follows them.
   *
   * @return the type of the elements that they are said to be, or null
   */
  @Nullable String readBytesOfArray(OutputStream out) throws IOException {
    int unused = readBinaryValue(out);
    if (openBytes == null) {
      return bytes instanceof NumberList numbers ? numbers.array().element() : null;
    }
    Level read = openBytes;
    openBytes = null;
    endObject(read);
    return read.elements;
  }

  private int readBytes(Base64Variant variant, OutputStream out) throws IOException {
    try {
      return delegate.readBinaryValue(variant, out);
    } catch (JsonEOFException e) {
      throw e;
    } catch (JsonParseException | IllegalArgumentException e) {
      String why =
          e instanceof JsonParseException json ? json.getOriginalMessage() : e.getMessage();
      throw unfit("bytes that are not base64: " + why, byte[].class);
    }
  }

  // Valid JSON that doesn't fit the type is not an error of the JSON.

  @Override
  public BigDecimal getDecimalValue() throws IOException {
    if (nonFinite()) {
      throw unfit(delegate.getText() + " where a finite number is expected", BigDecimal.class);
    }
    return delegate.getDecimalValue();
  }

  @Override
  public BigInteger getBigIntegerValue() throws IOException {
    if (nonFinite()) {
      throw unfit(delegate.getText() + " where a finite number is expected", BigInteger.class);
    }
    return delegate.getBigIntegerValue();
  }

  /** Whether the current number is written as {@code NaN} or {@code Infinity}. */
  private boolean nonFinite() throws IOException {
    if (delegate.currentToken() != JsonToken.VALUE_NUMBER_FLOAT) {
      return false;
    }
    String text = delegate.getText();
    return text.indexOf('N') >= 0 || text.indexOf('I') >= 0;
  }

  private InputCoercionException unfit(String what, Class<?> type) {
    return new InputCoercionException(this, what, delegate.currentToken(), type);
  }

  @Override
  public byte[] getBinaryValue(Base64Variant variant) throws IOException {
    Object embedded = getEmbeddedObject();
    if (embedded instanceof NumberList numbers) {
      throw unfit(numbers.array().element() + "[] where bytes are declared", byte[].class);
    }
    return embedded instanceof byte[] data ? data : delegate.getBinaryValue(variant);
  }

  @Override
  public int readBinaryValue(Base64Variant variant, OutputStream out) throws IOException {
    if (bytes == null) {
      return openBytes == null ? delegate.readBinaryValue(variant, out) : readBytes(variant, out);
    }
    byte[] read = bytes instanceof NumberList numbers ? numbers.bytes() : (byte[]) bytes;
    out.write(read);
    return read.length;
  }

  @Override
  public void close() {
    // The document around this value goes on.
  }
}
