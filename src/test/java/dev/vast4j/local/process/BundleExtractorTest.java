package dev.vast4j.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A bundle, however made, is unpacked into its folder and nowhere else. */
@DisabledOnOs(OS.WINDOWS)
class BundleExtractorTest {
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
  void filesFoldersAndLinks() throws IOException {
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
  void namesThatLeadOutAreTakenAsIfTheFolderWereTheRoot() throws IOException {
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
  void linksWithinLinksLeadNowhereElse() throws IOException {
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
  void aLinkThatTheWorkerMadeIsNotFollowedOut() throws IOException {
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
  void damageIsNoticed() throws IOException {
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
