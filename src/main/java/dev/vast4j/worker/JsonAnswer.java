package dev.vast4j.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.vast4j.internal.wire.NotRun;
import java.util.Map;

/**
 * An answer in JSON: every answer but a function's result.
 *
 * @param status the HTTP status
 * @param body a map, or another value that Jackson writes as JSON
 */
record JsonAnswer(int status, Object body) {
  static final JsonMapper MAPPER = new JsonMapper();

  /** {@return an answer with the body {@code {"error": message}}} */
  static JsonAnswer error(int status, String message) {
    return new JsonAnswer(status, Map.of("error", message));
  }

  /** {@return the refusal of a call that did not run} */
  static JsonAnswer notRun(NotRun reason) {
    return new JsonAnswer(429, Map.of("error", reason.text(), "code", reason.code()));
  }

  /** {@return the body, encoded} */
  byte[] bytes() {
    try {
      return MAPPER.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot encode an answer of maps, numbers and strings", e);
    }
  }
}
