package dev.vast4j.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/**
 * The functions that this user has called, by deployment: the service does not tell their names. A
 * file in the user's cache folder for each deployment; failures to read or write it don't matter.
 */
final class KnownFunctions {
  private static final int MOST = 200;

  private KnownFunctions() {}

  /** {@return the functions of a deployment, sorted} */
  static List<String> of(String deployment) {
    try {
      return Files.readAllLines(file(deployment), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Remembers a function that answered. */
  static void remember(String deployment, String function) {
    TreeSet<String> known = new TreeSet<>(of(deployment));
    if (known.size() >= MOST || !known.add(function)) {
      return;
    }
    try {
      Path file = file(deployment);
      Path folder = file.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.write(file, known, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return; // completion will lack a name
    }
  }

  private static Path file(String deployment) {
    String named = System.getenv("VAST_CACHE_FOLDER");
    String cache = System.getenv("XDG_CACHE_HOME");
    Path folder =
        named != null && !named.isBlank()
            ? Path.of(named)
            : (cache != null && !cache.isBlank()
                    ? Path.of(cache)
                    : Path.of(System.getProperty("user.home", "."), ".cache"))
                .resolve("vast4j");
    return folder.resolve("functions").resolve(deployment.replaceAll("[^A-Za-z0-9_-]", "_"));
  }
}
