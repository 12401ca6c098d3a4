package dev.vast4j.internal.call;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.vast4j.errors.DecodingException;
import dev.vast4j.errors.EncodingException;
import dev.vast4j.internal.http.ErrorBody;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** Payloads and answers of routes as plain JSON, without the wire's types. */
final class PlainJson {
  /** One value's text; images travel in it. */
  private static final int LONGEST_STRING = 1 << 28;

  /** Python writes and reads NaN and infinities as bare words. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(LONGEST_STRING).build())
                  .build())
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  private PlainJson() {}

  static JavaType type(Type type) {
    return MAPPER.constructType(type);
  }

  /** Writes a payload; throws EncodingException when it has no JSON form. */
  static void write(OutputStream out, @Nullable Object payload, String route) throws IOException {
    try {
      MAPPER.writeValue(out, payload);
    } catch (JacksonException e) {
      throw new EncodingException("payload of '" + route + "'", e);
    }
  }

  /**
   * Reads an input that is one value. Throws DecodingException when it is something else, and
   * IOException when the input ends early.
   */
  static @Nullable Object read(InputStream in, JavaType type, String location) throws IOException {
    try (JsonParser parser = parser(in)) {
      if (parser.nextToken() == null) {
        throw new DecodingException(location, "the answer is empty", null);
      }
      Object value = MAPPER.readerFor(type).readValue(parser);
      if (parser.nextToken() != null) {
        throw new DecodingException(location, "more text follows the JSON", null);
      }
      return value;
    } catch (JacksonException e) {
      throw failure(e, location);
    }
  }

  /** Reads a text that is one value; throws DecodingException when it is something else. */
  static @Nullable Object read(String text, JavaType type, String location) {
    try {
      return MAPPER.readerFor(type).readValue(text);
    } catch (JacksonException e) {
      throw undecodable(e, location);
    }
  }

  static JsonParser parser(InputStream in) throws IOException {
    return MAPPER.createParser(in);
  }

  /** Reads the value that the parser is at. */
  static @Nullable Object read(JsonParser parser, JavaType type, String location)
      throws IOException {
    try {
      return MAPPER.readerFor(type).readValue(parser);
    } catch (JacksonException e) {
      throw failure(e, location);
    }
  }

  /** Moves to the next of several values; false at the end. */
  static boolean advance(JsonParser parser, String location) throws IOException {
    try {
      return parser.nextToken() != null;
    } catch (JacksonException e) {
      throw failure(e, location);
    }
  }

  /** Returns what to throw: JSON that ends early is an answer that broke off. */
  private static IOException failure(JacksonException e, String location) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof JsonEOFException) {
        EOFException ended = new EOFException("the answer ends within its JSON");
        ended.initCause(e);
        return ended;
      }
    }
    throw undecodable(e, location);
  }

  private static DecodingException undecodable(JacksonException e, String location) {
    DecodingException failure =
        new DecodingException(
            location, ErrorBody.shorten(String.valueOf(e.getOriginalMessage())), null);
    // As its cause, a syntax error would count as a broken connection.
    failure.addSuppressed(e);
    return failure;
  }
}
