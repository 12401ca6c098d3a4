package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.errors.DecodingException;
import dev.vast4j.errors.EncodingException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads values in the wire form (protocol, section 7). Immutable and thread-safe; make
 * one and keep it: it remembers how each type is bound. Streams handed in are neither closed nor
 * flushed, and what is read is read to its end.
 *
 * <p>A broken stream is an {@code IOException}; everything else that can go wrong with a value is
 * an {@link EncodingException} or a {@link DecodingException}. Nothing has been written to the
 * stream when a small value (some 8,000 bytes, no long numeric array) cannot be encoded; of a
 * larger one the beginning may have.
 *
 * <p>How values travel, beyond the protocol's table:
 *
 * <ul>
 *   <li>Records and beans are dicts with their properties' names as keys; with {@link
 *       Dialect#PYTHON} one that is annotated with {@link dev.vast4j.RemoteType} is an {@code obj}.
 *       Either is read into the declared type. Properties that the type does not have are ignored.
 *   <li>{@code java.time} types, {@code UUID} and enums are strings; times keep their zone.
 *   <li>{@code BigDecimal} is a number with all its digits, which Java reads back as they are;
 *       Python makes a float of it.
 *   <li>Numbers are not read as text nor text as numbers, and no fraction is cut off. 0 and 1 are
 *       read as booleans where one is declared.
 *   <li>What is declared as {@code Object} is read as described at {@link NaturalDeserializer}.
 *   <li>Depth, lengths of strings and numbers are limited, see {@link Limits}.
 * </ul>
 */
public final class WireCodec {
  private static final String ROW = "the row of data";

  private final Bindings bindings;

  private WireCodec(Bindings bindings) {
    this.bindings = bindings;
  }

  /** The codec with Jackson's own bindings and those for {@code Optional} and {@code java.time}. */
  public static WireCodec standard() {
    return withModules(List.of());
  }

  /** As {@link #standard()} with the user's Jackson modules added. */
  public static WireCodec withModules(List<com.fasterxml.jackson.databind.Module> modules) {
    return new WireCodec(new Bindings(modules));
  }

  /** Whether values of the type can be written and read; null when so, else what is in the way. */
  public @Nullable String obstacle(Type type) {
    return new Obstacles(bindings.mapper()).find(type);
  }

  /** Writes one value. Throws EncodingException naming the place. */
  public void writeValue(
      OutputStream out, @Nullable Object value, Type type, Dialect dialect, String place)
      throws IOException {
    write(out, place, plain -> encode(plain, value, type, dialect));
  }

  /** Reads one value. Throws DecodingException naming the place. */
  public @Nullable Object readValue(InputStream in, Type type, String place) throws IOException {
    Outcome.Ok read =
        read(
            in,
            place,
            (plain, wire) -> {
              plain.nextToken();
              Object value = decode(wire, type);
              expectEnd(plain);
              return new Outcome.Ok(value);
            });
    return read.value();
  }

  /** Client: writes {@code {"kwargs": {…}}} or {@code {"args": […]}}. */
  public void writePayload(
      OutputStream out, Signature signature, @Nullable Object[] arguments, Dialect dialect)
      throws IOException {
    List<String> names = signature.names();
    if (arguments.length != names.size()) {
      throw new IllegalArgumentException(
          arguments.length + " arguments for " + names.size() + " parameters");
    }
    write(
        out,
        signature.function(),
        plain -> {
          plain.writeStartObject();
          plain.writeFieldName(signature.named() ? "kwargs" : "args");
          if (signature.named()) {
            plain.writeStartObject();
          } else {
            plain.writeStartArray();
          }
          for (int i = 0; i < arguments.length; i++) {
            if (signature.named()) {
              plain.writeFieldName(names.get(i));
            }
            try {
              encode(plain, arguments[i], signature.types().get(i), dialect);
            } catch (JsonProcessingException | RuntimeException | StackOverflowError e) {
              throw new EncodingException(place(signature, i), e);
            }
          }
          if (signature.named()) {
            plain.writeEndObject();
          } else {
            plain.writeEndArray();
          }
          plain.writeEndObject();
        });
  }

  /** Client: reads {@code {"result": {"ok"|"err": …}}}. */
  public Outcome readOutcome(InputStream in, Type resultType, String place) throws IOException {
    return read(
        in,
        place,
        (plain, wire) -> {
          Outcome outcome = null;
          expect(plain, JsonToken.START_OBJECT, "an answer that is no JSON object");
          while (plain.nextToken() == JsonToken.FIELD_NAME) {
            boolean result = plain.currentName().equals("result");
            plain.nextToken();
            if (result) {
              outcome = outcome(plain, wire, resultType);
            } else {
              plain.skipChildren();
            }
          }
          if (outcome == null) {
            throw new NoWireFormException(plain, "an answer without a result");
          }
          expectEnd(plain);
          return outcome;
        });
  }

