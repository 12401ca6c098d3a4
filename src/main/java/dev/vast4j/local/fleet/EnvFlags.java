package dev.vast4j.local.fleet;

import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the Docker flags of a deployment's {@code env}. */
final class EnvFlags {
  private EnvFlags() {}

  /**
   * {@return the variables that the flags set} A published port has the same number outside: a
   * laptop does not translate ports.
   */
  static Map<String, String> variables(String flags) {
    Map<String, String> variables = new LinkedHashMap<>();
    String[] words = flags.strip().split("\\s+", -1);
    for (int i = 0; i + 1 < words.length; i += 2) {
      String value = words[i + 1];
      int sign = value.indexOf('=');
      if (words[i].equals("-e") && sign > 0) {
        variables.put(value.substring(0, sign), value.substring(sign + 1));
      } else if (words[i].equals("-p") && value.indexOf(':') > 0) {
        String port = value.substring(value.indexOf(':') + 1).replaceAll("/.*", "");
        variables.put("VAST_TCP_PORT_" + port, port);
      }
    }
    return variables;
  }
}
