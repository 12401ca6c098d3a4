package dev.vast4j.internal.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vast4j.errors.BundleException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tarball's bytes, and when it is not written. */
@DisabledOnOs(OS.WINDOWS)
class TarballTest {
  private static final String LONG = "deep/" + "long".repeat(40) + "/" + "name".repeat(40);

  @TempDir Path temp;
  private Path cache;

  @BeforeEach
  void setUp() {
    cache = temp.resolve("cache");
  }

  @Test
  void bytesDependOnContentNotOnTimesFoldersOrUmask() throws IOException {
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
    // If this fails, the bytes of tarballs changed: raise Tarball.FORMAT.
    assertThat(Digests.sha256Hex(gunzipped(first)))
        .isEqualTo("8850e2716ae3284d33ea00a1578e9d71580282f18b1b31e7cb1e01fbe935a167");
  }

  @Test
  void bytesDoNotDependOnTheUser() throws IOException {
    List<Member> members = List.of(file("plain", "x"), file("./" + LONG, "y"), file("\uffee", "z"));
    Path first = temp.resolve("1.tgz");
    Path second = temp.resolve("2.tgz");
    Tarball.write(members, first);
    String user = System.getProperty("user.name");
    try {
      System.setProperty("user.name", "somebody else with a long name: " + "ä".repeat(40));
      Tarball.write(members, second);
    } finally {
      System.setProperty("user.name", user);
    }
    assertThat(second).hasSameBinaryContentAs(first);
    assertThat(new String(gunzipped(first), StandardCharsets.ISO_8859_1))
        .containsPattern("PaxHeaders.X/[^\0]*\0")
        .doesNotContain(user.equals("root") ? "somebody" : user);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tar", "bsdtar", "python3"})
  void otherTarsExtractTheSameFiles(String program) throws Exception {
    assumeTrue(works(program));
    Map<String, String> files = new TreeMap<>();
    files.put("plain.txt", "x");
    files.put("empty", "");
    files.put("block", "b".repeat(512));
    files.put("a folder/\uffee \ud83d\ude00.txt", "umlauts: ä");
    files.put(LONG, "long");
    files.put("just/" + "h".repeat(93), "a name of 100 bytes");
    files.put("just/" + "h".repeat(94), "a name of 101 bytes");
    Path tarball = temp.resolve("t.tgz");
    List<Member> members = new ArrayList<>();
    files.forEach((name, text) -> members.add(file("./" + name, text)));
    members.add(Member.folder("./none"));
    Tarball.write(members, tarball);
    Path folder = Files.createDirectory(temp.resolve("extracted"));
    if (program.equals("python3")) {
      run(
          program,
          "-c",
          "import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2])",
          tarball.toString(),
          folder.toString());
    } else {
      run(program, "-xzf", tarball.toString(), "-C", folder.toString());
    }
    Map<String, String> extracted = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        extracted.put(folder.relativize(file).toString(), Files.readString(file));
      }
    }
    assertThat(extracted).isEqualTo(files);
    assertThat(folder.resolve("none")).isEmptyDirectory();
  }

  @Test
  void otherTarsSeeAFileOfMoreThan8Gib() throws Exception {
    assumeTrue(works("tar"));
    Path archive = temp.resolve("big.tar");
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    @SuppressWarnings("resource") // has no content
    var tar = new Tarball.RootTar(header);
    TarArchiveEntry entry = new TarArchiveEntry("big");
    entry.setSize((1L << 33) + 1);
    tar.putArchiveEntry(entry);
    tar.flush();
    Files.write(archive, header.toByteArray());
    // Fails since the end is missing, but only after it printed the member.
    Process listing =
        new ProcessBuilder("tar", "-tvf", archive.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (InputStream output = listing.getInputStream()) {
      assertThat(new String(output.readAllBytes(), StandardCharsets.UTF_8))
          .contains("root/root", " 8589934593 ", " big");
    }
  }

  private static Member file(String path, String text) {
    return Member.file(path, false, GeneratedContent.ofText(text));
  }

  private static byte[] gunzipped(Path tarball) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(tarball))) {
      return in.readAllBytes();
    }
  }

  private static boolean works(String program) throws InterruptedException {
    try {
      return new ProcessBuilder(program, "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private void run(String... command) throws Exception {
    Path output = temp.resolve("output.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int status = process.waitFor();
    assertThat(status).as(Files.readString(output)).isZero();
  }

  @Test
  void membersBelongToRootAndAreSorted() throws IOException {
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
            // This reader, unlike tar, strips the slash of names in extended headers.
            "644 data/" + "long".repeat(60) + "/" + "name".repeat(50),
            "644 data/\uffee.txt",
            "644 data/\ud83d\ude00.txt");
    assertThat(times).as("a file's time says its content").doesNotHaveDuplicates();
    assertThat(new String(gunzipped(tarball), StandardCharsets.UTF_8))
        .contains(" path=/data/\uffee.txt\n", " path=/data/\ud83d\ude00.txt\n");
  }

  @Test
  void failsWhenAFileChangesAfterThePlan() throws IOException {
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
  void failsWhenAFileGrowsOrDisappears() throws IOException {
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
  void normalizesDestinations() {
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
