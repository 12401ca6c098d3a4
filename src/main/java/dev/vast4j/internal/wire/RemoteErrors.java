package dev.vast4j.internal.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads exceptions, which {@link RemoteErrorWriter} writes. A Java exception travels as Python's
 * {@code RuntimeError}, so that a Python client raises it with a message that names the Java class;
 * further attributes hold what Java reads back. Of a Python exception the class and the attributes
 * arrive.
 */
final class RemoteErrors {
  static final String CLASS = "java_class";
  static final String MESSAGE = "java_message";
  static final String STACK_TRACE = "java_stack_trace";

  /** The outermost exception's own frames; those of others are in {@link #STACK_TRACE}. */
  static final String FRAMES = "java_frames";

  static final String SUPERCLASSES = "java_superclasses";
  static final String SUPPRESSED = "java_suppressed";
  static final String CAUSE = "java_cause";
  static final String ARGS = "args";
  private static final List<String> USUAL_MESSAGE_ATTRIBUTES =
      List.of("message", "msg", "detail", "reason");

  private RemoteErrors() {}

  static String bounded(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length) + "… (cut)";
  }

  /**
   * Reads an exception.
   *
   * @param json the value as it came
   * @param value the same value as a natural Java one
   */
  static RemoteError read(JsonNode json, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return new RemoteError("unknown", String.valueOf(value), "", null, Map.of());
    }
    Map<String, @Nullable Object> attributes = byName(map);
    RemoteError java = java(attributes);
    if (java != null) {
      return java;
    }
    String className =
        PythonModule.of(json.path("module")).qualify(json.path("class").asText("unknown"));
    String message = pythonMessage(attributes);
    attributes.remove(ARGS);
    return new RemoteError(className, message, "", null, Collections.unmodifiableMap(attributes));
  }

  private static @Nullable RemoteError java(Map<String, @Nullable Object> attributes) {
    if (!(attributes.remove(CLASS) instanceof String className)) {
      return null;
    }
    String message = text(attributes.remove(MESSAGE));
    String stackTrace = text(attributes.remove(STACK_TRACE));
    String frames = text(attributes.remove(FRAMES));
    List<String> superclasses =
        all(attributes.remove(SUPERCLASSES))
            .filter(String.class::isInstance)
            .map(String.class::cast)
            .toList();
    List<RemoteError> suppressed =
        all(attributes.remove(SUPPRESSED))
            .map(RemoteErrors::inner)
            .filter(Objects::nonNull)
            .toList();
    RemoteError cause = inner(attributes.remove(CAUSE));
    attributes.remove(ARGS);
    return new RemoteError(
        className,
        superclasses,
        message,
        stackTrace == null ? "" : stackTrace,
        frames != null ? frames : stackTrace != null ? stackTrace : "",
        cause,
        suppressed,
        Collections.unmodifiableMap(attributes));
  }

  private static @Nullable RemoteError inner(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? java(byName(map)) : null;
  }

  private static Stream<?> all(@Nullable Object value) {
    return value instanceof List<?> list ? list.stream() : Stream.empty();
  }

  private static Map<String, @Nullable Object> byName(Map<?, ?> map) {
    Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
    map.forEach((name, attribute) -> attributes.put(String.valueOf(name), attribute));
    return attributes;
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  /** Returns what Python's {@code str(exception)} most likely returns. */
  private static @Nullable String pythonMessage(Map<String, @Nullable Object> attributes) {
    if (attributes.get(ARGS) instanceof List<?> args && !args.isEmpty()) {
      return args.size() == 1 ? String.valueOf(args.get(0)) : args.toString();
    }
    for (String name : USUAL_MESSAGE_ATTRIBUTES) {
      if (attributes.get(name) instanceof String message) {
        return message;
      }
    }
    return null;
  }
}
