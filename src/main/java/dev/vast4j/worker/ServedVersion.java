package dev.vast4j.worker;

import dev.vast4j.internal.wire.VersionIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The version that a worker serves.
 *
 * @param identity what clients call it, or null if unknown
 */
record ServedVersion(@Nullable String identity) {
  private static final String FILE = "vast4j/version";

  /**
   * Reads the version.
   *
   * @param environment has the digest of image, storage, ports, filters and variables
   * @param directory the working directory, with the extracted bundle, which has its hash
   */
  static ServedVersion read(Map<String, String> environment, Path directory, ConsoleLog log) {
    String hash = null;
    Path file = directory.resolve(FILE);
    try {
      if (Files.exists(file)) {
        hash = Files.readString(file).strip();
      }
    } catch (IOException e) {
      log.warn("cannot read " + file + ", so this worker does not tell its version: " + e);
    }
    ServedVersion version =
        new ServedVersion(VersionIdentity.of(hash, environment.get(VersionIdentity.VARIABLE)));
    log.info("version " + (version.identity() == null ? "unknown" : version.identity()));
    return version;
  }

  /** {@return whether a request that only one version may run must be refused} */
  boolean refuses(@Nullable String only) {
    return only != null && !only.equals(identity);
  }
}
