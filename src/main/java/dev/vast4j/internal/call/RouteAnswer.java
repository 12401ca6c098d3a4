package dev.vast4j.internal.call;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Set;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** The engine's answer to a route request. Immutable. */
final class RouteAnswer {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Set<String> ERRORS = Set.of("error_msg", "error");

  private final @Nullable HttpUrl worker;
  private final long requestIdx;
  private final byte[] authData;
  private final String status;
  private final boolean error;

  private RouteAnswer(
      @Nullable HttpUrl worker, long requestIdx, byte[] authData, String status, boolean error) {
    this.worker = worker;
    this.requestIdx = requestIdx;
    this.authData = authData;
    this.status = status;
    this.error = error;
  }

  /** Returns the URL of the worker to call, or null when none is ready. */
  @Nullable HttpUrl worker() {
    return worker;
  }

  /** Returns the request's index, which the next try sends; 0 when the answer has none. */
  long requestIdx() {
    return requestIdx;
  }

  /** Returns the whole answer, byte for byte. */
  byte[] authData() {
    return authData;
  }

  /** Returns what the engine says about its workers, or its error; or an empty string. */
  String status() {
    return status;
  }

  /** Whether the status is an error: the engine did not queue the request. */
  boolean error() {
    return error;
  }

  /** Reads an answer. Throws IOException if it is invalid; the message quotes nothing of it. */
  static RouteAnswer parse(byte[] body) throws IOException {
    String url = null;
    long requestIdx = 0;
    String status = "";
    String error = null;
    try (JsonParser parser = JSON.createParser(body)) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.VALUE_STRING) {
        return new RouteAnswer(null, 0, body, parser.getText(), true);
      }
      if (first != JsonToken.START_OBJECT) {
        throw new IOException("the route is not a JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        if (field.equals("url") && value == JsonToken.VALUE_STRING) {
          url = parser.getText();
        } else if (field.equals("request_idx") && value.isNumeric()) {
          requestIdx = parser.getValueAsLong();
        } else if (field.equals("status") && value == JsonToken.VALUE_STRING) {
          status = parser.getText();
        } else if (ERRORS.contains(field) && value == JsonToken.VALUE_STRING) {
          error = parser.getText();
        } else {
          parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw new IOException("the route is followed by more text");
      }
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IOException("the route is not JSON");
    }
    if (url == null || url.isEmpty()) {
      return error == null
          ? new RouteAnswer(null, requestIdx, body, status, false)
          : new RouteAnswer(null, requestIdx, body, error, true);
    }
    HttpUrl worker = HttpUrl.parse(url);
    if (worker == null) {
      throw new IOException("the route's URL is invalid");
    }
    return new RouteAnswer(worker, requestIdx, body, status, false);
  }
}
