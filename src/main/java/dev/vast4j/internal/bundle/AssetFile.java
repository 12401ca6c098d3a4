package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.nio.file.Path;

/** A file that workers are to have without its travelling in the bundle. Immutable. */
public final class AssetFile {
  private final SourceFile file;
  private final String destination;

  AssetFile(SourceFile file, String destination) {
    this.file = file;
    this.destination = destination;
  }

  /**
   * The file.
   *
   * @return its path on this machine
   */
  public Path path() {
    return file.file();
  }

  /**
   * Where it goes on a worker.
   *
   * @return absolute, or relative to the working directory
   */
  public String destination() {
    return destination;
  }

  /**
   * Its size.
   *
   * @return bytes
   */
  public long size() {
    return file.size();
  }

  /**
   * Its content's SHA-256.
   *
   * @return 64 lower-case hex digits
   */
  public String sha256() {
    return file.digest();
  }

  /**
   * Checks that the file is as it was when its digest was taken.
   *
   * @throws BundleException when it was touched since
   */
  public void checkUntouched() {
    try {
      file.checkUntouched();
    } catch (IOException e) {
      throw new BundleException(file.location(), "cannot be read: " + e, e);
    }
  }
}
