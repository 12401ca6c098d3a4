package dev.vast4j.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A bundle, however made, is unpacked into the working directory and nowhere else. */
@DisabledOnOs(OS.WINDOWS)
class BundleExtractorTest {
  private static final int SIZE = 124;
  private static final int SUM = 148;
  private static final int TYPE = 156;

  private record Link(String name, byte type, String target) {}

  @TempDir Path temp;
  private Path worker;
  private Path secret;
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void makeFolders() throws IOException {
    worker = temp.resolve("home/worker");
    secret = Files.writeString(temp.resolve("secret"), "secret");
  }

  @Test
  void extractsFilesFoldersAndLinks() throws IOException {
    extract(
        "bin/",
        "bin/run.sh",
        symbolic("latest", "bin"),
        symbolic("bin/again", "run.sh"),
        hard("copy", "bin/run.sh"));
    assertThat(worker.resolve("bin/run.sh")).hasContent("bin/run.sh").isExecutable();
    assertThat(worker.resolve("latest/again")).hasContent("bin/run.sh");
    assertThat(Files.readSymbolicLink(worker.resolve("bin/again"))).isEqualTo(Path.of("run.sh"));
    assertThat(worker.resolve("copy")).hasContent("bin/run.sh");
    assertThat(warnings).isEmpty();
  }

  @Test
  void extractsLinksToTheirOwnFolders() throws IOException {
    extract(symbolic("here", "."), "a/file", symbolic("a/here", "./"), symbolic("a/up", ".."));
    assertThat(worker.resolve("here/a/here/file")).hasContent("a/file");
    assertThat(worker.resolve("a/up").toRealPath()).isEqualTo(worker.toRealPath());
    extract(symbolic("here", "."));
    assertThat(worker.resolve("here/a/file")).exists();
    assertThat(warnings).isEmpty();
  }

  @Test
  void removesPackagesThatBecameModules() throws IOException {
    extract(
        "deployment/__init__.py",
        "deployment/part/__init__.py",
        "kept/__init__.py",
        "data/table.csv",
        "both.py",
        "both/__init__.py");
    extract("deployment.py", "deployment/part.py", "data.py", "both.py", "both/__init__.py");
    assertThat(worker.resolve("deployment")).isDirectory().isNotEmptyDirectory();
    assertThat(worker.resolve("deployment/part")).doesNotExist();
    extract("deployment.py");
    assertThat(worker.resolve("deployment")).doesNotExist();
    assertThat(worker.resolve("kept/__init__.py")).exists();
    assertThat(worker.resolve("data/table.csv")).exists();
    assertThat(worker.resolve("both/__init__.py")).exists();
  }

  @Test
  void resolvesNamesThatLeadOutAgainstTheFolder() throws IOException {
    extract("../../a", "/b/c", "d/../../../e", symbolic("f", "/b"), hard("g", "../../secret"));
    assertThat(worker.resolve("a")).exists();
    assertThat(worker.resolve("b/c")).exists();
    assertThat(worker.resolve("e")).exists();
    assertThat(worker.resolve("f").toRealPath()).isEqualTo(worker.resolve("b").toRealPath());
    assertThat(worker.resolve("g")).doesNotExist();
    assertThat(warnings).hasSize(6);
    assertNothingElse();
  }

  @Test
  void linksWithinLinksStayInside() throws IOException {
    // By its name 'd/e/up/out' is three folders deep, but it is made in the folder itself.
    extract(
        "d/e/",
        symbolic("d/e/up", "../.."),
        symbolic("d/e/up/out", "../../../secret"),
        "d/e/up/out/file");
    assertThat(secret).hasContent("secret");
    assertNothingElse();
  }

  @Test
  void doesNotFollowALinkOfTheWorkerOutside() throws IOException {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.createDirectories(worker);
    Files.createSymbolicLink(worker.resolve("data"), outside);
    Files.createSymbolicLink(worker.resolve("file"), secret);
    Files.createSymbolicLink(worker.resolve("broken"), temp.resolve("nowhere"));
    extract("data/a", "file", "broken/b");
    assertThat(outside).isEmptyDirectory();
    assertThat(secret).hasContent("secret");
    assertThat(worker.resolve("data/a")).exists();
    assertThat(worker.resolve("broken/b")).exists();
    assertThat(worker.resolve("file")).hasContent("file");
    assertThat(warnings).hasSize(2).allMatch(text -> text.contains("led out"));
  }

  @Test
  void failsWhenGzipIsCutOrDamaged() throws IOException {
    Path tarball = tarball("a", "b");
    byte[] bytes = Files.readAllBytes(tarball);
    Files.write(tarball, Arrays.copyOf(bytes, bytes.length - 20));
    assertThatThrownBy(() -> new BundleExtractor(worker, warnings::add).extract(tarball))
        .isInstanceOf(IOException.class);
    // The checksum of the whole is at its end.
    bytes[bytes.length - 6] ^= 1;
    Files.write(tarball, bytes);
    assertThatThrownBy(() -> new BundleExtractor(worker, warnings::add).extract(tarball))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("GZIP trailer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tar", "bsdtar", "python3"})
  void extractsArchivesOfOtherTars(String program) throws Exception {
    assumeTrue(works(program));
    Path source = Files.createDirectory(temp.resolve("source"));
    Map<String, String> files =
        Map.of(
            "plain",
            "x",
            "empty",
            "",
            "a folder/\uffee \ud83d\ude00.txt",
            "umlauts: ä",
            "deep/" + "long".repeat(40) + "/" + "name".repeat(40),
            "long");
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = source.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
    Path tarball = temp.resolve("theirs.tgz");
    List<String> command =
        program.equals("python3")
            ? List.of(
                program,
                "-c",
                "import sys, tarfile; tarfile.open(sys.argv[1], 'w:gz').add(sys.argv[2], '.')",
                tarball.toString(),
                source.toString())
            : List.of(program, "-czf", tarball.toString(), "-C", source.toString(), ".");
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    new BundleExtractor(worker, warnings::add).extract(tarball);
    for (Map.Entry<String, String> file : files.entrySet()) {
      assertThat(worker.resolve(file.getKey())).hasContent(file.getValue());
    }
    assertThat(warnings).isEmpty();
  }

