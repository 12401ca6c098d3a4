package dev.vast4j.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vast4j.cli.DescribedSquare;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The command line as a program: the packaged jar, in processes of its own. */
@Timeout(180)
class CommandLineIT {
  private static final String JAR = System.getProperty("vast4j.cliJar");
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void deploysToItsOwnLocalEngine() throws Exception {
    try (JavaProcess local = start(Map.of(), "local", "--json")) {
      JsonNode where = JSON.readValue(json(local), JsonNode.class);
      String key = Files.readString(Path.of(where.path("api_key_file").asText()));
      Map<String, String> environment =
          Map.of("VAST_URL", where.path("url").asText(), "VAST_API_KEY", key);
      String program =
          String.join(
              File.pathSeparator,
              "target/test-classes",
              Published.jar().toString(),
              Published.libraries());

      String deployed =
          run(
              environment,
              "deploy",
              DescribedSquare.class.getName(),
              "-cp",
              program,
              "--wait",
              "--json");

      assertThat(JSON.readTree(deployed).path("workers").get(0).path("status").asText())
          .isEqualTo("idle");
      assertThat(run(environment, "status"))
          .contains("described-square")
          .doesNotContain("\u001b")
          .doesNotContain(key);
    }
  }

  @Test
  void knowsItsVersion() throws Exception {
    assertThat(run(Map.of(), "--version")).matches("vast4j [0-9]+\\..*\\R");
  }

  @Test
  void printsHelpWithoutLoadingItsCommands() throws Exception {
    List<String> logged = List.of("-Xlog:class+load", "-jar", JAR, "status", "--help");
    try (JavaProcess process = JavaProcess.start(Map.of(), logged)) {
      assertThat(process.output(0))
          .contains("Usage: vast4j status", "dev.vast4j.cli.Launcher source")
          .doesNotContain("dev.vast4j.cli.Main source", "picocli.CommandLine source", "org.slf4j");
    }
  }

  @Test
  void helpFitsNarrowTerminals() throws Exception {
    assertThat(run(Map.of("COLUMNS", "60"), "deploy", "--help").lines())
        .allSatisfy(line -> assertThat(line).matches(".{0,60}|  vast4j .*|    --.*"));
  }

  private static String json(JavaProcess process) throws Exception {
    StringBuilder text = new StringBuilder();
    String line;
    do {
      line = process.reader().readLine();
      assertThat(line).as("%s", process.errors()).isNotNull();
      text.append(line);
    } while (!line.equals("}"));
    return text.toString();
  }

  private static String run(Map<String, String> environment, String... arguments) throws Exception {
    try (JavaProcess process = start(environment, arguments)) {
      return process.output(0);
    }
  }

  private static JavaProcess start(Map<String, String> environment, String... arguments) {
    List<String> all = new ArrayList<>(List.of("-jar", JAR));
    all.addAll(List.of(arguments));
    return JavaProcess.start(environment, all);
  }
}
