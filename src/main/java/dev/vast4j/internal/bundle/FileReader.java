package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets the facts of files: from the cache if the file system says that nothing was touched, else by
 * reading them, several at a time.
 */
final class FileReader {
  private static final Logger LOG = LoggerFactory.getLogger(FileReader.class);
  private static final int BUFFER = 64 * 1024;

  /** Bytes per task, so that small files do not cost a task each. */
  private static final long PARCEL = 1 << 20;

  /** What opening a file costs, in bytes of reading. */
  private static final long LOOK = 16 * 1024;

  /** Resolution of file times that have fractions of a second. */
  private static final long FINE_TICK = 50_000_000L;

  /** Resolution of file times that have none, as on FAT. */
  private static final long COARSE_TICK = 2_000_000_000L;

  private static final long SECOND = 1_000_000_000L;
  private static final int CLASS_LIMIT = 16 << 20;
  private static final int MAX_OTHERS = 5000;

  /** The kind of cache entry for facts of files. */
  static final String FACTS = "facts";

  /** The kind of cache entry for a whole set. */
  static final String WHOLE = "whole";

  private static final String ENTRIES = "jar-entries";

  private final BundleCache cache;
  private final Cores cores;

  /** Nanoseconds since the epoch, taken before any file was looked at. */
  private final long started;

  /**
   * Creates the reader.
   *
   * @param cache where facts are kept
   * @param cores runs the reading
   * @param started nanoseconds since the epoch, before the first of the files was looked at
   */
  FileReader(BundleCache cache, Cores cores, long started) {
    this.cache = cache;
    this.cores = cores;
    this.started = started;
  }

  /**
   * Sets the facts of a set as a whole. Sets those of its files only if something was touched since
   * the last time.
   *
   * @param set the set
   */
  void read(FileSet set) {
    FileSet.Whole known = set.knownFrom(cache.load(WHOLE, set.group()));
    if (known != null) {
      set.setWhole(known);
      return;
    }
    load(set);
    set.setWhole(set.summarize());
    if (set.files().stream().allMatch(named -> isSettled(named.file().stat()))) {
      cache.store(set.entry(), WHOLE, set.group());
    }
  }

  /**
   * Sets the facts of all files of a set.
   *
   * @param set the set
   */
  void load(FileSet set) {
    if (!set.isLoaded()) {
      read(set.files().stream().map(FileSet.Named::file).toList(), false, set.group());
      set.setLoaded();
    }
  }

  /**
   * Sets the facts of some files of a group that has others.
   *
   * @param files the files
   * @param group what they have in common, under which their facts are kept
   */
  void readSome(List<SourceFile> files, String group) {
    read(files, true, group);
  }

  /**
   * {@return a jar that a build may make again} Looks into it once for each content; one that
   * cannot be read counts byte by byte.
   *
   * @param jar the jar, which is no entry of another; its facts are set
   */
  Content built(SourceFile jar) {
    String known = cache.loadText(ENTRIES, jar.digest());
    if (known != null && known.length() == Digests.HEX_LENGTH) {
      return new BuiltJar(jar, known);
    }
    try {
      String digest = BuiltJar.digestOf(jar);
      cache.storeText(digest, ENTRIES, jar.digest());
      return new BuiltJar(jar, digest);
    } catch (IOException | IllegalArgumentException e) {
      LOG.debug("{} counts byte by byte", jar.location(), e);
      return jar;
    }
  }

  private void read(List<SourceFile> files, boolean keepOthers, String group) {
    if (files.isEmpty()) {
      return;
    }
    byte[] stored = cache.load(FACTS, group);
    FactsIndex before = stored == null ? new FactsIndex() : FactsIndex.of(stored);
    List<SourceFile> unknown = new ArrayList<>();
    for (SourceFile file : files) {
      FileFacts facts = before.find(file.location(), file.stat());
      if (facts == null) {
        unknown.add(file);
      } else {
        file.setFacts(facts);
      }
    }
    cores.forAll(parcels(unknown), parcel -> parcel.forEach(FileReader::readOne));
    FactsIndex after = keepOthers && before.size() < MAX_OTHERS ? before : new FactsIndex();
    boolean learned = false;
    for (SourceFile file : unknown) {
      learned |= isSettled(file.stat());
    }
    for (SourceFile file : files) {
      if (isSettled(file.stat())) {
        after.put(file.location(), file.stat(), file.facts());
      }
    }
    if (learned || (after != before && after.size() != before.size())) {
      cache.store(after.toBytes(), FACTS, group);
    }
  }

  /**
   * Whether a later change of the file would show in its times. A file that was written just before
   * it was read may be written again within the same tick of the file system's clock and look
   * untouched; git calls such an entry racily clean.
   */
  private boolean isSettled(FileStat stat) {
    long last = Math.max(stat.modified(), stat.changed());
    long tick = last % SECOND == 0 ? COARSE_TICK : FINE_TICK;
    return last + tick < started;
  }

  private static List<List<SourceFile>> parcels(List<SourceFile> files) {
    List<List<SourceFile>> parcels = new ArrayList<>();
    List<SourceFile> parcel = new ArrayList<>();
    long bytes = 0;
    for (SourceFile file : files) {
      parcel.add(file);
      bytes += file.size() + LOOK;
      if (bytes >= PARCEL) {
        parcels.add(parcel);
        parcel = new ArrayList<>();
        bytes = 0;
      }
    }
    if (!parcel.isEmpty()) {
      parcels.add(parcel);
    }
    return parcels;
  }

  private static void readOne(SourceFile file) {
    try {
      FileFacts facts =
          switch (file.inspection()) {
            case NONE -> readPlain(file, null);
            case CLASS_FOLDER ->
                ClassFile.isClass(file.name()) && file.size() <= CLASS_LIMIT
                    ? readClass(file)
                    : readPlain(file, null);
            case JAR -> readJar(file);
          };
      file.checkUntouched();
      file.setFacts(facts);
    } catch (IOException e) {
      throw new BundleException(file.location(), "cannot be read: " + e, e);
    }
  }

  private static FileFacts readClass(SourceFile file) throws IOException {
    byte[] bytes = file.readAll();
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return new FileFacts(
        Digests.sha256Hex(bytes), (int) crc.getValue(), ClassFile.read(bytes), null);
  }

  private static FileFacts readJar(SourceFile file) throws IOException {
    MessageDigest sha1 = Digests.sha1();
    FileFacts plain = readPlain(file, sha1);
    JarInspector.Findings findings;
    if (file.entry().isEmpty()) {
      findings = JarInspector.inspect(file.file().toFile());
    } else {
      try (InputStream in = file.open()) {
        findings = JarInspector.inspect(in);
      }
    }
    return new FileFacts(
        plain.sha256(), plain.crc32(), findings.classes(), findings.facts(Digests.hex(sha1)));
  }

  private static FileFacts readPlain(SourceFile file, @Nullable MessageDigest further)
      throws IOException {
    MessageDigest digest = Digests.sha256();
    CRC32 crc = new CRC32();
    long size = 0;
    try (InputStream in = file.open()) {
      byte[] buffer = new byte[(int) Math.max(1, Math.min(BUFFER, file.size() + 1))];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        size += n;
        digest.update(buffer, 0, n);
        crc.update(buffer, 0, n);
        if (further != null) {
          further.update(buffer, 0, n);
        }
      }
    }
    if (size != file.size()) {
      throw file.changed();
    }
    return new FileFacts(
        Digests.hex(digest), (int) crc.getValue(), FileFacts.ClassFacts.NONE, null);
  }
}
