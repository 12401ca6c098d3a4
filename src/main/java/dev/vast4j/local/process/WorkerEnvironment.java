package dev.vast4j.local.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.errors.LocalEngineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * The environment of a worker's process: a few of this process's variables ({@link #PASSED_ON}), to
 * keep secrets of a developer's shell out, then the bundle's, then the protocol's.
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
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "ALL_PROXY",
          "NO_PROXY",
          "http_proxy",
          "https_proxy",
          "all_proxy",
          "no_proxy",
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

  private static final Set<String> OPTIONS_OF_JAVA =
      Set.of("CLASSPATH", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  private WorkerEnvironment() {}

  /**
   * Sets a UTF-8 locale if there is none: otherwise Java cannot name files beyond ASCII. On the
   * service, Python starts the workers and does the same.
   */
  private static void nameAllFiles(Map<String, String> environment) {
    String all = environment.getOrDefault("LC_ALL", "");
    String type = environment.getOrDefault("LC_CTYPE", "");
    String locale = type.isEmpty() ? environment.getOrDefault("LANG", "") : type;
    if (all.isEmpty() && Set.of("", "C", "POSIX").contains(locale)) {
      environment.put("LC_CTYPE", "C.UTF-8");
    }
  }

  /**
   * Turns a new process's environment, inherited from this process, into that of the program that
   * fetches a worker's jars. It keeps this process's variables, which Maven's settings may name, as
   * no code of the user runs there.
   */
  static void fillForFetching(Map<String, String> environment, Map<String, String> worker) {
    environment
        .keySet()
        .removeIf(name -> OPTIONS_OF_JAVA.contains(name) || name.startsWith("VAST"));
    environment.putAll(worker);
  }

  /** Turns a new process's environment, inherited from this process, into a worker's. */
  static void fill(
      Map<String, String> environment, Map<String, String> protocol, ObjectNode config, Path root) {
    environment.keySet().retainAll(PASSED_ON);
    nameAllFiles(environment);
    for (JsonNode pair : config.path("envs")) {
      String name = pair.path(0).asText();
      try {
        environment.put(name, pair.path(1).asText());
      } catch (IllegalArgumentException e) {
        // The cause's message contains the value, which may be secret.
        throw new LocalEngineException(
            "the bundle's variable '"
                + name.replace('\0', ' ')
                + "' cannot be set: its name or value contains a forbidden character",
            null);
      }
    }
    environment.putAll(protocol);
    environment.put("VAST4J_WATCH_STDIN", "true");
    // Absolute paths stay inside the worker's folder, as in bundles. The watchdog also finds strays
    // by this variable.
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
