package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.CharConversionException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one call body and reports errors per field, in the reference's words. */
final class CallReader {
  private static final String AUTH_DATA = "auth_data";
  private static final String SESSION_ID = "session_id";
  private static final String PAYLOAD = "payload";
  private static final String MISSING_FIELD = "field missing";

  private final JsonParser plain;
  private final Arguments arguments;
  private final Arguments.Reader reader;
  private final Map<String, Object> errors = new LinkedHashMap<>();
  private @Nullable JsonNode authData;
  private @Nullable String sessionId;
  private boolean payloadSeen;

  /**
   * Creates a reader for one body.
   *
   * @param plain the parser, before its first token
   * @param arguments receives the arguments
   * @param reader reads a wire value at the parser's current token
   */
  CallReader(JsonParser plain, Arguments arguments, Arguments.Reader reader) {
    this.plain = plain;
    this.arguments = arguments;
    this.reader = reader;
  }

  IncomingCall read() throws IOException, MalformedCallException {
    try {
      readFields();
    } catch (Arguments.Unreadable e) {
      payloadErrors();
      throw new MalformedCallException(
          errors,
          authData == null ? null : AuthData.read(authData, new LinkedHashMap<>()),
          sessionId != null);
    } catch (JsonProcessingException e) {
      throw new MalformedCallException(Map.of("error", invalid(e)));
    } catch (CharConversionException e) {
      // Jackson throws this for a broken UTF-32 text.
      throw new MalformedCallException(Map.of("error", "invalid JSON"));
    }
    AuthData auth = null;
    if (authData == null) {
      errors.putIfAbsent(AUTH_DATA, MISSING_FIELD);
    } else {
      Map<String, Object> wrong = new LinkedHashMap<>();
      auth = AuthData.read(authData, wrong);
      if (auth == null) {
        errors.put(AUTH_DATA, wrong);
      }
    }
    if (!payloadSeen) {
      errors.put(PAYLOAD, MISSING_FIELD);
    } else if (!errors.containsKey(PAYLOAD)) {
      arguments.complete();
      payloadErrors();
    }
    if (auth == null || !errors.isEmpty()) {
      throw new MalformedCallException(errors, auth, sessionId != null);
    }
    return new IncomingCall(auth, sessionId, arguments.asList());
  }

  private static String invalid(JsonProcessingException e) {
    String message = e.getOriginalMessage();
    return message != null && message.startsWith("Duplicate field")
        ? "invalid JSON: " + message
        : "invalid JSON";
  }

  private void payloadErrors() {
    if (!arguments.errors().isEmpty()) {
      errors.put(PAYLOAD, arguments.errors());
    }
  }

  private void readFields() throws IOException, MalformedCallException {
    if (plain.nextToken() != JsonToken.START_OBJECT) {
      boolean empty = plain.currentToken() == null;
      throw new MalformedCallException(
          Map.of("error", empty ? "invalid JSON" : "the body must be a JSON object"));
    }
    while (plain.nextToken() == JsonToken.FIELD_NAME) {
      String field = plain.currentName();
      JsonToken token = plain.nextToken();
      switch (field) {
        case AUTH_DATA -> {
          if (token == JsonToken.START_OBJECT) {
            authData = plain.readValueAsTree();
          } else {
            wrongType(AUTH_DATA, "must be an object");
          }
        }
        case SESSION_ID -> {
          if (token == JsonToken.VALUE_STRING) {
            sessionId = plain.getText();
          } else if (token != JsonToken.VALUE_NULL) {
            wrongType(SESSION_ID, "must be a string or null");
          }
        }
        case PAYLOAD -> {
          payloadSeen = true;
          if (token == JsonToken.START_OBJECT) {
            readPayload();
          } else {
            wrongType(PAYLOAD, "must be an object");
          }
        }
        default -> plain.skipChildren();
      }
    }
    if (plain.nextToken() != null) {
      throw new MalformedCallException(Map.of("error", "invalid JSON"));
    }
  }

  private void readPayload() throws IOException {
    while (plain.nextToken() == JsonToken.FIELD_NAME) {
      String field = plain.currentName();
      JsonToken token = plain.nextToken();
      if (token == JsonToken.VALUE_NULL) {
        continue; // the same as absent
      }
      if (field.equals("kwargs")) {
        if (token == JsonToken.START_OBJECT) {
          arguments.readNamed(plain, reader);
        } else {
          wrongType(PAYLOAD, "kwargs must be an object");
        }
      } else if (field.equals("args")) {
        if (token == JsonToken.START_ARRAY) {
          arguments.readPositional(plain, reader);
        } else {
          wrongType(PAYLOAD, "args must be an array");
        }
      } else {
        plain.skipChildren();
      }
    }
  }

  private void wrongType(String field, String message) throws IOException {
    errors.put(field, message);
    plain.skipChildren();
  }
}
