package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import dev.vast4j.internal.tar.TarEntry;
import dev.vast4j.internal.tar.TarWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes tarballs whose bytes depend on the members alone. */
final class Tarball {
  private static final Logger LOG = LoggerFactory.getLogger(Tarball.class);

  /** Changes with everything that changes the bytes that some content results in. */
  static final String FORMAT = "vast4j tarball 2";

  private static final int OUTPUT_BUFFER = 1 << 16;
  private static final int FILE_MODE = 0644;
  private static final int EXECUTABLE_MODE = 0755;
  private static final int FOLDER_MODE = 0755;

  /** The first of January 1980: older than any file, and a date that every tool can show. */
  private static final long EPOCH = 315_532_800L;

  private Tarball() {}

  /**
   * Writes the tarball. It appears under its name only when it is complete.
   *
   * @return its size
   */
  static long write(List<Member> members, Path tarball) {
    Path partial = null;
    try {
      Path folder = tarball.toAbsolutePath().getParent();
      partial = Files.createTempFile(folder, ".vast4j-", ".partial");
      try (Cores cores = new Cores();
          OutputStream file =
              new BufferedOutputStream(Files.newOutputStream(partial), OUTPUT_BUFFER)) {
        writeTar(members, new ParallelGzip(file, cores));
      }
      Files.move(partial, tarball, StandardCopyOption.REPLACE_EXISTING);
      partial = null;
      return Files.size(tarball);
    } catch (IOException e) {
      throw new BundleException(tarball.toString(), "cannot be written: " + e, e);
    } finally {
      if (partial != null) {
        deleteQuietly(partial);
      }
    }
  }

  private static void deleteQuietly(Path partial) {
    try {
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      LOG.warn("could not delete the unfinished {}", partial, e);
    }
  }

  private static void writeTar(List<Member> members, OutputStream out) throws IOException {
    // Closing it ends the archive; an archive that fails is left without its end.
    @SuppressWarnings("resource")
    TarWriter tar = new TarWriter(out);
    for (Member member : members) {
      Content content = member.content();
      if (content == null) {
        tar.begin(TarEntry.folder(member.path(), FOLDER_MODE, EPOCH));
      } else {
        int mode = member.executable() ? EXECUTABLE_MODE : FILE_MODE;
        tar.begin(TarEntry.file(member.path(), mode, content.size(), timeOf(content)));
        content.writeTo(tar);
      }
    }
    tar.close();
  }

  /**
   * A file's time says its content. It may not be the same for all: a worker that is updated
   * extracts one bundle over another, and both Python's compiled modules and Java's shared class
   * data take a file of the same size and time for the one they were made from.
   */
  private static long timeOf(Content content) {
    return EPOCH + (Long.parseLong(content.digest().substring(0, 8), 16) >>> 2);
  }
}
