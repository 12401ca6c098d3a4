package dev.vast4j.internal.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.Image;
import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

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
    String before = plan().hash();
    // Same size and time, so only reading it would tell; which shows that it is not read.
    FileTime time = Files.getLastModifiedTime(module);
    Files.writeString(module, "x = 2\n");
    Files.setLastModifiedTime(module, time);
    assertThat(plan().hash()).isEqualTo(before);
    assertThatThrownBy(() -> plan().writeTo(temp.resolve("t.tgz")))
        .as("what is read in the end is compared all the same")
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("changed");
    assertThat(plan().hash()).as("and then forgotten").isNotEqualTo(before);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void rereadsAFileWhoseTimeWasReset() throws IOException {
    FileTime whole = FileTime.from(LONG_AGO.truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
    Files.setLastModifiedTime(module, whole);
    String before = plan().hash();
    Files.writeString(module, "x = 2\n");
    Files.setLastModifiedTime(module, whole);
    assertThat(plan().hash()).isNotEqualTo(before);
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
