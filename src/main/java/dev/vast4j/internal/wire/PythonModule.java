package dev.vast4j.internal.wire;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.RemoteType;
import java.util.ArrayList;
import java.util.List;

/**
 * The module of a Python class.
 *
 * @param relative whether the path starts at the deployment's own module
 * @param path the names of the packages and of the module
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

  /** Reads a module from JSON of any shape and ignores what it does not understand. */
  static PythonModule of(JsonNode json) {
    List<String> path = new ArrayList<>();
    for (JsonNode name : json.path("path")) {
      path.add(name.asText());
    }
    return new PythonModule("relative".equals(json.path("type").asText()), path);
  }

  /** {@return the class's name with its module in front} */
  String qualify(String className) {
    return path.isEmpty() ? className : String.join(".", path) + "." + className;
  }
}
