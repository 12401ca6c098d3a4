package dev.vast4j.internal.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.errors.BundleException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered of files, and when it is believed. */
class FactsTest {
  private static final FileStat STAT =
      new FileStat(FileStat.Kind.FILE, false, 10, 1_000_000_001L, 0, 7);
  private static final String SHA256 = "0123456789abcdef".repeat(4);

  @TempDir private Path temp;

  @Test
  void storesAllFacts() {
    FileFacts jar =
        new FileFacts(
            SHA256,
            -5,
            new FileFacts.ClassFacts(61, 5),
            new FileFacts.JarFacts(
                FileFacts.Shape.NESTED, "89abcdef".repeat(5), List.of("a.jar", "b/"), true));
    FileFacts plain = new FileFacts(SHA256, 5, FileFacts.ClassFacts.NONE, null);
    FactsIndex index = new FactsIndex();
    index.put("größe.jar", STAT, jar);
    index.put("plain", STAT, plain);

    FactsIndex read = FactsIndex.of(index.toBytes());
    assertThat(read.size()).isEqualTo(2);
    assertThat(read.find("größe.jar", STAT)).isEqualTo(jar);
    assertThat(read.find("plain", STAT)).isEqualTo(plain);
    assertThat(read.find("other", STAT)).isNull();
    assertThat(read.find("plain", new FileStat(FileStat.Kind.FILE, true, 10, 1_000_000_001L, 0, 7)))
        .isNull();
  }

  @Test
  void readsMalformedBytesAsAnEmptyIndex() {
    FactsIndex index = new FactsIndex();
    index.put("plain", STAT, new FileFacts(SHA256, 5, FileFacts.ClassFacts.NONE, null));
    byte[] bytes = index.toBytes();
    for (int length = 0; length < bytes.length; length++) {
      assertThat(FactsIndex.of(Arrays.copyOf(bytes, length)).size()).as("%d", length).isZero();
    }
    bytes[5] ^= 1;
    assertThat(FactsIndex.of(bytes).size()).as("of another format").isZero();
  }

  @Test
  void framesTextsInADigest() {
    assertThat(List.of(framed("ab", "c"), framed("a", "bc"), framed("abc"), framed("abc", "")))
        .doesNotHaveDuplicates();
  }

  private static String framed(String... texts) {
    MessageDigest digest = Digests.sha256();
    for (String text : texts) {
      Digests.frame(digest, text);
    }
    return Digests.hex(digest);
  }

  @Test
  void comparesAllAttributes() {
    FileSet.Whole whole = new FileSet.Whole(SHA256, new FileFacts.ClassFacts(61, -1));
    FileSet set = set(named("a", STAT), named("bc", STAT));
    set.setWhole(whole);
    byte[] entry = set.entry();
    assertThat(set(named("a", STAT), named("bc", STAT)).knownFrom(entry)).isEqualTo(whole);
    FileStat.Kind file = FileStat.Kind.FILE;
    for (FileSet.Named other :
        List.of(
            named("b", STAT),
            named("ab", STAT),
            named("a", new FileStat(file, true, 10, 1_000_000_001L, 0, 7)),
            named("a", new FileStat(file, false, 11, 1_000_000_001L, 0, 7)),
            named("a", new FileStat(file, false, 10, 1_000_000_002L, 0, 7)),
            named("a", new FileStat(file, false, 10, 1_000_000_001L, 1, 7)),
            named("a", new FileStat(file, false, 10, 1_000_000_001L, 0, 8)))) {
      assertThat(set(other, named("bc", STAT)).knownFrom(entry)).as("%s", other).isNull();
    }
    assertThat(set(named("a", STAT)).knownFrom(entry)).isNull();
    assertThat(set(named("bc", STAT)).knownFrom(entry)).isNull();
    assertThat(set(named("ab", STAT), named("c", STAT)).knownFrom(entry)).isNull();
  }

