package dev.vast4j.local.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.errors.LocalEngineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * The environment of a worker's process: few of this process's variables (those in {@link
 * #PASSED_ON}), so that secrets of a developer's shell do not reach it; then the bundle's, then the
 * protocol's.
 */
final class WorkerEnvironment {
  static final Set<String> PASSED_ON =
      Set.of(
          "PATH",
          "HOME",
          "USER",
          "LOGNAME",
          "SHELL",
          "LANG",
          "LC_ALL",
          "LC_CTYPE",
          "TZ",
          "TMPDIR",
          "TEMP",
          "TMP",
          "JAVA_HOME",
          "PYTHONPATH",
          "VIRTUAL_ENV",
          "LD_LIBRARY_PATH",
          "CUDA_VISIBLE_DEVICES",
          "VAST4J_REPOSITORIES",
          "VAST4J_LOCAL_REPOSITORY",
          "SystemRoot",
          "SYSTEMROOT",
          "WINDIR",
          "COMSPEC",
          "PATHEXT",
          "APPDATA",
          "LOCALAPPDATA",
          "USERPROFILE");

  private WorkerEnvironment() {}

  /**
   * Where no locale is set, Java could not so much as name a file with a letter beyond ASCII. The
   * service's workers are started by Python, which sees to that for what it starts, in this way.
   */
  private static void nameAllFiles(Map<String, String> environment) {
    String all = environment.getOrDefault("LC_ALL", "");
    String type = environment.getOrDefault("LC_CTYPE", "");
    String locale = type.isEmpty() ? environment.getOrDefault("LANG", "") : type;
    if (all.isEmpty() && Set.of("", "C", "POSIX").contains(locale)) {
      environment.put("LC_CTYPE", "C.UTF-8");
    }
  }

  /** Makes this process's environment, which a new process begins with, a worker's. */
  static void fill(
      Map<String, String> environment, Map<String, String> protocol, ObjectNode config, Path root) {
    environment.keySet().retainAll(PASSED_ON);
    nameAllFiles(environment);
    for (JsonNode pair : config.path("envs")) {
      String name = pair.path(0).asText();
      try {
        environment.put(name, pair.path(1).asText());
      } catch (IllegalArgumentException e) {
        // Its message has the value.
        throw new LocalEngineException(
            "the bundle's variable '"
                + name.replace('\0', ' ')
                + "' cannot be set: its name or value"
                + " holds what no variable may",
            null);
      }
    }
    environment.putAll(protocol);
    environment.put("VAST4J_WATCH_STDIN", "true");
    // As with bundles: what is to go to an absolute place stays inside the worker's folder. By this
    // variable the watchdog also finds what the worker started and left behind.
    environment.put(Reaper.ROOT, root.toString());
    environment.put("VAST4J_FORCE_UPDATE_FILE", root.resolve(".force_update").toString());
    if (!environment.containsKey("VAST4J_LOCAL_REPOSITORY")) {
      Path repository =
          Path.of(
              System.getProperty(
                  "maven.repo.local", System.getProperty("user.home") + "/.m2/repository"));
      if (Files.isDirectory(repository)) {
        environment.put("VAST4J_LOCAL_REPOSITORY", repository.toString());
      }
    }
  }
}
