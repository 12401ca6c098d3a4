package dev.vast4j.internal.http;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The user's cache folder. */
public final class UserCache {
  private UserCache() {}

  /** Returns the folder {@code vast4j} in the user's cache folder; it may not exist. */
  public static Path folder() {
    return folder(
        System.getenv(),
        System.getProperty("os.name", ""),
        Path.of(System.getProperty("user.home", ".")));
  }

  static Path folder(Map<String, String> env, String os, Path home) {
    String system = os.toLowerCase(Locale.ROOT);
    if (system.startsWith("windows")) {
      return or(env.get("LOCALAPPDATA"), home.resolve("AppData").resolve("Local"))
          .resolve("vast4j")
          .resolve("cache");
    }
    if (system.startsWith("mac")) {
      return home.resolve("Library").resolve("Caches").resolve("vast4j");
    }
    return or(env.get("XDG_CACHE_HOME"), home.resolve(".cache")).resolve("vast4j");
  }

  /** Ignores relative paths, as the XDG specification demands. */
  private static Path or(@Nullable String path, Path otherwise) {
    return path == null || path.isEmpty() || !Path.of(path).isAbsolute()
        ? otherwise
        : Path.of(path);
  }
}
