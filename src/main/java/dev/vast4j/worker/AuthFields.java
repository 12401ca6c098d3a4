package dev.vast4j.worker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The fields that auth data has to have. */
final class AuthFields {
  private static final List<String> NUMBERS = List.of("cost", "reqnum", "request_idx");
  private static final List<String> TEXTS = List.of("endpoint", "signature", "url");

  private AuthFields() {}

  /** What is wrong, as the answer 422 says it; empty when nothing is. */
  static Map<String, Object> missing(JsonNode auth) {
    if (!auth.isObject()) {
      return Map.of("auth_data", "field missing");
    }
    Map<String, Object> errors = new LinkedHashMap<>();
    for (String name : NUMBERS) {
      check(errors, auth, name, auth.path(name).isNumber(), "has to be a number");
    }
    for (String name : TEXTS) {
      check(errors, auth, name, auth.path(name).isTextual(), "has to be a string");
    }
    return errors.isEmpty() ? Map.of() : Map.of("auth_data", errors);
  }

  private static void check(
      Map<String, Object> errors, JsonNode auth, String name, boolean good, String message) {
    if (!good) {
      errors.put(name, auth.has(name) ? message : "missing parameter");
    }
  }
}
