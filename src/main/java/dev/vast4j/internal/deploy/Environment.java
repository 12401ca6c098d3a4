package dev.vast4j.internal.deploy;

import dev.vast4j.AssetStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Environment variables, system properties and key files: all settings from outside the program.
 */
final class Environment {
  private static final Logger LOG = LoggerFactory.getLogger(Environment.class);
  private static final Map<String, String> PROPERTIES =
      Map.of(
          "VAST_URL", "vast.url",
          "VAST_ENGINE_URL", "vast.engineUrl",
          "VAST_API_KEY", "vast.apiKey",
          "VAST_ASSETS", "vast.assets",
          "VAST_CACHE_FOLDER", "vast.cacheFolder",
          "VAST_CALL_TIMEOUT", "vast.callTimeout",
          "VAST_WORKER_TIMEOUT", "vast.workerTimeout");

  private final UnaryOperator<@Nullable String> variables;
  private final UnaryOperator<@Nullable String> properties;

  Environment(
      UnaryOperator<@Nullable String> variables, UnaryOperator<@Nullable String> properties) {
    this.variables = variables;
    this.properties = properties;
  }

  static Environment ofProcess() {
    return new Environment(System::getenv, System::getProperty);
  }

  /**
   * A variable's value, that of its system property first; null when neither is set or it is blank.
   */
  @Nullable String get(String variable) {
    String property = PROPERTIES.get(variable);
    String value = property == null ? null : properties.apply(property);
    if (value == null || value.isBlank()) {
      value = variables.apply(variable);
    }
    return value == null || value.isBlank() ? null : value.strip();
  }

  /** A variable's own value, as it is; null when it is not set. */
  @Nullable String variable(String name) {
    return variables.apply(name);
  }

  /** A variable's value as a path; null when it is not set. */
  @Nullable Path path(String variable) {
    String value = get(variable);
    return value == null ? null : Path.of(value);
  }

  /** The asset store that {@code VAST_ASSETS} names, or null. */
  @Nullable AssetStore assetStore() {
    String named = get("VAST_ASSETS");
    return named == null ? null : AssetStore.s3(named);
  }

  /** The first API key that is found, or null. */
  @Nullable String apiKey() {
    String key = get("VAST_API_KEY");
    if (key != null) {
      return key;
    }
    for (Path file : keyFiles()) {
      try {
        String content = Files.readString(file).strip();
        if (!content.isEmpty()) {
          return content;
        }
      } catch (NoSuchFileException e) {
        // Not there, which is usual: the next place is looked at.
      } catch (IOException e) {
        LOG.warn("The API key file {} cannot be read: {}", file, e.toString());
      }
    }
    return null;
  }

  /** Where an API key is looked for, in order. */
  List<String> apiKeyPlaces() {
    return List.of(
        "the argument Vast.builder().apiKey(...)",
        "VAST_API_KEY",
        keyFiles().get(0).toString(),
        keyFiles().get(1).toString());
  }

  private List<Path> keyFiles() {
    String userHome = properties.apply("user.home");
    Path home = Path.of(userHome == null ? "" : userHome);
    String configured = get("XDG_CONFIG_HOME");
    Path config = configured == null ? home.resolve(".config") : Path.of(configured);
    return List.of(config.resolve("vastai").resolve("vast_api_key"), home.resolve(".vast_api_key"));
  }
}
