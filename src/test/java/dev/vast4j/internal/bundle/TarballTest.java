package dev.vast4j.internal.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The tarball's bytes, and when it is not written. */
@DisabledOnOs(OS.WINDOWS)
class TarballTest {
  @TempDir Path temp;
  private Path cache;

  @BeforeEach
  void setUp() {
    cache = temp.resolve("cache");
  }

  @Test
  void sameContentSameBytesWhateverTimesFoldersAndUmask() throws IOException {
    Path one = tree(temp.resolve("one"));
    Path two = tree(temp.resolve("two"));
    Files.setLastModifiedTime(two.resolve("deploy.py"), FileTime.from(Instant.EPOCH));
    Files.setPosixFilePermissions(
        two.resolve("data/b.txt"), PosixFilePermissions.fromString("rw-------"));
    Path first = temp.resolve("1.tgz");
    Path second = temp.resolve("2.tgz");
    BundlePlan plan = plan(one);
    assertThat(plan.knownSize()).isEmpty();
    long size = plan.writeTo(first);
    assertThat(size).isEqualTo(Files.size(first));
    plan(two).writeTo(second);
    assertThat(second).hasSameBinaryContentAs(first);
    assertThat(plan(one).knownSize()).hasValue(size);
    // Should this fail, the bytes of tarballs changed: raise Tarball.FORMAT.
    assertThat(Digests.sha256Hex(Files.readAllBytes(first)))
        .isEqualTo("8ddc3e3f9747087d2ab5ae6b68c769441d4457287459a768cc63861f08d403d1");
  }

  @Test
  void members() throws IOException {
    Path tarball = temp.resolve("t.tgz");
    plan(tree(temp.resolve("one"))).writeTo(tarball);
    List<String> seen = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(tarball)), "UTF-8")) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        assertThat(entry.getLongUserId()).isZero();
        assertThat(entry.getLongGroupId()).isZero();
        assertThat(entry.getUserName()).isEqualTo("root");
        assertThat(entry.getGroupName()).isEqualTo("root");
        times.add(entry.getLastModifiedTime().toMillis());
        seen.add(Integer.toOctalString(entry.getMode() & 0777) + " " + entry.getName());
      }
    }
    assertThat(seen)
        .containsExactly(
            "644 ./config.json",
            "644 ./deployment.py",
            "755 /data/a/run.sh",
            "644 /data/b.txt",
            "755 /data/empty/",
            // This reader, unlike tar, takes the slash off names that come in an extended header.
            "644 data/" + "long".repeat(60) + "/" + "name".repeat(50),
            "644 data/\uffee.txt",
            "644 data/\ud83d\ude00.txt");
    assertThat(times).as("a file's time says its content").doesNotHaveDuplicates();
    try (var tar = new GZIPInputStream(Files.newInputStream(tarball))) {
      assertThat(new String(tar.readAllBytes(), StandardCharsets.UTF_8))
          .contains(" path=/data/\uffee.txt\n", " path=/data/\ud83d\ude00.txt\n");
    }
  }

  @Test
  void aFileThatChangesAfterThePlanIsNoticed() throws IOException {
    Path root = tree(temp.resolve("one"));
    BundlePlan plan = plan(root);
    Files.writeString(root.resolve("data/b.txt"), "B");
    Path tarball = temp.resolve("t.tgz");
    assertThatThrownBy(() -> plan.writeTo(tarball))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("b.txt: changed while the bundle was made");
    assertThat(tarball).doesNotExist();
    try (var left = Files.list(temp)) {
      assertThat(left).noneMatch(path -> path.toString().endsWith(".partial"));
    }
    plan(root).writeTo(tarball);
    assertThat(tarball).exists();
  }

  @Test
  void aFileThatGrowsOrGoesIsNoticed() throws IOException {
    Path root = tree(temp.resolve("one"));
    BundlePlan plan = plan(root);
    Files.writeString(root.resolve("data/b.txt"), "longer than before");
    assertThatThrownBy(() -> plan.writeTo(temp.resolve("t.tgz")))
        .isInstanceOf(BundleException.class);
    Files.delete(root.resolve("data/b.txt"));
    assertThatThrownBy(() -> plan.writeTo(temp.resolve("t.tgz")))
        .isInstanceOf(BundleException.class);
    assertThat(temp.resolve("t.tgz")).doesNotExist();
  }

  @Test
  void destinationsAreTidied() {
    assertThat(CopiedTree.memberPath("a/b")).isEqualTo("./a/b");
    assertThat(CopiedTree.memberPath("./a//b/./c/")).isEqualTo("./a/b/c");
    assertThat(CopiedTree.memberPath("/a//b")).isEqualTo("/a/b");
    assertThat(CopiedTree.memberPath("/")).isEqualTo("/");
    assertThatThrownBy(() -> CopiedTree.memberPath("a/../b"))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("'..'");
  }

  private BundlePlan plan(Path root) {
    return new BundlePlanner(BundleCache.in(cache))
        .plan(
            BundleSpec.of(BundleConfig.of("n"), new PythonSource(root.resolve("deploy.py")))
                .copy(root.resolve("data"), "/data"));
  }

  private static Path tree(Path root) throws IOException {
    write(root.resolve("deploy.py"), "async def f(x): return x\n");
    write(root.resolve("data/b.txt"), "b");
    write(root.resolve("data/\ud83d\ude00.txt"), "smile");
    write(root.resolve("data/\uffee.txt"), "circle");
    write(root.resolve("data/" + "long".repeat(60) + "/" + "name".repeat(50)), "long");
    Path script = write(root.resolve("data/a/run.sh"), "#!/bin/sh\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(root.resolve("data/empty"));
    return root;
  }

  private static Path write(Path path, String text) throws IOException {
    Files.createDirectories(path.getParent());
    return Files.writeString(path, text);
  }
}
