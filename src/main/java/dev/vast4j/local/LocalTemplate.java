package dev.vast4j.local;

import dev.vast4j.local.process.Template;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Stands in for a template on an embedded engine, where no container runs: what a workergroup with
 * that template's hash starts as its workers. See {@link LocalOptions#template}. Immutable.
 */
public final class LocalTemplate {
  private final Template template;

  private LocalTemplate(Template template) {
    this.template = template;
  }

  /**
   * Returns a template whose workers are processes that speak the worker's protocol, such as
   * PyWorkers: {@code command("python3", "worker.py")}. They run in a folder of their own, with the
   * variables that the service sets: {@code WORKER_PORT}, {@code REPORT_ADDR}, {@code
   * CONTAINER_ID}, {@code MASTER_TOKEN} and so on. The port to listen at is {@code WORKER_PORT}.
   *
   * @param command program and arguments; give absolute paths of files
   * @return the template
   * @throws IllegalArgumentException when the command is empty
   */
  public static LocalTemplate command(String... command) {
    if (command.length == 0) {
      throw new IllegalArgumentException("the command is empty; give a program");
    }
    return new LocalTemplate(new Template(List.of(command), Map.of(), null));
  }

  /**
   * Returns a template whose worker is a plain HTTP server that runs already, such as Ollama,
   * llama.cpp or a test's stand-in. The engine checks the routes' signatures and posts the payload
   * to the same route of the server; it counts as ready while it accepts connections. It has no
   * sessions.
   *
   * @param url http, without query, such as {@code http://127.0.0.1:11434}
   * @return the template
   * @throws IllegalArgumentException when it isn't such a URL
   */
  public static LocalTemplate server(URI url) {
    if (!"http".equalsIgnoreCase(url.getScheme())
        || url.getHost() == null
        || url.getRawUserInfo() != null
        || url.getRawQuery() != null
        || url.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "the server's URL must be like http://127.0.0.1:11434, without user and query");
    }
    return new LocalTemplate(new Template(List.of(), Map.of(), url));
  }

  /**
   * Sets a variable of the workers' environment. A server that runs already does not get it.
   *
   * @param name its name
   * @param value its value
   * @return a changed copy
   * @throws IllegalArgumentException when the name is empty or contains {@code =}
   */
  public LocalTemplate variable(String name, String value) {
    if (name.isEmpty() || name.indexOf('=') >= 0) {
      throw new IllegalArgumentException("a variable's name must not be empty nor contain '='");
    }
    Map<String, String> changed = new LinkedHashMap<>(template.variables());
    changed.put(name, value);
    return new LocalTemplate(new Template(template.command(), changed, template.server()));
  }

  Template template() {
    return template;
  }

  @Override
  public String toString() {
    // Without the variables, which may be secret.
    return "LocalTemplate["
        + (template.server() == null ? String.join(" ", template.command()) : template.server())
        + "]";
  }
}
