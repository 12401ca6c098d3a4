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

/** A bundle's tarball, written when it is first needed, gone when closed. For one thread. */
final class PackedBundle implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PackedBundle.class);
  private static final String PREFIX = "vast4j-bundle-";
  private static final String SUFFIX = ".tar.gz";

  /** Finished and unfinished tarballs. */
  private static final String LEFTOVERS = "{" + PREFIX + "*" + SUFFIX + ",.vast4j-*.partial}";

  /** No deploy takes as long, so what is older was left by one that was killed. */
  private static final Duration LONGEST_DEPLOY = Duration.ofDays(1);

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
        written = Files.createTempFile(PREFIX, SUFFIX);
        deleteLeftovers(written);
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

  /** They may be large, and hold the values of variables. */
  private static void deleteLeftovers(Path written) {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(written.resolveSibling("."), LEFTOVERS)) {
      Instant abandoned = timeOf(written).minus(LONGEST_DEPLOY);
      for (Path old : files) {
        if (timeOf(old).isBefore(abandoned)) {
          Files.deleteIfExists(old);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Somebody else's, or gone by now.
      LOG.debug("what earlier deploys left beside {} stays", written, e);
    }
  }

  private static Instant timeOf(Path file) throws IOException {
    return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
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
