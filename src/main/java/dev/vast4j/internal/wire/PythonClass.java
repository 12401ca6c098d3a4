package dev.vast4j.internal.wire;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/**
 * The name of a Python class, which is all that is known of it here.
 *
 * @param module its module
 * @param name its qualified name in the module
 */
record PythonClass(PythonModule module, String name) {
  /** {@return the wire form of an instance up to its first field} */
  String opening() {
    return "{\"type\":\"obj\",\"module\":{\"type\":\""
        + (module.relative() ? "relative" : "absolute")
        + "\",\"path\":["
        + module.path().stream().map(PythonClass::quoted).collect(joining(","))
        + "]},\"class\":"
        + quoted(name)
        + ",\"contents\":{";
  }

  private static String quoted(String text) {
    return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
  }
}
