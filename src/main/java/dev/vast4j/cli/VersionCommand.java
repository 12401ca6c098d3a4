package dev.vast4j.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code version}: shows the version and what it runs on. */
@Command(
    name = "version",
    description = "Shows the version of vast4j, of Java and of the system.",
    footer = {"", "Example:", "  vast4j version --json"})
final class VersionCommand implements Callable<Integer> {
  private final Console console;

  VersionCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Map<String, Object> versions = new LinkedHashMap<>();
    versions.put("vast4j", Main.Version.number());
    versions.put("java", System.getProperty("java.runtime.version", "unknown"));
    versions.put(
        "system", System.getProperty("os.name", "") + " " + System.getProperty("os.arch", ""));
    console.tell(
        "vast4j %s, Java %s, %s"
            .formatted(versions.get("vast4j"), versions.get("java"), versions.get("system")),
        versions);
    return ExitCode.DONE.number();
  }
}
