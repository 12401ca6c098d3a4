package dev.vast4j.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.TreeMap;

/** Small JSON texts: answers about requests, and the requests about sessions. */
final class Json {
  static final JsonMapper MAPPER = new JsonMapper();

  private Json() {}

  /** {@code {"error": message}}. */
  static byte[] error(String message) {
    return bytes(Map.of("error", message));
  }

  static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps, numbers and strings are always JSON", e);
    }
  }

  /**
   * Whether two values are equal as Python sees it: numbers by what they are worth, however
   * written. Takes the same time wherever they differ.
   */
  static boolean same(JsonNode one, JsonNode other) {
    return MessageDigest.isEqual(canonical(one), canonical(other));
  }

  private static byte[] canonical(JsonNode node) {
    StringBuilder text = new StringBuilder();
    canonical(node, text);
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void canonical(JsonNode node, StringBuilder text) {
    if (node.isObject()) {
      text.append('{');
      TreeMap<String, JsonNode> fields = new TreeMap<>();
      node.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
      fields.forEach(
          (name, value) -> {
            canonical(TextNode.valueOf(name), text);
            text.append(':');
            canonical(value, text);
            text.append(',');
          });
      text.append('}');
    } else if (node.isArray()) {
      text.append('[');
      node.forEach(
          value -> {
            canonical(value, text);
            text.append(',');
          });
      text.append(']');
    } else if (node.isNumber()) {
      text.append(
          node.isIntegralNumber()
              ? node.bigIntegerValue().toString()
              : decimal(node.doubleValue()));
    } else {
      text.append(node);
    }
  }

  private static String decimal(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1L << 53
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
