package dev.vast4j.local.fleet;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** JSON as the service reads and writes it. */
public final class ServiceJson {
  public static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private ServiceJson() {}

  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  public static byte[] bytes(JsonNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Reads an object; an empty body counts as an empty object. */
  public static ObjectNode readObject(byte[] body) {
    if (body.length == 0) {
      return object();
    }
    JsonNode node;
    try {
      node = MAPPER.readTree(body);
    } catch (IOException e) {
      throw ServiceError.invalid("the body is not JSON");
    }
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw ServiceError.invalid("the body must be a JSON object");
  }

  /** {@return a copy of an object with the non-null fields of another in place of its own} */
  public static ObjectNode merged(ObjectNode object, ObjectNode changes) {
    ObjectNode merged = object.deepCopy();
    changes.properties().stream()
        .filter(field -> !field.getValue().isNull())
        .forEach(field -> merged.set(field.getKey(), field.getValue()));
    return merged;
  }

  public static @Nullable String text(JsonNode object, String field) {
    JsonNode value = object.get(field);
    return value == null || value.isNull() ? null : value.asText();
  }

  public static String requiredText(JsonNode object, String field) {
    JsonNode value = object.get(field);
    if (value == null || !value.isTextual() || value.textValue().isEmpty()) {
      throw ServiceError.invalid(field + " must be a text that is not empty");
    }
    return value.textValue();
  }

  public static double number(JsonNode object, String field, double fallback) {
    JsonNode value = object.get(field);
    if (value == null || value.isNull()) {
      return fallback;
    }
    double number = value.isNumber() ? value.doubleValue() : parse(value.asText());
    if (!Double.isFinite(number)) {
      throw ServiceError.invalid(field + " must be a number");
    }
    return number;
  }

  private static double parse(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
