package dev.vast4j.internal.wire;

import com.fasterxml.jackson.databind.JsonNode;
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

  /** {@return the exception as a value to write} */
  static Object toValue(Throwable failure) {
    String message = message(failure);
    String className = failure.getClass().getName();
    Map<@Nullable Object, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put(ARGS, new Tuple(List.of(message == null ? className : className + ": " + message)));
    fields.putAll(attributes(failure, StackTraceText.of(failure, STACK_TRACE_LENGTH)));
    Map<@Nullable Object, @Nullable Object> last = fields;
    Set<Throwable> written = Collections.newSetFromMap(new IdentityHashMap<>());
    written.add(failure);
    Throwable cause = cause(failure);
    while (cause != null && written.size() <= CAUSES && written.add(cause)) {
      Map<@Nullable Object, @Nullable Object> next =
          attributes(cause, StackTraceText.ofItself(cause, STACK_TRACE_LENGTH / CAUSES));
      last.put(JAVA_CAUSE, next);
      last = next;
      cause = cause(cause);
    }
    return new Instance(RUNTIME_ERROR, fields);
  }

  private static Map<@Nullable Object, @Nullable Object> attributes(
      Throwable failure, String stackTrace) {
    Map<@Nullable Object, @Nullable Object> attributes = new LinkedHashMap<>();
    attributes.put(JAVA_CLASS, failure.getClass().getName());
    attributes.put(JAVA_MESSAGE, message(failure));
    attributes.put(JAVA_STACK_TRACE, stackTrace);
    attributes.put(JAVA_CAUSE, null);
    return attributes;
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
