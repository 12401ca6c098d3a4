package dev.vast4j.internal.bundle;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Files that belong together, such as those of one folder, and facts about the whole set. If
 * nothing was touched since the last time, a plan needs only these and does not load the facts of
 * single files.
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
   * Facts about the set.
   *
   * @param digest equal for sets of equal names, permissions and contents, different otherwise
   * @param classes facts about its classes
   */
  record Whole(String digest, FileFacts.ClassFacts classes) {}

  /** Numbers per file. */
  private static final int NUMBERS = 5;

  /** Ends each name, since no name holds it. */
  private static final char END = '\0';

  private static final int USUAL_LENGTH = 64;

  /** A digest, two numbers, three spaces. */
  private static final int LONGEST_HEAD = Digests.HEX_LENGTH + 2 * 11 + 3;

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

  /**
   * What is known of the set when a stored entry was made of the same names and file system entries
   * as there are now, else null. No file is read.
   *
   * @param entry what {@link #entry} gave, or anything else
   */
  @Nullable Whole knownFrom(byte @Nullable [] entry) {
    if (entry == null) {
      return null;
    }
    byte[] listing = listing();
    int start = entry.length - listing.length;
    if (start <= 0
        || start > LONGEST_HEAD
        || !Arrays.equals(entry, start, entry.length, listing, 0, listing.length)) {
      return null;
    }
    String[] head = new String(entry, 0, start, StandardCharsets.UTF_8).split(" ", -1);
    if (head.length != 4 || head[0].length() != Digests.HEX_LENGTH || !head[3].isEmpty()) {
      return null;
    }
    try {
      return new Whole(
          head[0], new FileFacts.ClassFacts(Integer.parseInt(head[1]), Integer.parseInt(head[2])));
    } catch (NumberFormatException e) {
      return null; // damaged
    }
  }

  /** What is known of the set, in the form that is stored: with what it is known of. */
  byte[] entry() {
    FileFacts.ClassFacts classes = whole().classes();
    byte[] head =
        (whole().digest() + " " + classes.version() + " " + classes.mentions() + " ")
            .getBytes(StandardCharsets.UTF_8);
    byte[] listing = listing();
    byte[] entry = Arrays.copyOf(head, head.length + listing.length);
    System.arraycopy(listing, 0, entry, head.length, listing.length);
    return entry;
  }

  /**
   * How many files, their names, and their file system entries. They are stored and compared as
   * they are: in a JVM that has just started, a digest of them takes longer than the look at the
   * files. For the same reason the numbers and names are gathered first and turned to bytes at
   * once.
   */
  private byte[] listing() {
    StringBuilder names = new StringBuilder(files.size() * USUAL_LENGTH);
    long[] numbers = new long[files.size() * NUMBERS];
    int next = 0;
    for (Named named : files) {
      names.append(named.name()).append(END);
      SourceFile file = named.file();
      FileStat stat = file.stat();
      numbers[next] = stat.executable() ? 1 : 0;
      numbers[next + 1] = file.size();
      numbers[next + 2] = stat.modified();
      numbers[next + 3] = stat.changed();
      numbers[next + 4] = stat.identity();
      next += NUMBERS;
    }
    byte[] text = names.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer listing =
        ByteBuffer.allocate(Integer.BYTES + text.length + numbers.length * Long.BYTES);
    listing.putInt(files.size()).put(text).asLongBuffer().put(numbers);
    return listing.array();
  }
}
