package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A file on disk, or one inside a jar on disk. The {@link FileReader} sets its facts once, from the
 * cache or by reading it.
 */
final class SourceFile implements Content {
  private static final int BUFFER = 64 * 1024;

  private final Path file;
  private final FileStat stat;
  private final @Nullable String entry;
  private final long size;
  private final Inspection inspection;
  private volatile @Nullable FileFacts facts;

  private SourceFile(
      Path file, FileStat stat, @Nullable String entry, long size, Inspection inspection) {
    this.file = file;
    this.stat = stat;
    this.entry = entry;
    this.size = size;
    this.inspection = inspection;
  }

  /** Creates a file as it was when {@code stat} was taken. */
  static SourceFile of(Path file, FileStat stat, Inspection inspection) {
    return new SourceFile(file, stat, null, stat.size(), inspection);
  }

  /** Creates an entry of a jar. */
  static SourceFile within(
      Path jar, FileStat stat, String entry, long size, Inspection inspection) {
    return new SourceFile(jar, stat, entry, size, inspection);
  }

  /** {@return the file, or the jar that holds it} */
  Path file() {
    return file;
  }

  FileStat stat() {
    return stat;
  }

  Inspection inspection() {
    return inspection;
  }

  /** {@return where the file is, for messages} */
  String location() {
    return entry == null ? file.toString() : file + "!/" + entry;
  }

  /** {@return the name within {@link #file}, or empty for the file itself} */
  String entry() {
    return entry == null ? "" : entry;
  }

  /** {@return the name, whose extension tells the kind of file} */
  String name() {
    return entry == null ? file.toString() : entry;
  }

  FileFacts facts() {
    return Objects.requireNonNull(facts, "facts are set before they are asked for");
  }

  FileFacts.JarFacts jarFacts() {
    return Objects.requireNonNull(facts().jar(), "a jar is read as one");
  }

  void setFacts(FileFacts known) {
    facts = known;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public String digest() {
    return facts().sha256();
  }

  /** Opens the content. */
  InputStream open() throws IOException {
    try {
      return entry == null ? Files.newInputStream(file) : openWithin(entry);
    } catch (NoSuchFileException e) {
      throw changed(e);
    }
  }

  private InputStream openWithin(String name) throws IOException {
    ZipFile zip = new ZipFile(file.toFile());
    try {
      ZipEntry found = zip.getEntry(name);
      if (found == null) {
        throw changed();
      }
      return new FilterInputStream(zip.getInputStream(found)) {
        @Override
        public void close() throws IOException {
          try (zip) {
            super.close();
          }
        }
      };
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  /** Fails if the file was touched since it was listed. */
  void checkUntouched() throws IOException {
    if (!FileStat.of(file).equals(stat)) {
      throw changed();
    }
  }

  BundleException changed() {
    return changed(null);
  }

  private BundleException changed(@Nullable Throwable cause) {
    return new BundleException(
        location(), "changed while the bundle was made from it; deploy again", cause);
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    MessageDigest digest = Digests.sha256();
    long written = 0;
    try (InputStream in = open()) {
      byte[] buffer = new byte[(int) Math.max(1, Math.min(BUFFER, size + 1))];
      for (int n = read(in, buffer); n >= 0; n = read(in, buffer)) {
        written += n;
        if (written > size) {
          throw changed();
        }
        digest.update(buffer, 0, n);
        out.write(buffer, 0, n);
      }
    }
    if (written != size) {
      throw changed();
    }
    check(Digests.hex(digest));
  }

  /** Reads, and throws another exception than a failed write does. */
  private int read(InputStream in, byte[] buffer) {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw new BundleException(location(), "cannot be read: " + e, e);
    }
  }

  /** Fails if the content read is not the content planned. */
  void check(String sha256) {
    if (!sha256.equals(digest())) {
      throw changed();
    }
  }

  /** Reads the whole content of a small file. */
  byte[] readAll() throws IOException {
    try (InputStream in = open()) {
      byte[] bytes = in.readNBytes((int) Math.min(Integer.MAX_VALUE, size + 1));
      if (bytes.length != size) {
        throw changed();
      }
      return bytes;
    }
  }
}
