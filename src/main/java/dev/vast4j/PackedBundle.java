package dev.vast4j;

import dev.vast4j.api.Connection;
import dev.vast4j.errors.BundleException;
import dev.vast4j.internal.bundle.BundlePlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bundle's tarball, written when it is first needed, gone when closed. For one thread. */
final class PackedBundle implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PackedBundle.class);
  private static final String PREFIX = "vast4j-bundle-";

  private final BundlePlan bundle;
  private final DeploymentSpec spec;
  private @Nullable Path file;
  private long size = -1;

  PackedBundle(BundlePlan bundle, DeploymentSpec spec) {
    this.bundle = bundle;
    this.spec = spec;
  }

  /**
   * The tarball's size, which is remembered from an earlier time if there was one. It is asked for
   * before anything is registered, so a tarball that no store takes is refused here.
   */
  long size() {
    if (size < 0) {
      OptionalLong known = bundle.knownSize();
      if (known.isPresent()) {
        size = known.getAsLong();
      } else {
        file();
      }
      if (size > Connection.MOST_UPLOADED) {
        throw new BundleException(
            "bundle of deployment '" + spec.name() + "'",
            "its tarball has "
                + size
                + " bytes, and an upload may have at most "
                + Connection.MOST_UPLOADED
                + " (5 GiB); list what is not needed in .vastignore, and bring big files by"
                + " Image.asset",
            null);
      }
    }
    return size;
  }

  /** The tarball. */
  Path file() {
    Path written = file;
    if (written == null) {
      try {
        written = Files.createTempFile(PREFIX, ".tar.gz");
      } catch (IOException e) {
        throw new BundleException(
            System.getProperty("java.io.tmpdir", "temporary folder"),
            "no file can be made in it",
            e);
      }
      file = written;
      int files = bundle.summary().parts().values().stream().mapToInt(p -> p.size()).sum();
      spec.tell(new Progress.Packing(files));
      size = bundle.writeTo(written);
    }
    return written;
  }

  @Override
  public void close() {
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        LOG.warn("The temporary file {} cannot be deleted: {}", file, e.toString());
      }
    }
  }
}
