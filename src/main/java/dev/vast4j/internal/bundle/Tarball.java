package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes tarballs whose bytes depend on the members and the JDK's zlib alone. */
final class Tarball {
  private static final Logger LOG = LoggerFactory.getLogger(Tarball.class);

  /** Identifies what the size of a tarball depends on besides its content. */
  static final String FORMAT = "vast4j tarball 4, zlib " + ParallelGzip.zlib();

  private static final int OUTPUT_BUFFER = 1 << 16;
  private static final int FILE_MODE = 0644;
  private static final int EXECUTABLE_MODE = 0755;

  /** The first of January 1980, which every tool can show. */
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
    RootTar tar = new RootTar(out);
    for (Member member : members) {
      Content content = member.content();
      boolean folder = content == null && !member.path().endsWith("/");
      var entry = new TarArchiveEntry(folder ? member.path() + "/" : member.path(), true);
      entry.setMode(content == null || member.executable() ? EXECUTABLE_MODE : FILE_MODE);
      entry.setSize(content == null ? 0 : content.size());
      entry.setModTime(1000 * (content == null ? EPOCH : timeOf(content)));
      tar.putArchiveEntry(entry);
      if (content != null) {
        content.writeTo(tar);
      }
      tar.closeArchiveEntry();
    }
    tar.close();
  }

  /** Gives all entries, the extended headers included, to root instead of the current user. */
  static final class RootTar extends TarArchiveOutputStream {
    RootTar(OutputStream out) {
      super(out, StandardCharsets.UTF_8.name());
      setLongFileMode(LONGFILE_POSIX);
      setBigNumberMode(BIGNUMBER_POSIX);
      setAddPaxHeadersForNonAsciiNames(true);
    }

    @Override
    public void putArchiveEntry(TarArchiveEntry entry) throws IOException {
      entry.setIds(0, 0);
      entry.setNames("root", "root");
      super.putArchiveEntry(entry);
    }
  }

  /**
   * {@return a time that depends on the content} A constant would be wrong: an updated worker
   * extracts one bundle over another, and Python's compiled modules and Java's shared class data
   * take a file of the same size and time for the one they were made from.
   */
  private static long timeOf(Content content) {
    return EPOCH + (Long.parseLong(content.digest().substring(0, 8), 16) >>> 2);
  }
}
