package dev.vast4j.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.Autoscaling;
import dev.vast4j.errors.UnexpectedAnswerException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON fields. Answers may lack fields, have nulls or further fields; only fields
 * that are indispensable are demanded.
 */
final class JsonFields {
  static final JsonMapper MAPPER = new JsonMapper();

  private static final double MOST_SECONDS = 1e14;

  private JsonFields() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static @Nullable String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isValueNode() && !value.isNull() ? value.asText() : null;
  }

  static @Nullable Double number(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (value.isNumber()) {
      return value.doubleValue();
    }
    if (value.isTextual()) {
      try {
        return Double.valueOf(value.textValue().strip());
      } catch (NumberFormatException e) {
        return null; // the same as missing
      }
    }
    return null;
  }

  static double numberOr0(JsonNode node, String field) {
    Double value = number(node, field);
    return value == null ? 0 : value;
  }

  static @Nullable Long integer(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return value.longValue();
    }
    Double number = number(node, field);
    return number == null || number != Math.rint(number) ? null : (Long) number.longValue();
  }

  static @Nullable Integer smallInteger(JsonNode node, String field) {
    Long value = integer(node, field);
    return value == null
        ? null
        : (Integer) (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
  }

  /** Reads epoch seconds with a fraction. */
  static @Nullable Instant time(JsonNode node, String field) {
    Double seconds = number(node, field);
    if (seconds == null || !(seconds > 0 && seconds < MOST_SECONDS)) {
      return null; // 0 means never
    }
    return Instant.EPOCH.plus(seconds(seconds));
  }

  static @Nullable Duration duration(JsonNode node, String field) {
    Double seconds = number(node, field);
    return seconds == null || !(Math.abs(seconds) < MOST_SECONDS) ? null : seconds(seconds);
  }

  private static Duration seconds(double seconds) {
    long whole = (long) Math.floor(seconds);
    // A double of today's time has microseconds at best.
    return Duration.ofSeconds(whole, Math.round((seconds - whole) * 1e6) * 1000);
  }

  static long demandInteger(String operation, JsonNode node, String field) {
    Long value = integer(node, field);
    if (value == null) {
      throw new UnexpectedAnswerException(operation, "no number '" + field + "'", null);
    }
    return value;
  }

  static String demandText(String operation, JsonNode node, String field) {
    String value = text(node, field);
    if (value == null) {
      throw new UnexpectedAnswerException(operation, "no '" + field + "'", null);
    }
    return value;
  }

  static JsonNode demandObject(String operation, JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isObject()) {
      throw new UnexpectedAnswerException(operation, "no object '" + field + "'", null);
    }
    return value;
  }

  static <T> List<T> demandList(
      String operation, JsonNode node, String field, Function<JsonNode, T> read) {
    JsonNode value = node.path(field);
    if (!value.isArray()) {
      throw new UnexpectedAnswerException(operation, "no array '" + field + "'", null);
    }
    return list(value, read);
  }

  static <T> List<T> list(JsonNode array, Function<JsonNode, T> read) {
    List<T> all = new ArrayList<>(array.size());
    for (JsonNode one : array) {
      all.add(read.apply(one));
    }
    return List.copyOf(all);
  }

  /** Reads an object's fields as text, in order, without null ones. */
  static @Nullable Map<String, String> texts(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isObject()) {
      return null;
    }
    Map<String, String> all = new LinkedHashMap<>();
    value
        .properties()
        .forEach(
            entry -> {
              JsonNode one = entry.getValue();
              if (!one.isNull()) {
                all.put(entry.getKey(), one.isValueNode() ? one.asText() : one.toString());
              }
            });
    return all;
  }

  /** Adds a field unless the value is null. */
  static void put(ObjectNode node, String field, @Nullable Object value) {
    if (value instanceof String text) {
      node.put(field, text);
    } else if (value instanceof Long number) {
      node.put(field, number);
    } else if (value instanceof Integer number) {
      node.put(field, number);
    } else if (value instanceof Double number) {
      putNumber(node, field, number);
    } else if (value instanceof Duration time) {
      putNumber(node, field, time.getSeconds() + time.getNano() / 1e9);
    } else if (value != null) {
      throw new IllegalArgumentException("no JSON for " + value.getClass().getName());
    }
  }

  /** Writes whole numbers without a fraction. */
  private static void putNumber(ObjectNode node, String field, double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      node.put(field, (long) value);
    } else {
      node.put(field, value);
    }
  }

  static void putScaling(ObjectNode node, Autoscaling scaling) {
    put(node, "cold_workers", scaling.coldWorkers());
    put(node, "max_workers", scaling.maxWorkers());
    put(node, "min_load", scaling.minLoad());
    put(node, "min_cold_load", scaling.minColdLoad());
    put(node, "target_util", scaling.targetUtil());
    put(node, "cold_mult", scaling.coldMult());
    put(node, "max_queue_time", scaling.maxQueueTime());
    put(node, "target_queue_time", scaling.targetQueueTime());
    put(node, "inactivity_timeout", scaling.inactivityTimeout());
  }

  static Autoscaling scaling(JsonNode node) {
    return new Autoscaling(
        smallInteger(node, "cold_workers"),
        smallInteger(node, "max_workers"),
        number(node, "min_load"),
        number(node, "min_cold_load"),
        number(node, "target_util"),
        number(node, "cold_mult"),
        duration(node, "max_queue_time"),
        duration(node, "target_queue_time"),
        duration(node, "inactivity_timeout"));
  }

  static void putLogin(ObjectNode node, @Nullable DockerLogin login) {
    if (login != null) {
      put(node, "docker_login_user", login.user());
      put(node, "docker_login_pass", login.password());
      put(node, "docker_login_repo", login.repo());
    }
  }
}
