package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import dev.vast4j.errors.DecodingException;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Describes Jackson's errors by their location in the value, not in the text. */
final class Undecodable {
  private static final int MESSAGE_LENGTH = 1_000;

  /** Jackson's advice to change a setting, which a user of ours cannot. */
  private static final Pattern ADVICE =
      Pattern.compile(" \\((?:but (?:might|could) if coercion|set DeserializationConfig)[^)]*\\)");

  private Undecodable() {}

  static DecodingException at(String place, Throwable e) {
    String path = path(e);
    return new DecodingException(path.isEmpty() ? place : place + ", at " + path, message(e), e);
  }

  /** Describes the error without a place, for an answer that has one. */
  static String describe(Throwable e) {
    String path = path(e);
    return path.isEmpty() ? message(e) : "at " + path + ": " + message(e);
  }

  private static String message(Throwable e) {
    if (e instanceof StackOverflowError) {
      return "nested too deeply for the thread's stack";
    }
    // Jackson reports bad base64 with an IllegalArgumentException.
    String message =
        e instanceof JacksonException jackson
            ? jackson.getOriginalMessage()
            : e instanceof IllegalArgumentException ? e.getMessage() : e.toString();
    return RemoteErrors.bounded(
        message == null ? e.toString() : ADVICE.matcher(message).replaceAll(""), MESSAGE_LENGTH);
  }

  /** {@return the location in the value, like {@code [2].name}} */
  private static String path(Throwable e) {
    if (!(e instanceof JsonMappingException mapping)) {
      return "";
    }
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : mapping.getPath()) {
      String field = step.getFieldName();
      if (field != null) {
        path.append(path.isEmpty() ? "" : ".").append(WireParser.abbreviated(field));
      } else if (step.getIndex() >= 0) {
        path.append('[').append(step.getIndex()).append(']');
      }
    }
    return path.toString();
  }

  /** {@return whether the connection broke, which data binding wraps} */
  static boolean broken(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException && !(cause instanceof JsonProcessingException)) {
        return true;
      }
    }
    return false;
  }

  /** {@return the JSON's own error, or null when the JSON is valid but of another form or type} */
  static @Nullable JsonParseException syntaxError(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof JsonParseException syntax && !(cause instanceof NoWireFormException)) {
        return syntax;
      }
    }
    return null;
  }
}
