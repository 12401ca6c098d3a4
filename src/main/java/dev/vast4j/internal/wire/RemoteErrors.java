package dev.vast4j.internal.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Exceptions on the wire. A Java exception travels as Python's {@code RuntimeError}, so that a
 * Python client raises it with a message that names the Java class; further attributes hold what
 * Java reads back. Of a Python exception the class and the attributes arrive.
 */
final class RemoteErrors {
  private static final PythonClass RUNTIME_ERROR =
      new PythonClass(PythonModule.BUILTINS, "RuntimeError");
  private static final String JAVA_CLASS = "java_class";
  private static final String JAVA_MESSAGE = "java_message";
  private static final String JAVA_STACK_TRACE = "java_stack_trace";
  private static final String JAVA_CAUSE = "java_cause";
  private static final String ARGS = "args";
  private static final List<String> USUAL_MESSAGE_ATTRIBUTES =
      List.of("message", "msg", "detail", "reason");

  /** Causes of causes that travel. */
  private static final int CAUSES = 16;

  private static final int MESSAGE_LENGTH = 64 << 10;
  private static final int STACK_TRACE_LENGTH = 64 << 10;

  private RemoteErrors() {}

  /** Writes the exception without data binding, which a user's module could break. */
  static void write(WireGenerator wire, Throwable failure) throws IOException {
    String message = message(failure);
    String className = failure.getClass().getName();
    wire.writeStartObject(new Instance(RUNTIME_ERROR, Map.of()));
    wire.writeFieldName(ARGS);
    wire.writeStartArray(new Tuple(List.of()));
    wire.writeString(message == null ? className : className + ": " + message);
    wire.writeEndArray();
    writeAttributes(wire, failure, StackTraceText.of(failure, STACK_TRACE_LENGTH));
    Set<Throwable> open = Collections.newSetFromMap(new IdentityHashMap<>());
    open.add(failure);
    Throwable cause = cause(failure);
    while (cause != null && open.size() <= CAUSES && open.add(cause)) {
      wire.writeStartObject();
      writeAttributes(wire, cause, StackTraceText.ofItself(cause, STACK_TRACE_LENGTH / CAUSES));
      cause = cause(cause);
    }
    wire.writeNull();
    for (int i = open.size(); i > 0; i--) {
      wire.writeEndObject();
    }
  }

  private static void writeAttributes(WireGenerator wire, Throwable failure, String stackTrace)
      throws IOException {
    wire.writeStringField(JAVA_CLASS, failure.getClass().getName());
    wire.writeStringField(JAVA_MESSAGE, message(failure));
    wire.writeStringField(JAVA_STACK_TRACE, stackTrace);
    wire.writeFieldName(JAVA_CAUSE);
  }

  /** Returns the message, or says that asking for it failed. */
  private static @Nullable String message(Throwable failure) {
    try {
      String message = failure.getMessage();
      return message == null ? null : bounded(message, MESSAGE_LENGTH);
    } catch (RuntimeException e) {
      return "(its getMessage() threw " + e.getClass().getName() + ")";
    }
  }

  private static @Nullable Throwable cause(Throwable failure) {
    try {
      return failure.getCause();
    } catch (RuntimeException e) {
      return e;
    }
  }

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
    if (!(attributes.remove(JAVA_CLASS) instanceof String className)) {
      return null;
    }
    String message = text(attributes.remove(JAVA_MESSAGE));
    String stackTrace = text(attributes.remove(JAVA_STACK_TRACE));
    RemoteError cause =
        attributes.remove(JAVA_CAUSE) instanceof Map<?, ?> map ? java(byName(map)) : null;
    attributes.remove(ARGS);
    return new RemoteError(
        className,
        message,
        stackTrace == null ? "" : stackTrace,
        cause,
        Collections.unmodifiableMap(attributes));
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
