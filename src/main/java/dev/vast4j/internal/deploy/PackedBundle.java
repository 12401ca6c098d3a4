package dev.vast4j.internal.deploy;

import dev.vast4j.Progress;
import dev.vast4j.api.Connection;
import dev.vast4j.errors.BundleException;
import dev.vast4j.internal.bundle.BundlePlan;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bundle's tarball, written at first use and deleted on close and when the program ends. For one
 * thread.
 */
final class PackedBundle implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PackedBundle.class);
  private static final String PREFIX = "vast4j-bundle-";
  private static final String FILE = "bundle.tar.gz";

  /** No deploy takes this long, so older files belong to killed ones. */
  private static final Duration LONGEST_DEPLOY = Duration.ofDays(1);

  private final BundlePlan bundle;
  private final DeploymentSpec spec;
  private @Nullable ScratchFolder folder;
  private @Nullable Path file;
  private long size = -1;

  PackedBundle(BundlePlan bundle, DeploymentSpec spec) {
    this.bundle = bundle;
    this.spec = spec;
  }

  /**
   * Returns the tarball's size, remembered from an earlier run where possible. The deploy asks
   * before it registers anything, so a tarball too large for any store is refused here.
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
            "the tarball has "
                + size
                + " bytes, more than the limit of "
                + Connection.MOST_UPLOADED
                + " (5 GiB); list what workers don't need in .vastignore, and send big files with"
                + " Image.asset",
            null);
      }
    }
    return size;
  }

  /** Returns the tarball; writes it first if needed. */
  Path file() {
    Path written = file;
    if (written == null) {
      try {
        folder = ScratchFolder.create(PREFIX);
        written = folder.path().resolve(FILE);
        deleteLeftovers(folder.path());
      } catch (IOException e) {
        throw new BundleException(
            System.getProperty("java.io.tmpdir", "temporary folder"),
            "cannot create a folder in it",
            e);
      }
      file = written;
      int files = bundle.summary().parts().values().stream().mapToInt(p -> p.size()).sum();
      spec.tell(new Progress.Packing(files));
      size = bundle.writeTo(written);
    }
    return written;
  }

  /** Deletes tarballs of killed deploys: they may be large, and hold values of variables. */
  private static void deleteLeftovers(Path mine) {
    try (DirectoryStream<Path> folders =
        Files.newDirectoryStream(mine.resolveSibling("."), PREFIX + "*")) {
      Instant abandoned = timeOf(mine).minus(LONGEST_DEPLOY);
      for (Path old : folders) {
        if (timeOf(old).isBefore(abandoned)) {
          ScratchFolder.delete(old);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Another user's, or gone by now.
      LOG.debug("Leftovers of earlier deploys beside {} stay", mine, e);
    }
  }

  private static Instant timeOf(Path file) throws IOException {
    return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
  }

  @Override
  public void close() {
    if (folder != null) {
      folder.close();
    }
  }
}
