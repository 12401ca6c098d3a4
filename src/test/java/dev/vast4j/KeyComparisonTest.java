package dev.vast4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What somebody presents as proof is compared in a time that does not tell how much was right. */
class KeyComparisonTest {
  private static final Pattern COMPARED =
      Pattern.compile(
          "(?i)(apiKey|instanceKey|masterToken|mtoken|secret|password|signature)(\\(\\))?"
              + "\\.equals\\(|\\.equals\\((\\w+\\.)*"
              + "(apiKey|instanceKey|masterToken|mtoken|secret|password|signature)\\b"
              + "|(apiKey|instanceKey|masterToken|mtoken)(\\(\\))?\\.equals\\(key");

  @Test
  void keysAreComparedInConstantTime() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java/dev/vast4j"))) {
      for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
        for (String line : Files.readAllLines(source)) {
          if (COMPARED.matcher(line).find()) {
            found.add(source.getFileName() + ": " + line.strip());
          }
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void theRuleSeesWhatItIsAbout() {
    for (String line :
        List.of(
            "if (!fleet.endpoint().apiKey().equals(key)) {",
            "return given.equals(config.masterToken());",
            "if (worker.instanceKey().equals(key)) {",
            "signature.equals(expected)")) {
      assertThat(COMPARED.matcher(line).find()).as(line).isTrue();
    }
  }
}
