package dev.vast4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that every example is listed, says how to run it, and runs in continuous integration. */
class ExamplesTest {
  private static final Path EXAMPLES = Path.of("examples");

  static Stream<String> examples() throws IOException {
    try (Stream<Path> folders = Files.list(EXAMPLES)) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("pom.xml")))
          .map(folder -> folder.getFileName().toString())
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void isListedAndRun(String name) throws IOException {
    assertThat(read("pom.xml")).contains("<module>" + name + "</module>");
    assertThat(read("README.md")).contains("(" + name + "/README.md)");
    assertThat(Files.readString(Path.of("README.md")))
        .contains("(examples/" + name + "/README.md)");
    assertThat(Files.readString(Path.of(".ci/examples")))
        .containsPattern("(?m)^ *(run|echo \"== example) " + name + "\\b");
    assertThat(read(name + "/README.md"))
        .contains("mvn -q -f examples -pl " + name + " -am compile exec:java");
  }

  private static String read(String file) throws IOException {
    return Files.readString(EXAMPLES.resolve(file));
  }
}
