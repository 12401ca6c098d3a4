package dev.vast4j.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.TreeMap;

/** Compares JSON values as Python does: numbers by value, objects regardless of order. */
final class JsonEquality {
  private JsonEquality() {}

  /** {@return whether both are equal} Takes the same time wherever they differ. */
  static boolean equal(JsonNode one, JsonNode other) {
    return MessageDigest.isEqual(canonical(one), canonical(other));
  }

  private static byte[] canonical(JsonNode node) {
    StringBuilder text = new StringBuilder();
    append(node, text);
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void append(JsonNode node, StringBuilder text) {
    if (node.isObject()) {
      text.append('{');
      TreeMap<String, JsonNode> fields = new TreeMap<>();
      node.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
      fields.forEach(
          (name, value) -> {
            append(TextNode.valueOf(name), text);
            text.append(':');
            append(value, text);
            text.append(',');
          });
      text.append('}');
    } else if (node.isArray()) {
      text.append('[');
      node.forEach(
          value -> {
            append(value, text);
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

  /** A whole number is written as one, so that 1.0 equals 1. */
  private static String decimal(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1L << 53
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
