package dev.vast4j.internal.call;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** What the engine answered to a route request. Immutable. */
final class RouteAnswer {
  private static final JsonFactory JSON = new JsonFactory();

  private final @Nullable HttpUrl worker;
  private final long requestIdx;
  private final byte[] authData;
  private final String status;

  private RouteAnswer(@Nullable HttpUrl worker, long requestIdx, byte[] authData, String status) {
    this.worker = worker;
    this.requestIdx = requestIdx;
    this.authData = authData;
    this.status = status;
  }

  /** URL of the worker to call, or null when none is ready. */
  @Nullable HttpUrl worker() {
    return worker;
  }

  /** The request's index, to be sent with the next try; 0 when the answer has none. */
  long requestIdx() {
    return requestIdx;
  }

  /** The whole answer, as it came. */
  byte[] authData() {
    return authData;
  }

  /** The engine's words about its workers, empty when it gave none. */
  String status() {
    return status;
  }

  /** Reads an answer. Throws IOException when it is none, with a message that quotes nothing. */
  static RouteAnswer parse(byte[] body) throws IOException {
    String url = null;
    long requestIdx = 0;
    String status = "";
    try (JsonParser parser = JSON.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("a route that is no JSON object");
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
        } else {
          parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw new IOException("a route with something behind it");
      }
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IOException("a route that is no JSON");
    }
    if (url == null || url.isEmpty()) {
      return new RouteAnswer(null, requestIdx, body, status);
    }
    HttpUrl worker = HttpUrl.parse(url);
    if (worker == null) {
      throw new IOException("a route to something that is no URL");
    }
    return new RouteAnswer(worker, requestIdx, body, status);
  }
}
