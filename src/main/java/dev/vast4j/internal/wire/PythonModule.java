package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.RemoteType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a Python class lives.
 *
 * @param relative whether the path starts at the deployment's own module
 * @param path the names on the way
 */
record PythonModule(boolean relative, List<String> path) {
  static final PythonModule BUILTINS = new PythonModule(false, List.of("builtins"));

  static PythonModule of(RemoteType type) {
    String module = type.module();
    if (module.isEmpty()) {
      return new PythonModule(true, List.of());
    }
    boolean relative = module.startsWith(".");
    String path = relative ? module.substring(1) : module;
    return new PythonModule(relative, List.of(path.split("\\.")));
  }

  /** What JSON says, in whatever shape; unreadable parts are left out. */
  static PythonModule of(JsonNode json) {
    List<String> path = new ArrayList<>();
    for (JsonNode name : json.path("path")) {
      path.add(name.asText());
    }
    return new PythonModule("relative".equals(json.path("type").asText()), path);
  }

  /** The class's name with its module in front. */
  String qualify(String className) {
    return path.isEmpty() ? className : String.join(".", path) + "." + className;
  }

  void write(JsonGenerator plain, SerializableString typeField, SerializableString pathField)
      throws IOException {
    plain.writeStartObject();
    plain.writeFieldName(typeField);
    plain.writeString(relative ? "relative" : "absolute");
    plain.writeFieldName(pathField);
    plain.writeStartArray();
    for (String name : path) {
      plain.writeString(name);
    }
    plain.writeEndArray();
    plain.writeEndObject();
  }
}
