package dev.vast4j.internal.bundle;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.junit.jupiter.api.Timeout;

/**
 * An ignore file of whatever bytes answers for every name, soon: patterns full of stars included.
 */
@Timeout(10)
class IgnoreFileFuzzTest {
  private static final List<String> NAMES =
      List.of(
          "a",
          "a/b",
          "a/b/c.txt",
          ".env",
          "é/ü",
          "a".repeat(200),
          "a/".repeat(100) + "b",
          "[",
          "\\");

  @FuzzTest
  void ignoreFiles(byte[] content) {
    IgnoreFile file = IgnoreFile.parse(content);
    for (String name : NAMES) {
      file.isIgnored(name, false);
      file.isIgnored(name, true);
    }
  }
}
