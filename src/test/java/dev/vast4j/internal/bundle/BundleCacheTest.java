package dev.vast4j.internal.bundle;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.Image;
import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is remembered, and that nothing wrong comes of it. */
class BundleCacheTest {
  private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00.123456Z");

  @TempDir Path temp;
  private Path folder;
  private Path module;

  @BeforeEach
  void makeModule() throws IOException {
    folder = temp.resolve("cache");
    module = Files.writeString(temp.resolve("deploy.py"), "x = 1\n");
    Files.setLastModifiedTime(module, FileTime.from(LONG_AGO));
  }

  @Test
  void doesNotReadAnUntouchedFile() throws IOException {
    FileStat untouched = FileStat.of(module);
    String before = digest(untouched);
    // Whoever believes that nothing was touched does not notice.
    Files.writeString(module, "x = 2\n");
    assertThat(digest(untouched)).isEqualTo(before);
    assertThat(digest(FileStat.of(module))).isNotEqualTo(before);
  }

  /** The digest of a module, looked at long after anything was written. */
  private String digest(FileStat stat) {
    FileSet.Named named =
        new FileSet.Named("deploy.py", SourceFile.of(module, stat, Inspection.NONE));
    FileSet set = new FileSet("set", List.of(named));
    try (Cores cores = new Cores()) {
      new FileReader(BundleCache.in(folder), cores, Long.MAX_VALUE).read(set);
    }
    return set.whole().digest();
  }

  @Test
  void readsEverythingAgainWhenWhatIsWrittenDiffers() throws IOException {
    digest(FileStat.of(module));
    BundlePlan planned = plan();
    Files.writeString(module, "x = 2\n");
    assertThatThrownBy(() -> planned.writeTo(temp.resolve("t.tgz")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("changed");
    assertThat(BundleCache.in(folder).load(FileReader.WHOLE, "set")).as("forgotten").isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1970-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.123456789Z"})
  @DisabledOnOs(OS.WINDOWS)
  void rereadsAFileWhoseSizeAndTimeAreAsBefore(Instant instant) throws IOException {
    FileTime time = FileTime.from(instant);
    List<String> digests = new ArrayList<>();
    Files.setLastModifiedTime(module, time);
    digests.add(settledDigest());
    Files.writeString(module, "x = 2\n");
    Files.setLastModifiedTime(module, time);
    digests.add(settledDigest());
    Path other = Files.writeString(temp.resolve("other.py"), "x = 3\n");
    Files.setLastModifiedTime(other, time);
    Files.move(other, module, StandardCopyOption.REPLACE_EXISTING);
    digests.add(settledDigest());
    try (FileChannel channel = FileChannel.open(module, READ, WRITE)) {
      MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, 6);
      mapped.put(4, (byte) '4');
      mapped.force();
    }
    Files.setLastModifiedTime(module, time);
    digests.add(settledDigest());
    assertThat(digests).doesNotHaveDuplicates();
    assertThat(settledDigest()).isEqualTo(digests.get(3));
  }

  /** Waits until the file system's clock has moved on, so that the facts are kept. */
  private String settledDigest() throws IOException {
    FileStat stat = FileStat.of(module);
    Path probe = temp.resolve("probe");
    do {
      Files.writeString(probe, "");
    } while (FileStat.of(probe).changed() == stat.changed());
    return digest(stat);
  }

  @Test
  void rereadsAFileWrittenJustNow() throws IOException {
    FileTime now = FileTime.from(Instant.now().plus(Duration.ofMillis(1)));
    Files.setLastModifiedTime(module, now);
    String before = plan().hash();
    Files.writeString(module, "x = 2\n");
    Files.setLastModifiedTime(module, now);
    assertThat(plan().hash()).isNotEqualTo(before);
  }

  @Test
  void ignoresDamagedEntries() throws IOException {
    String hash = plan().hash();
    long size = plan().writeTo(temp.resolve("t.tgz"));
    // Steps of a prime, so that every part of an entry is damaged in one round or another.
    for (int at = 0; at < 400; at += 7) {
      for (Path file : entries()) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at % bytes.length] ^= 1; // many a digit stays a digit
        Files.write(file, bytes);
      }
      BundlePlan plan = plan();
      assertThat(plan.hash()).as("damaged at %d", at).isEqualTo(hash);
      assertThat(plan.knownSize()).as("damaged at %d", at).isEmpty();
      assertThat(plan.writeTo(temp.resolve("t.tgz"))).isEqualTo(size);
    }
    for (Path file : entries()) {
      Files.write(file, new byte[0]);
    }
    assertThat(plan().hash()).isEqualTo(hash);
  }

  private List<Path> entries() throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void worksWithoutAWritableCache() throws IOException {
    Files.writeString(folder, "no folder");
    assertThat(plan().hash()).hasSize(64);
    assertThat(plan().knownSize()).isEmpty();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void doesNotFollowALinkToTheCache() throws IOException {
    Path other = Files.createDirectory(temp.resolve("other"));
    Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createSymbolicLink(folder, other);

    assertThat(plan().hash()).hasSize(64);

    assertThat(other).isEmptyDirectory();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(other)))
        .isEqualTo("rwxr-xr-x");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void ignoresAnEntryThatIsALink() throws IOException {
    BundleCache cache = BundleCache.in(folder);
    cache.storeText("trusted", "reference-hash", "key");
    Path entry = entries().get(0);
    Path elsewhere = Files.move(entry, temp.resolve("planted"));
    Files.createSymbolicLink(entry, elsewhere);

    assertThat(cache.loadText("reference-hash", "key")).isNull();
  }

