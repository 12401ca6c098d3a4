package dev.vast4j.local.process;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands in for a template's container.
 *
 * @param command the program of a worker and its arguments; empty with a server
 * @param variables of the program
 * @param server a server that runs already, or null
 */
public record Template(List<String> command, Map<String, String> variables, @Nullable URI server) {
  public Template {
    command = List.copyOf(command);
    variables = Map.copyOf(variables);
  }

  @Override
  public String toString() {
    // Without the variables, which may be secret.
    return "Template[" + (server == null ? command : server) + "]";
  }
}
