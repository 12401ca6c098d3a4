package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
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
 * Writes and reads values in the wire form (protocol, section 7). Immutable and thread-safe; keep
 * one, because it caches how each type is bound. It neither closes nor flushes a stream, and reads
 * input to its end.
 *
 * <p>A broken stream is an {@code IOException}; any other failure is an {@link EncodingException}
 * or a {@link DecodingException}. If a small value (some 8,000 bytes) cannot be encoded, nothing
 * has been written; of a larger value, the beginning may have been.
 *
 * <p>How values travel, beyond the protocol's table:
 *
 * <ul>
 *   <li>Records and beans are dicts keyed by property name; with {@link Dialect#PYTHON} a class
 *       annotated with {@link dev.vast4j.RemoteType} is an {@code obj}. Either is read into the
 *       declared type, which ignores properties it does not have.
 *   <li>{@code java.time} types, {@code UUID} and enums are strings; times keep their zone.
 *   <li>{@code BigDecimal} is a number with all its digits, which Java reads back unchanged; Python
 *       reads a float.
 *   <li>With {@link Dialect#JAVA_ARRAYS} a {@code float[]}, {@code double[]}, {@code int[]}, {@code
 *       long[]} or {@code short[]} is {@code bytes}, little endian, where that is the declared
 *       type; a {@code float[][]} or a {@code List<float[]>} is a list of such. Either form is read
 *       where such an array is declared.
 *   <li>Numbers are not read as text nor text as numbers, and fractions are not truncated. 0 and 1
 *       are read as booleans where one is declared.
 *   <li>A value declared as {@code Object} is read as {@link NaturalDeserializer} describes.
 *   <li>{@link Limits} bounds depth and the lengths of strings and numbers.
 * </ul>
 */
public final class WireCodec {
  private static final String ROW = "the row of data";

  private final WireMapper mapper;

  private WireCodec(WireMapper mapper) {
    this.mapper = mapper;
  }

  /**
   * Creates a codec with Jackson's bindings and those for {@code Optional} and {@code java.time}.
   */
  public static WireCodec standard() {
    return withModules(List.of());
  }

  /** Creates a {@linkplain #standard() standard} codec with the user's Jackson modules added. */
  public static WireCodec withModules(List<com.fasterxml.jackson.databind.Module> modules) {
    return new WireCodec(new WireMapper(modules));
  }

  /** {@return why values of the type cannot be written or read, or null when they can} */
  public @Nullable String unsupported(Type type) {
    return new TypeSupport(mapper.json()).unsupported(type);
  }

  /**
   * Describes how values of the type travel.
   *
   * @param definitions receives the members of the classes in it
   */
  public Shape shape(Type type, Map<String, Shape.Members> definitions) {
    return new ShapeReader(mapper.json(), definitions).read(type);
  }

  /** Writes one value. Throws EncodingException naming the location. */
  public void writeValue(
      OutputStream out, @Nullable Object value, Type type, Dialect dialect, String place)
      throws IOException {
    write(out, dialect, place, wire -> encode(wire, value, type));
  }

  /** Reads one value. Throws DecodingException naming the location. */
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

  /**
   * Client: writes {@code {"kwargs": {…}}} or {@code {"args": […]}}. Leaves out named arguments
   * that a Java worker takes for the same when they are missing, so that an older worker can do
   * without parameters that it does not know.
   *
   * @return whether there are arrays that another dialect writes in another form
   */
  public boolean writePayload(
      OutputStream out, Signature signature, @Nullable Object[] arguments, Dialect dialect)
      throws IOException {
    List<String> names = signature.names();
    if (arguments.length != names.size()) {
      throw new IllegalArgumentException(
          arguments.length + " arguments for " + names.size() + " parameters");
    }
    return write(
        out,
        dialect,
        signature.function(),
        wire -> {
          JsonGenerator plain = wire.delegate();
          boolean named = signature.named();
          plain.writeStartObject();
          if (named) {
            plain.writeObjectFieldStart("kwargs");
          } else {
            plain.writeArrayFieldStart("args");
          }
          for (int i = 0; i < arguments.length; i++) {
            if (named) {
              if (dialect != Dialect.PYTHON && signature.isAbsent(i, arguments[i])) {
                continue;
              }
              plain.writeFieldName(names.get(i));
            }
            try {
              encode(wire, arguments[i], signature.types().get(i));
            } catch (JsonProcessingException | RuntimeException | StackOverflowError e) {
              throw new EncodingException(
                  "argument " + names.get(i) + " of " + signature.function(), e);
            }
          }
          if (named) {
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
          expect(plain, JsonToken.START_OBJECT, "an answer that is not a JSON object");
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
   * Client: whether an answer broke off or isn't JSON, as when a proxy answered or the worker is
   * gone. Otherwise it is a worker's, and another would be the same.
   */
  public static boolean cutOff(DecodingException e) {
    return Undecodable.syntaxError(e) != null || Undecodable.broken(e);
  }

  /**
   * Worker: reads a call body, with its fields in any order. A parameter without an argument is
   * empty if it is an {@code Optional}, null if it is nullable, and an error otherwise.
   *
   * @throws MalformedCallException if the JSON, a field or an argument is malformed
   */
  public IncomingCall readCall(InputStream in, Signature signature)
      throws IOException, MalformedCallException {
    WireInput input = new WireInput(in);
    try (JsonParser plain = mapper.factory().createParser(input)) {
      WireParser wire = new WireParser(plain);
      return new CallReader(plain, new Arguments(signature), type -> decode(wire, type)).read();
    } catch (CharConversionException e) {
      throw new MalformedCallException(Map.of("error", "invalid JSON"));
    } catch (IOException | MalformedCallException e) {
      input.rethrow(); // a broken connection is not a malformed call
      throw e;
    }
  }

  /** Worker: writes {@code {"result": {"ok": …}}}. */
  public void writeResult(
      OutputStream out, @Nullable Object value, Type type, Dialect dialect, String place)
      throws IOException {
    writeOutcome(out, dialect, place, "result", "ok", wire -> encode(wire, value, type));
  }

  /** Worker: writes {@code {"result": {"err": …}}}, which a Python client can read too. */
  public void writeFailure(OutputStream out, Throwable failure) throws IOException {
    writeOutcome(out, "result", failure);
  }

  /** Worker: writes {@code {"ok": …}}, the data of one server-sent event, on one line. */
  public void writeEvent(
      OutputStream out, @Nullable Object element, Type type, Dialect dialect, String place)
      throws IOException {
    writeOutcome(out, dialect, place, null, "ok", wire -> encode(wire, element, type));
  }

  /** Worker: writes {@code {"err": …}}, the data of a stream's last event. */
  public void writeFailureEvent(OutputStream out, Throwable failure) throws IOException {
    writeOutcome(out, null, failure);
  }

  private void writeOutcome(OutputStream out, @Nullable String around, Throwable failure)
      throws IOException {
    writeOutcome(
        out,
        Dialect.PYTHON,
        "an exception",
        around,
        "err",
        wire -> RemoteErrorWriter.write(wire, failure));
  }

  private void writeOutcome(
      OutputStream out,
      Dialect dialect,
      String place,
      @Nullable String around,
      String field,
      Writing value)
      throws IOException {
    write(
        out,
        dialect,
        place,
        wire -> {
          JsonGenerator plain = wire.delegate();
          plain.writeStartObject();
          if (around != null) {
            plain.writeObjectFieldStart(around);
          }
          plain.writeFieldName(field);
          value.to(wire);
          if (around != null) {
            plain.writeEndObject();
          }
          plain.writeEndObject();
        });
  }

  /**
   * Binds a plain JSON object (a row of a benchmark's data set) to a function's parameters. Throws
   * DecodingException for a missing or unknown parameter or one of the wrong type.
   */
  public @Nullable Object[] bindArguments(String jsonObject, Signature signature) {
    Arguments arguments = new Arguments(signature);
    try (JsonParser plain = mapper.factory().createParser(jsonObject)) {
      expect(plain, JsonToken.START_OBJECT, "not a JSON object");
      arguments.readNamed(plain, type -> mapper.reader(type).readValue(plain));
      expectEnd(plain);
      arguments.complete();
    } catch (Arguments.Unreadable e) {
      // reported below
    } catch (IOException e) {
      throw Undecodable.at(ROW + " of " + signature.function(), e);
    }
    return checked(arguments, signature);
  }

  /**
   * Binds a map (a row of a benchmark's generator) to a function's parameters. The values are
   * encoded and decoded as on the way to a worker.
   */
  public @Nullable Object[] bindArguments(Map<String, ?> row, Signature signature) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    Arguments arguments = new Arguments(signature);
    try {
      write(
          json,
          Dialect.JAVA,
          ROW + " of " + signature.function(),
          wire -> {
            JsonGenerator plain = wire.delegate();
            plain.writeStartObject();
            for (Map.Entry<String, ?> argument : row.entrySet()) {
              plain.writeFieldName(argument.getKey());
              encode(wire, argument.getValue(), Object.class);
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
              // reported below
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

  /**
   * Writes a value as plain JSON text, for the manifest (context arguments): as the type if it is
   * an instance, otherwise by its class.
   */
  public String toPlainJson(@Nullable Object value, Type type, String place) {
    StringWriter text = new StringWriter();
    try (JsonGenerator plain = mapper.factory().createGenerator(text)) {
      mapper.write(plain, value, mapper.isInstance(value, type) ? type : Object.class);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw new EncodingException(place, e);
    }
    return text.toString();
  }

  /** Reads plain JSON text as a value of the type, for the manifest. */
  public @Nullable Object fromPlainJson(String json, Type type, String place) {
    try (JsonParser plain = mapper.factory().createParser(json)) {
      Object value = mapper.reader(type).readValue(plain);
      expectEnd(plain);
      return value;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw Undecodable.at(place, e);
    }
  }

  private void encode(WireGenerator wire, @Nullable Object value, Type type) throws IOException {
    mapper.write(wire, value, type);
  }

  /** Reads the value whose first token is the current one of the parser under the given one. */
  private @Nullable Object decode(WireParser wire, Type type) throws IOException {
    wire.begin();
    Object value =
        type == void.class || type == Void.class ? null : mapper.reader(type).readValue(wire);
    wire.end();
    return value;
  }

  /** Reads an object with {@code ok} or {@code err}, whose first token is the current one. */
  private Outcome outcome(JsonParser plain, WireParser wire, Type type) throws IOException {
    if (plain.currentToken() != JsonToken.START_OBJECT) {
      throw new NoWireFormException(plain, "a result that is not a JSON object");
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
    try (JsonParser again = json.traverse(mapper.json())) {
      again.nextToken();
      return RemoteErrors.read(json, decode(new WireParser(again), Object.class));
    }
  }

  private static void expect(JsonParser plain, JsonToken token, String otherwise)
      throws IOException {
    JsonToken first = plain.nextToken();
    if (first == null) {
      throw new JsonEOFException(plain, null, "nothing");
    }
    if (first != token) {
      throw new NoWireFormException(plain, otherwise);
    }
  }

  private static void expectEnd(JsonParser plain) throws IOException {
    if (plain.nextToken() != null) {
      throw new NoWireFormException(plain, "more than one value");
    }
  }

  private interface Writing {
    void to(WireGenerator wire) throws IOException;
  }

  private interface Reading<T> {
    T from(JsonParser plain, WireParser wire) throws IOException;
  }

  /** {@return whether there were number arrays} */
  private boolean write(OutputStream out, Dialect dialect, String place, Writing writing)
      throws IOException {
    WireOutput output = new WireOutput(out);
    try (JsonGenerator plain = mapper.factory().createGenerator(output, JsonEncoding.UTF8)) {
      WireGenerator wire = new WireGenerator(plain, dialect);
      try {
        writing.to(wire);
        return wire.hadArrays();
      } catch (IOException | RuntimeException | StackOverflowError e) {
        output.rethrow();
        output.drop(); // what is still buffered
        throw e;
      }
    } catch (EncodingException e) {
      throw e;
    } catch (JsonProcessingException | RuntimeException | StackOverflowError e) {
      throw new EncodingException(place, e);
    }
  }

  private <T> T read(InputStream in, String place, Reading<T> reading) throws IOException {
    WireInput input = new WireInput(in);
    try (JsonParser plain = mapper.factory().createParser(input)) {
      return reading.from(plain, new WireParser(plain));
    } catch (JsonProcessingException
        | CharConversionException
        | RuntimeException
        | StackOverflowError e) {
      input.rethrow();
      throw Undecodable.at(place, e);
    }
  }
}
