package dev.vast4j.internal.bundle;

import dev.vast4j.Image;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What to deploy.
 *
 * @param config what workers install, export and run
 * @param source the code
 * @param copies files and folders that travel along, in order
 */
public record BundleSpec(BundleConfig config, BundleSource source, List<Image.Copied> copies) {

  /** Copies the list. */
  public BundleSpec {
    copies = List.copyOf(copies);
  }

  /**
   * Creates a bundle without copies.
   *
   * @param config what workers install, export and run
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
    List<Image.Copied> more = new ArrayList<>(copies);
    more.add(new Image.Copied(file, destination));
    return new BundleSpec(config, source, more);
  }
}
