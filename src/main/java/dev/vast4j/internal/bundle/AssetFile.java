package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.nio.file.Path;

/** A file that workers get from a bucket instead of the bundle. Immutable. */
public final class AssetFile {
  private final SourceFile file;
  private final String destination;

  AssetFile(SourceFile file, String destination) {
    this.file = file;
    this.destination = destination;
  }

  /** {@return its path on this machine} */
  public Path path() {
    return file.file();
  }

  /** {@return its path on a worker: absolute, or relative to the working directory} */
  public String destination() {
    return destination;
  }

  /** {@return its size in bytes} */
  public long size() {
    return file.size();
  }

  /** {@return its content's SHA-256, 64 lower-case hex digits} */
  public String sha256() {
    return file.digest();
  }

  /**
   * Checks that the file was not touched since its digest was taken.
   *
   * @throws BundleException when it was
   */
  public void checkUntouched() {
    try {
      file.checkUntouched();
    } catch (IOException e) {
      throw new BundleException(file.location(), "cannot be read: " + e, e);
    }
  }
}