  @Test
  void ignoresADamagedEntry() {
    FileSet set = set(named("a", STAT), named("x".repeat(1000), STAT));
    set.setWhole(new FileSet.Whole(SHA256, FileFacts.ClassFacts.NONE));
    byte[] entry = set.entry();
    assertThat(set.knownFrom(entry)).isEqualTo(set.whole());
    assertThat(set.knownFrom(null)).isNull();
    for (int start = 1; start <= entry.length; start++) {
      assertThat(set.knownFrom(Arrays.copyOfRange(entry, start, entry.length))).isNull();
      assertThat(set.knownFrom(Arrays.copyOf(entry, entry.length - start))).isNull();
    }
    for (int i = SHA256.length(); i < entry.length; i++) {
      byte[] damaged = entry.clone();
      damaged[i] ^= 64;
      assertThat(set.knownFrom(damaged)).as("damaged at %d", i).isNull();
    }
  }

  private static FileSet set(FileSet.Named... files) {
    return new FileSet("group", List.of(files));
  }

  private FileSet.Named named(String name, FileStat stat) {
    return new FileSet.Named(name, SourceFile.of(temp.resolve("any"), stat, Inspection.NONE));
  }

  @Test
  void cachesAFileOnceALaterChangeWouldShow() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "content");
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_700_000_000L, 1000)));
    FileStat stat = FileStat.of(file);
    long modified = Math.max(stat.modified(), stat.changed());
    long tick = TimeUnit.MILLISECONDS.toNanos(50);
    BundleCache cache = BundleCache.in(temp.resolve("cache"));
    assertThat(isRemembered(file, cache, modified + tick)).isFalse();
    assertThat(isRemembered(file, cache, modified + tick + 1)).isTrue();
  }

  private static boolean isRemembered(Path path, BundleCache cache, long started)
      throws IOException {
    FileSet set =
        new FileSet(
            "set",
            List.of(
                new FileSet.Named(
                    "file", SourceFile.of(path, FileStat.of(path), Inspection.NONE))));
    try (Cores cores = new Cores()) {
      new FileReader(cache, cores, started).read(set);
    }
    return cache.load(FileReader.FACTS, "set") != null
        && cache.load(FileReader.WHOLE, "set") != null;
  }

  @Test
  void failsWhenAFileIsTouchedWhileItIsRead() throws IOException {
    Path path = Files.writeString(temp.resolve("file"), "content");
    FileStat now = FileStat.of(path);
    FileStat before =
        new FileStat(
            now.kind(), now.executable(), now.size(), now.modified() - 1, 0, now.identity());
    SourceFile file = SourceFile.of(path, before, Inspection.NONE);
    try (Cores cores = new Cores()) {
      FileReader reader = new FileReader(BundleCache.in(temp.resolve("cache")), cores, 0);
      assertThatThrownBy(() -> reader.readSome(List.of(file), "set"))
          .isInstanceOf(BundleException.class)
          .hasMessageContaining("changed while the bundle was made");
    }
  }

  @Test
  void makesAValidJarOfAFolder() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("folder"));
    Files.writeString(folder.resolve("a.txt"), "one");
    Files.writeString(folder.resolve("b.txt"), "another".repeat(20_000));
    List<FileSet.Named> files =
        List.of(inFolder(folder.resolve("a.txt")), inFolder(folder.resolve("b.txt")));
    FileSet set = new FileSet("folder", files);
    ByteArrayOutputStream jar = new ByteArrayOutputStream();
    try (Cores cores = new Cores()) {
      new FileReader(BundleCache.in(temp.resolve("cache")), cores, 0).load(set);
      set.setWhole(set.summarize());
    }
    StoredJar.of("folder", set, List.of()).writeTo(jar);
    // Reading an entry to its end compares its CRC-32.
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(jar.toByteArray()))) {
      for (FileSet.Named named : files) {
        ZipEntry entry = zip.getNextEntry();
        assertThat(entry.getName()).isEqualTo(named.name());
        assertThat(zip.readAllBytes()).isEqualTo(Files.readAllBytes(named.file().file()));
      }
    }
  }

  private static FileSet.Named inFolder(Path path) throws IOException {
    return new FileSet.Named(
        path.getFileName().toString(),
        SourceFile.of(path, FileStat.of(path), Inspection.CLASS_FOLDER));
  }
}
