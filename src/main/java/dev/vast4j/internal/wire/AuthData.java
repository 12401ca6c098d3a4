package dev.vast4j.internal.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The engine's answer to {@code /route/}, which travels with the call it routes.
 *
 * @param url the worker's URL
 * @param signature base64 of the engine's signature over the URL
 * @param reqnum the request's number
 * @param requestIdx the request's index, kept over re-routes
 * @param cost the workload that the client announced, finite and at least 0
 * @param endpoint the endpoint's name
 * @param raw the whole object, for sessions to compare and for answers to echo
 */
public record AuthData(
    String url,
    String signature,
    long reqnum,
    long requestIdx,
    double cost,
    String endpoint,
    JsonNode raw) {
  private static final String MISSING = "missing parameter";

  /**
   * Reads auth data.
   *
   * @param json an object
   * @param wrong receives the errors by field
   * @return the auth data, or null if a field is wrong
   */
  public static @Nullable AuthData read(JsonNode json, Map<String, Object> wrong) {
    double cost = number(json, "cost", wrong);
    if (!(cost >= 0 && cost < Double.POSITIVE_INFINITY)) {
      // It would become the load that the worker reports.
      wrong.put("cost", "must be a finite number, 0 or above");
    }
    String endpoint = text(json, "endpoint", wrong);
    long reqnum = integer(json, "reqnum", wrong);
    long requestIdx = integer(json, "request_idx", wrong);
    String signature = text(json, "signature", wrong);
    String url = text(json, "url", wrong);
    return wrong.isEmpty()
        ? new AuthData(url, signature, reqnum, requestIdx, cost, endpoint, json)
        : null;
  }

  private static String text(JsonNode json, String name, Map<String, Object> wrong) {
    JsonNode value = json.get(name);
    if (value == null) {
      wrong.put(name, MISSING);
    } else if (!value.isTextual()) {
      wrong.put(name, "must be a string");
    } else {
      return value.textValue();
    }
    return "";
  }

  private static long integer(JsonNode json, String name, Map<String, Object> wrong) {
    JsonNode value = json.get(name);
    if (value == null) {
      wrong.put(name, MISSING);
    } else if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      wrong.put(name, "must be an integer");
    } else {
      return value.longValue();
    }
    return 0;
  }

  /** Reads a number, which may be text. */
  private static double number(JsonNode json, String name, Map<String, Object> wrong) {
    JsonNode value = json.get(name);
    if (value == null) {
      wrong.put(name, MISSING);
      return 0;
    }
    if (value.isNumber()) {
      return value.doubleValue();
    }
    try {
      if (value.isTextual()) {
        return Double.parseDouble(value.textValue());
      }
    } catch (NumberFormatException e) {
      // reported below, like any other value that is not a number
    }
    wrong.put(name, "must be a number");
    return 0;
  }
}
