package dev.vast4j.internal.bundle;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What to deploy.
 *
 * @param config the bundle's {@code config.json}; for Java sources the planner adds the Debian
 *     package of the Java runtime
 * @param source the code
 * @param copies files and folders that travel along, in order
 */
public record BundleSpec(BundleConfig config, BundleSource source, List<Copy> copies) {

  /** Copies the list. */
  public BundleSpec {
    copies = List.copyOf(copies);
  }

  /**
   * Creates a bundle without copies.
   *
   * @param config the bundle's {@code config.json}
   * @param source the code
   * @return the spec
   */
  public static BundleSpec of(BundleConfig config, BundleSource source) {
    return new BundleSpec(config, source, List.of());
  }

  /**
   * Adds a file or folder.
   *
   * @param file a file or folder
   * @param destination absolute, or relative to the worker's working directory
   * @return the changed copy
   */
  public BundleSpec copy(Path file, String destination) {
    List<Copy> more = new ArrayList<>(copies);
    more.add(new Copy(file, destination));
    return new BundleSpec(config, source, more);
  }

  /**
   * A file or folder that travels along.
   *
   * @param source the file or folder
   * @param destination absolute, or relative to the worker's working directory, with {@code /}
   *     between names
   */
  public record Copy(Path source, String destination) {}
}
