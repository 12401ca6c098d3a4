package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
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
 * Exceptions on the wire. A Java one travels as Python's {@code RuntimeError}, so that a Python
 * client raises it with a message that names the Java class; what Java wants to know is in further
 * attributes. Of a Python one the class and the attributes are known.
 */
final class Failures {
  private static final String JAVA_CLASS = "java_class";
  private static final String JAVA_MESSAGE = "java_message";
  private static final String JAVA_STACK_TRACE = "java_stack_trace";
  private static final String JAVA_CAUSE = "java_cause";
  private static final String ARGS = "args";
  private static final List<String> USUAL_MESSAGE_ATTRIBUTES =
      List.of("message", "msg", "detail", "reason");

  /** Causes of causes. */
  static final int CAUSES = 16;

  private static final int MESSAGE_LENGTH = 64 << 10;
  private static final int STACK_TRACE_LENGTH = 64 << 10;
  private static final SerializableString TYPE = new SerializedString("type");
  private static final SerializableString PATH = new SerializedString("path");

  private Failures() {}

  /** Writes the failure as one value. */
  static void write(JsonGenerator plain, Throwable failure) throws IOException {
    plain.writeStartObject();
    plain.writeStringField("type", "obj");
    plain.writeFieldName("module");
    PythonModule.BUILTINS.write(plain, TYPE, PATH);
    plain.writeStringField("class", "RuntimeError");
    plain.writeObjectFieldStart("contents");
    String className = failure.getClass().getName();
    String message = message(failure);
    plain.writeObjectFieldStart(ARGS);
    plain.writeStringField("type", "tuple");
    plain.writeArrayFieldStart("contents");
    plain.writeString(message == null ? className : className + ": " + message);
    plain.writeEndArray();
    plain.writeEndObject();
    plain.writeStringField(JAVA_CLASS, className);
    plain.writeStringField(JAVA_MESSAGE, message);
    plain.writeStringField(JAVA_STACK_TRACE, StackTraceText.of(failure, STACK_TRACE_LENGTH));
    plain.writeFieldName(JAVA_CAUSE);
    writeCause(new WireGenerator(plain, Dialect.PYTHON), failure);
    plain.writeEndObject();
    plain.writeEndObject();
  }

  private static void writeCause(WireGenerator wire, Throwable failure) throws IOException {
    Set<Throwable> written = Collections.newSetFromMap(new IdentityHashMap<>());
    written.add(failure);
    int open = 0;
    Throwable cause = cause(failure);
    while (cause != null && open < CAUSES && written.add(cause)) {
      wire.writeStartObject();
      wire.writeStringField(JAVA_CLASS, cause.getClass().getName());
      wire.writeStringField(JAVA_MESSAGE, message(cause));
      wire.writeStringField(
          JAVA_STACK_TRACE, StackTraceText.ofItself(cause, STACK_TRACE_LENGTH / CAUSES));
      wire.writeFieldName(JAVA_CAUSE);
      open++;
      cause = cause(cause);
    }
    wire.writeNull();
    for (; open > 0; open--) {
      wire.writeEndObject();
    }
  }

  /** Its message, or what came of asking for it: an exception's methods may throw as any others. */
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
   * Makes out an exception.
   *
   * @param json the value as it came
   * @param value the same value as a natural Java one
   */
  static RemoteError read(JsonNode json, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return new RemoteError("unknown", String.valueOf(value), "", null, Map.of());
    }
    Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
    map.forEach((name, attribute) -> attributes.put(String.valueOf(name), attribute));
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
    RemoteError cause = null;
    if (attributes.remove(JAVA_CAUSE) instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> ofCause = new LinkedHashMap<>();
      map.forEach((name, attribute) -> ofCause.put(String.valueOf(name), attribute));
      cause = java(ofCause);
    }
    attributes.remove(ARGS);
    return new RemoteError(
        className,
        message,
        stackTrace == null ? "" : stackTrace,
        cause,
        Collections.unmodifiableMap(attributes));
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  /** What Python's {@code str(exception)} would most likely say. */
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
