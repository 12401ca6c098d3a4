package dev.vast4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalChecksTest {
  @Test
  void saysThatTemporaryFolderIsMissing(@TempDir Path folder) {
    String before = System.getProperty("java.io.tmpdir");
    System.setProperty("java.io.tmpdir", folder.resolve("none").toString());
    try {
      Check check = new LocalChecks(Map.of()).temporaryFolder();
      assertThat(check.state()).isEqualTo(Check.State.FAILED);
      assertThat(check.detail()).isEqualTo(folder.resolve("none") + ": there is no such folder");
    } finally {
      System.setProperty("java.io.tmpdir", before);
    }
  }
}