  private static boolean works(String program) throws InterruptedException {
    try {
      return new ProcessBuilder(program, "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        damage("a wrong checksum", "checksum", header -> header[0] ^= 1),
        damage("a size that is no number", "Corrupted", withSum(h -> h[SIZE] = '9')),
        damage("a negative size", "", withSum(h -> Arrays.fill(h, SIZE, SIZE + 12, (byte) -1))),
        damage("a size beyond the archive", "Truncated", withSum(h -> h[SIZE] = '7')),
        damage("a sparse file", "sparse", withSum(h -> h[TYPE] = 'S')),
        damage("an unfinished extended header", "", withSum(h -> h[TYPE] = 'x')),
        damage(
            "a giant long name",
            "headers of an entry",
            withSum(
                h -> {
                  h[TYPE] = 'L';
                  h[SIZE] = '7';
                })),
        damage(
            "a giant extended header",
            "",
            withSum(
                h -> {
                  h[TYPE] = 'x';
                  h[SIZE] = '7';
                })));
  }

  private static Arguments damage(String name, String message, Consumer<byte[]> damage) {
    return Arguments.of(name, message, damage);
  }

  private static Consumer<byte[]> withSum(Consumer<byte[]> damage) {
    return header -> {
      damage.accept(header);
      Arrays.fill(header, SUM, SUM + 8, (byte) ' ');
      int sum = 0;
      for (int i = 0; i < 512; i++) {
        sum += header[i] & 0xff;
      }
      byte[] digits = String.format("%06o\0 ", sum).getBytes(StandardCharsets.ISO_8859_1);
      System.arraycopy(digits, 0, header, SUM, digits.length);
    };
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("damages")
  void refusesDamagedHeaders(String name, String message, Consumer<byte[]> damage)
      throws IOException {
    // Content of 8 MiB, so that a giant header would be read if nothing stopped it.
    byte[] tar = Arrays.copyOf(untarred("a"), 8 << 20);
    damage.accept(tar);
    assertThatThrownBy(() -> extractTar(tar))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  @Test
  void damagedArchivesFailWithIOExceptionOnly() throws IOException {
    byte[] tar =
        untarred("a", "bin/", symbolic("l", "a"), "\uffee", "n".repeat(120), hard("h", "a"));
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 1000; i++) {
      byte[] damaged = i % 4 == 0 ? Arrays.copyOf(tar, random.nextInt(tar.length)) : tar.clone();
      for (int j = 0; j < i % 4 && damaged.length > 0; j++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        if (j == 2) {
          withSum(header -> header[random.nextInt(512)] = (byte) random.nextInt()).accept(damaged);
        }
      }
      try {
        extractTar(damaged);
      } catch (IOException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(300);
    assertThat(secret).hasContent("secret");
  }

  private byte[] untarred(Object... members) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(tarball(members)))) {
      return in.readAllBytes();
    }
  }

  private void extractTar(byte[] tar) throws IOException {
    Path tarball = temp.resolve("bundle.tar.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(tarball))) {
      out.write(tar);
    }
    new BundleExtractor(worker, warnings::add).extract(tarball);
  }

  private void assertNothingElse() throws IOException {
    try (var all = Files.list(temp)) {
      assertThat(all.map(path -> path.getFileName().toString()))
          .containsOnly("home", "secret", "bundle.tar.gz");
    }
    assertThat(temp.resolve("home")).isDirectoryNotContaining(path -> !path.endsWith("worker"));
  }

  private void extract(Object... members) throws IOException {
    new BundleExtractor(worker, warnings::add).extract(tarball(members));
  }

  private static Link symbolic(String name, String target) {
    return new Link(name, TarConstants.LF_SYMLINK, target);
  }

  private static Link hard(String name, String target) {
    return new Link(name, TarConstants.LF_LINK, target);
  }

  /** Names are of files that hold their name, or of folders, which end in a slash. */
  private Path tarball(Object... members) throws IOException {
    Path tarball = temp.resolve("bundle.tar.gz");
    try (OutputStream out = Files.newOutputStream(tarball);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(out))) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setAddPaxHeadersForNonAsciiNames(true);
      for (Object member : members) {
        byte[] content = new byte[0];
        TarArchiveEntry entry;
        if (member instanceof Link link) {
          entry = new TarArchiveEntry(link.name(), link.type(), true);
          entry.setLinkName(link.target());
        } else {
          String name = (String) member;
          entry = new TarArchiveEntry(name, true);
          content = name.endsWith("/") ? content : name.getBytes(StandardCharsets.UTF_8);
          entry.setMode(0755);
        }
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    return tarball;
  }
}
