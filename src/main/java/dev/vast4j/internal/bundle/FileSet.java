package dev.vast4j.internal.bundle;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Files that belong together, such as those of one folder, and what is known of them as a whole.
 * While nothing was touched since the last time, that is all a plan needs, and the facts of the
 * single files are not even loaded.
 */
final class FileSet {
  /**
   * A file with its name in the set.
   *
   * @param name its name
   * @param file the file
   */
  record Named(String name, SourceFile file) {
    boolean executable() {
      return file.stat().executable();
    }
  }

  /**
   * What is known of the set.
   *
   * @param digest equal for sets of equal names, permissions and contents, different for others
   * @param classes what its classes are like
   */
  record Whole(String digest, FileFacts.ClassFacts classes) {}

  private final String group;
  private final List<Named> files;
  private volatile @Nullable Whole whole;
  private volatile boolean loaded;

  /**
   * Creates the set.
   *
   * @param group under which its facts are kept
   * @param files the files in order
   */
  FileSet(String group, List<Named> files) {
    this.group = group;
    this.files = List.copyOf(files);
  }

  String group() {
    return group;
  }

  List<Named> files() {
    return files;
  }

  Whole whole() {
    return Objects.requireNonNull(whole, "a set is read before it is asked");
  }

  void setWhole(Whole known) {
    whole = known;
  }

  /** Whether each file has its facts. */
  boolean isLoaded() {
    return loaded;
  }

  void setLoaded() {
    loaded = true;
  }

  /** Takes what is known of the set from the facts of its files. */
  Whole summarize() {
    MessageDigest digest = Digests.sha256();
    FileFacts.ClassFacts classes = FileFacts.ClassFacts.NONE;
    for (Named named : files) {
      Digests.frame(digest, named.name());
      Digests.frame(digest, named.executable() ? "x" : "-");
      Digests.frame(digest, named.file().digest());
      classes = classes.and(named.file().facts().classes());
    }
    return new Whole(Digests.hex(digest), classes);
  }

  /** Says names and file system entries, without reading any file. */
  String fingerprint() {
    MessageDigest digest = Digests.sha256();
    ByteBuffer numbers = ByteBuffer.allocate(5 * Long.BYTES);
    for (Named named : files) {
      byte[] name = named.name().getBytes(StandardCharsets.UTF_8);
      FileStat stat = named.file().stat();
      numbers
          .clear()
          .putLong(((long) name.length << 1) | (stat.executable() ? 1 : 0))
          .putLong(named.file().size())
          .putLong(stat.modified())
          .putLong(stat.changed())
          .putLong(stat.identity())
          .flip();
      digest.update(numbers);
      digest.update(name);
    }
    return Digests.hex(digest);
  }
}