  @Test
  void deletesOnlyItsOwnEntries() throws IOException {
    BundleCache cache = BundleCache.in(folder);
    cache.storeText("old", "reference-hash", "old");
    Path entry = entries().get(0);
    byte[] large = new byte[40 << 20];
    Path mine = Files.write(folder.resolve("thesis.doc"), large);
    Path broken = Files.writeString(folder.resolve(".1.partial"), "of a run that was killed");
    Path written = Files.writeString(folder.resolve(".2.partial"), "of one that runs");
    for (Path old : List.of(entry, mine, broken)) {
      Files.setLastModifiedTime(old, FileTime.from(LONG_AGO));
    }

    cache.store(large, "facts", "one");
    cache.store(large, "facts", "two");

    assertThat(mine).exists();
    assertThat(written).exists();
    assertThat(broken).doesNotExist();
    assertThat(entry).doesNotExist();
    assertThat(cache.load("facts", "two")).isNotNull();
  }

  /** Without the mark, the next run would take a bundle that no worker knows for deployed. */
  @Test
  void makingRoomKeepsTheMarksOfUnfinishedDeploys() throws IOException {
    BundleCache cache = BundleCache.in(folder);
    cache.rememberUnfinished("abc", BundleCache.Unfinished.ROLLOUT, "mine");
    for (Path entry : entries()) {
      Files.setLastModifiedTime(entry, FileTime.from(LONG_AGO));
    }
    byte[] large = new byte[40 << 20];
    cache.store(large, "facts", "one");
    cache.store(large, "facts", "two");
    assertThat(cache.unfinished("abc", "mine")).contains(BundleCache.Unfinished.ROLLOUT);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void isReadableByItsOwnerOnly() throws IOException {
    Files.createDirectory(folder);
    plan();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
  }

  @Test
  void listsChangesSinceTheLastDeploy() throws IOException {
    Path app = Files.createDirectory(temp.resolve("app"));
    Files.writeString(app.resolve("__init__.py"), "");
    Files.writeString(app.resolve("a.py"), "1");
    Files.writeString(app.resolve("b.py"), "1");
    BundleCache cache = BundleCache.in(folder);
    BundleConfig config =
        new BundleConfig(
            "n",
            List.of("torch==1"),
            List.of(),
            List.of(new BundleConfig.Variable("TOKEN", "hush")),
            List.of(new Image.Script("echo hush")));
    BundleSummary before = summary(config, app);
    assertThat(cache.lastDeployed("service", "n", "tag")).isEmpty();
    cache.rememberDeployed(before, "service", "n", "tag");

    Files.writeString(app.resolve("a.py"), "2");
    Files.delete(app.resolve("b.py"));
    Files.writeString(app.resolve("c.py"), "1");
    BundleConfig changed =
        new BundleConfig(
            "n",
            List.of("torch==2"),
            List.of(),
            List.of(new BundleConfig.Variable("TOKEN", "other")),
            List.of(new Image.Script("echo other")));
    BundleSummary remembered = cache.lastDeployed("service", "n", "tag").orElseThrow();
    assertThat(remembered).isEqualTo(before);
    assertThat(summary(changed, app).changesSince(remembered))
        .containsExactly(
            "code: 1 file changed, 1 added, 1 removed: a.py, -b.py, +c.py",
            "env: 1 changed: TOKEN",
            "pip: 1 added, 1 removed: -torch==1, +torch==2",
            "runs: 1 changed: step 1");
    assertThat(before.changesSince(remembered)).isEmpty();
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        assertThat(
                new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
            .doesNotContain("hush");
      }
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void listsEveryKindOfChange() throws IOException {
    Path app = Files.createDirectory(temp.resolve("app"));
    Files.writeString(app.resolve("__init__.py"), "");
    Path tool = Files.writeString(app.resolve("tool.sh"), "1");
    Path copied = Files.createDirectory(temp.resolve("copied"));
    Files.writeString(copied.resolve("data.txt"), "1");
    BundleSummary before = withCopy(configOf("curl", "make"), app, copied);

    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectory(app.resolve("empty"));
    Files.writeString(copied.resolve("data.txt"), "22");
    BundleSummary after = withCopy(configOf("wget", "make", "install"), app, copied);
    assertThat(after.changesSince(before))
        .containsExactly(
            "apt: 1 added, 1 removed: -curl, +wget",
            "code: 1 file changed, 1 added: +empty/, tool.sh",
            "files: 1 file changed: data/data.txt",
            "runs: 1 changed: step 1");
    assertThat(BundleSummary.parse(after.toBytes())).contains(after);
  }

  private static BundleConfig configOf(String debianPackage, String... command) {
    return new BundleConfig(
        "n",
        List.of(),
        List.of(debianPackage),
        List.of(),
        List.of(new Image.Command(List.of(command))));
  }

  private BundleSummary withCopy(BundleConfig config, Path app, Path copied) {
    return new BundlePlanner(BundleCache.in(folder))
        .plan(BundleSpec.of(config, new PythonSource(app)).copy(copied, "data"))
        .summary();
  }

  private BundleSummary summary(BundleConfig config, Path app) {
    return new BundlePlanner(BundleCache.in(folder))
        .plan(BundleSpec.of(config, new PythonSource(app)))
        .summary();
  }

  private BundlePlan plan() {
    return new BundlePlanner(BundleCache.in(folder))
        .plan(BundleSpec.of(BundleConfig.of("n"), new PythonSource(module)));
  }
}
