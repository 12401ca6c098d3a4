package dev.vast4j.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Archives that mean ill, one member a line: {@code f name} for a file, {@code d name} for a
 * folder, {@code s name target} and {@code h name target} for links. Whatever they say, nothing is
 * made or changed outside the folder.
 */
@Timeout(20)
@DisabledOnOs(OS.WINDOWS)
class BundleExtractorFuzzTest {
  private static final int MEMBERS = 30;

  @FuzzTest
  void archives(byte[] script) throws IOException {
    Path temp = Files.createTempDirectory("vast4j-fuzz");
    try {
      Path secret = Files.writeString(temp.resolve("secret"), "secret");
      Path tarball = temp.resolve("bundle");
      write(tarball, new String(script, StandardCharsets.UTF_8));
      try {
        new BundleExtractor(temp.resolve("home/worker"), warning -> {}).extract(tarball);
      } catch (IOException refused) {
        // what was unpacked until then is looked at as well
      }
      assertThat(secret).hasContent("secret");
      try (var all = Files.list(temp)) {
        assertThat(all.map(path -> path.getFileName().toString()))
            .containsOnly("home", "secret", "bundle");
      }
      assertThat(temp.resolve("home")).isDirectoryNotContaining(path -> !path.endsWith("worker"));
    } finally {
      Reaper.deleteTree(temp);
    }
  }

  private static void write(Path tarball, String script) throws IOException {
    try (OutputStream out = Files.newOutputStream(tarball);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(out))) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (String line : script.lines().limit(MEMBERS).toList()) {
        String[] words = line.split(" ", 3);
        if (words.length < 2 || words[1].isEmpty()) {
          continue;
        }
        byte type =
            switch (words[0]) {
              case "s" -> TarConstants.LF_SYMLINK;
              case "h" -> TarConstants.LF_LINK;
              case "d" -> TarConstants.LF_DIR;
              default -> TarConstants.LF_NORMAL;
            };
        TarArchiveEntry entry = new TarArchiveEntry(words[1], type, true);
        boolean file = type == TarConstants.LF_NORMAL && !entry.isDirectory();
        byte[] content = file ? "content".getBytes(StandardCharsets.UTF_8) : new byte[0];
        if (words.length == 3) {
          entry.setLinkName(words[2]);
        }
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
  }
}