  /** Client: reads {@code {"ok"|"err": …}}, the data of one server-sent event. */
  public Outcome readEvent(InputStream in, Type elementType, String place) throws IOException {
    return read(
        in,
        place,
        (plain, wire) -> {
          plain.nextToken();
          Outcome outcome = outcome(plain, wire, elementType);
          expectEnd(plain);
          return outcome;
        });
  }

  /**
   * Worker: reads a call body; its fields may come in any order. A parameter without an argument is
   * an error unless it is an {@code Optional}, which then is empty.
   *
   * @throws MalformedCallException when the JSON or a field is wrong, or an argument cannot be
   *     decoded
   */
  public IncomingCall readCall(InputStream in, Signature signature)
      throws IOException, MalformedCallException {
    Source source = new Source(in);
    try (JsonParser plain = bindings.factory().createParser(source)) {
      WireParser wire = new WireParser(plain, source);
      return new CallReader(plain, new Arguments(signature), type -> decode(wire, type)).read();
    } catch (CharConversionException e) {
      throw new MalformedCallException(Map.of("error", "invalid JSON"));
    } catch (IOException | MalformedCallException e) {
      source.rethrow(); // the connection broke, whatever was made of it
      throw e;
    }
  }

  /**
   * Worker: writes {@code {"result": {"ok": …}}} for a client of any kind, that is with {@link
   * Dialect#PYTHON}.
   */
  public void writeResult(OutputStream out, @Nullable Object value, Type type, String place)
      throws IOException {
    writeResult(out, value, type, Dialect.PYTHON, place);
  }

  /** Worker: writes {@code {"result": {"ok": …}}}. */
  public void writeResult(
      OutputStream out, @Nullable Object value, Type type, Dialect dialect, String place)
      throws IOException {
    write(
        out,
        place,
        plain -> {
          plain.writeStartObject();
          plain.writeObjectFieldStart("result");
          plain.writeFieldName("ok");
          encode(plain, value, type, dialect);
          plain.writeEndObject();
          plain.writeEndObject();
        });
  }

  /** Worker: writes {@code {"result": {"err": …}}}, readable by a Python client too. */
  public void writeFailure(OutputStream out, Throwable failure) throws IOException {
    write(
        out,
        "an exception",
        plain -> {
          plain.writeStartObject();
          plain.writeObjectFieldStart("result");
          plain.writeFieldName("err");
          Failures.write(plain, failure);
          plain.writeEndObject();
          plain.writeEndObject();
        });
  }

  /**
   * Worker: writes {@code {"ok": …}}, the data of one server-sent event, on one line, for a client
   * of any kind.
   */
  public void writeEvent(OutputStream out, @Nullable Object element, Type type, String place)
      throws IOException {
    writeEvent(out, element, type, Dialect.PYTHON, place);
  }

  /** Worker: writes {@code {"ok": …}}, the data of one server-sent event, on one line. */
  public void writeEvent(
      OutputStream out, @Nullable Object element, Type type, Dialect dialect, String place)
      throws IOException {
    write(
        out,
        place,
        plain -> {
          plain.writeStartObject();
          plain.writeFieldName("ok");
          encode(plain, element, type, dialect);
          plain.writeEndObject();
        });
  }

  /** Worker: writes {@code {"err": …}}, the data of a stream's last event. */
  public void writeFailureEvent(OutputStream out, Throwable failure) throws IOException {
    write(
        out,
        "an exception",
        plain -> {
          plain.writeStartObject();
          plain.writeFieldName("err");
          Failures.write(plain, failure);
          plain.writeEndObject();
        });
  }

  /**
   * Binds a plain JSON object (a row of a benchmark's data set) to a function's parameters. Throws
   * DecodingException for a missing, unknown or ill-typed one.
   */
  public @Nullable Object[] bindArguments(String jsonObject, Signature signature) {
    Arguments arguments = new Arguments(signature);
    try (JsonParser plain = bindings.factory().createParser(jsonObject)) {
      expect(plain, JsonToken.START_OBJECT, "no JSON object");
      arguments.readNamed(plain, type -> bindings.reader(type).readValue(plain));
      expectEnd(plain);
      arguments.complete();
    } catch (Arguments.Unreadable e) {
      // said below
    } catch (IOException e) {
      throw Undecodable.at(ROW + " of " + signature.function(), e);
    }
    return checked(arguments, signature);
  }

  /**
   * As {@link #bindArguments(String, Signature)}, from a map (what a benchmark's generator makes).
   * The values take the way they take to a worker.
   */
  public @Nullable Object[] bindArguments(Map<String, ?> row, Signature signature) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    Arguments arguments = new Arguments(signature);
    try {
      write(
          json,
          ROW + " of " + signature.function(),
          plain -> {
            plain.writeStartObject();
            for (Map.Entry<String, ?> argument : row.entrySet()) {
              plain.writeFieldName(argument.getKey());
              encode(plain, argument.getValue(), Object.class, Dialect.JAVA);
            }
            plain.writeEndObject();
          });
      read(
          new ByteArrayInputStream(json.toByteArray()),
          ROW + " of " + signature.function(),
          (plain, wire) -> {
            plain.nextToken();
            try {
              arguments.readNamed(plain, type -> decode(wire, type));
              arguments.complete();
            } catch (Arguments.Unreadable e) {
              // said below
            }
            return arguments;
          });
    } catch (IOException e) {
      throw Undecodable.at(ROW + " of " + signature.function(), e);
    }
    return checked(arguments, signature);
  }

  private static @Nullable Object[] checked(Arguments arguments, Signature signature) {
    if (!arguments.errors().isEmpty()) {
      throw new DecodingException(ROW + " of " + signature.function(), arguments.described(), null);
    }
    return arguments.values();
  }

  /** Turns a value into plain JSON text, for the manifest (context arguments). */
  public String toPlainJson(@Nullable Object value, String place) {
    StringWriter text = new StringWriter();
    try (JsonGenerator plain = bindings.factory().createGenerator(text)) {
      bindings.writer(Object.class).writeValue(plain, value);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw new EncodingException(place, e);
    }
    return text.toString();
  }

  /** Reads plain JSON text as a value of the type, for the manifest. */
  public @Nullable Object fromPlainJson(String json, Type type, String place) {
    try (JsonParser plain = bindings.factory().createParser(json)) {
      Object value = bindings.reader(type).readValue(plain);
      expectEnd(plain);
      return value;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw Undecodable.at(place, e);
    }
  }

  private void encode(JsonGenerator plain, @Nullable Object value, Type type, Dialect dialect)
      throws IOException {
    WireGenerator wire = new WireGenerator(plain, dialect);
    if (value == null) {
      wire.writeNull();
    } else {
      bindings.writer(type).writeValue(wire, value);
    }
  }

  /** Reads the value whose first token the parser under the given one is on. */
  private @Nullable Object decode(WireParser wire, Type type) throws IOException {
    wire.begin();
    Object value =
        type == void.class || type == Void.class ? null : bindings.reader(type).readValue(wire);
    wire.end();
    return value;
  }

  /** Reads an object with {@code ok} or {@code err}, whose first token is the current one. */
  private Outcome outcome(JsonParser plain, WireParser wire, Type type) throws IOException {
    if (plain.currentToken() != JsonToken.START_OBJECT) {
      throw new NoWireFormException(plain, "a result that is no JSON object");
    }
    Outcome outcome = null;
    while (plain.nextToken() == JsonToken.FIELD_NAME) {
      String field = plain.currentName();
      plain.nextToken();
      if (outcome == null && field.equals("ok")) {
        outcome = new Outcome.Ok(decode(wire, type));
      } else if (outcome == null && field.equals("err")) {
        outcome = new Outcome.Err(failure(plain));
      } else {
        plain.skipChildren();
      }
    }
    if (outcome == null) {
      throw new NoWireFormException(plain, "a result with neither ok nor err");
    }
    return outcome;
  }

  private RemoteError failure(JsonParser plain) throws IOException {
    JsonNode json = plain.readValueAsTree();
    try (JsonParser again = json.traverse(bindings.mapper())) {
      again.nextToken();
      return Failures.read(json, decode(new WireParser(again), Object.class));
    }
  }

  private static void expect(JsonParser plain, JsonToken token, String otherwise)
      throws IOException {
    if (plain.nextToken() != token) {
      throw new NoWireFormException(plain, otherwise);
    }
  }

  private static void expectEnd(JsonParser plain) throws IOException {
    if (plain.nextToken() != null) {
      throw new NoWireFormException(plain, "more than one value");
    }
  }

  private static String place(Signature signature, int parameter) {
    return "argument " + signature.names().get(parameter) + " of " + signature.function();
  }

  private interface Writing {
    void to(JsonGenerator plain) throws IOException;
  }

  private interface Reading<T> {
    T from(JsonParser plain, WireParser wire) throws IOException;
  }

  private void write(OutputStream out, String place, Writing writing) throws IOException {
    Sink sink = new Sink(out);
    try (JsonGenerator plain = bindings.factory().createGenerator(sink, JsonEncoding.UTF8)) {
      try {
        writing.to(plain);
      } catch (IOException | RuntimeException | StackOverflowError e) {
        sink.rethrow();
        sink.drop(); // what is still buffered is of no use
        throw e;
      }
    } catch (JsonProcessingException | StackOverflowError e) {
      throw new EncodingException(place, e);
    } catch (EncodingException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new EncodingException(place, e);
    }
  }

  private <T> T read(InputStream in, String place, Reading<T> reading) throws IOException {
    Source source = new Source(in);
    try (JsonParser plain = bindings.factory().createParser(source)) {
      return reading.from(plain, new WireParser(plain, source));
    } catch (JsonProcessingException
        | CharConversionException
        | RuntimeException
        | StackOverflowError e) {
      source.rethrow();
      throw Undecodable.at(place, e);
    }
  }
}
