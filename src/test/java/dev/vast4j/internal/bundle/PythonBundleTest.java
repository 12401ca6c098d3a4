package dev.vast4j.internal.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vast4j.Image;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Config and content hash are those of the reference client, to the byte. */
class PythonBundleTest {
  @TempDir Path temp;

  @TestFactory
  Stream<DynamicTest> hashesEqualTheReference() throws IOException {
    JsonNode vectors = vectors("bundles");
    return IntStream.range(0, vectors.size())
        .mapToObj(
            i -> DynamicTest.dynamicTest("bundle " + i, () -> check(vectors.get(i), "vector" + i)));
  }

  @TestFactory
  Stream<DynamicTest> ignoredLinesEqualTheReference() throws IOException {
    return Stream.of(vectors("ignored_lines"), vectors("more_ignored_lines"))
        .flatMap(vectors -> StreamSupport.stream(vectors.spliterator(), false))
        .map(
            vector ->
                DynamicTest.dynamicTest(
                    vector.get("source").toString(),
                    () ->
                        assertThat(filter(vector.get("source").asText()))
                            .isEqualTo(vector.get("filtered").asText())));
  }

  @Test
  void writesConfigAsPythonDoes() {
    BundleConfig config =
        new BundleConfig(
            "n",
            List.of("\177\0\037~ /\u00e9\"\\\b\f\n\r\t"),
            List.of("\ud83d\ude00", "\udbff", "\udead", "\udead\udbff"),
            List.of(),
            List.of(new Image.Command(List.of())));
    assertThat(new String(config.toJson(), StandardCharsets.US_ASCII))
        .isEqualTo(
            "{\"name\": \"n\", \"pip_installs\": [\"\\u007f\\u0000\\u001f~"
                + " /\\u00e9\\\"\\\\\\b\\f\\n"
                + "\\r"
                + "\\t\"], \"apt_gets\": [\"\\ud83d\\ude00\", \"\\udbff\", \"\\udead\","
                + " \"\\udead\\udbff\"], \"envs\": [], \"runs\": [[]]}");
  }

  private static String filter(String source) {
    return new String(
        IgnoredLines.remove(source.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
  }

  private void check(JsonNode vector, String folder) throws IOException {
    Path root = Files.createDirectories(temp.resolve(folder));
    BundleConfig config = config(vector.get("config"));
    assertThat(new String(config.toJson(), StandardCharsets.US_ASCII))
        .isEqualTo(vector.get("config_json").asText());
    Path source;
    if (vector.has("module")) {
      source = root.resolve("deploy.py");
      Files.writeString(source, vector.get("module").asText());
    } else {
      source = root.resolve("package");
      writeFolder(source, vector.get("package"));
    }
    BundleSpec spec = BundleSpec.of(config, new PythonSource(source));
    for (JsonNode copy : vector.get("copies")) {
      Path copied = root.resolve("copy" + spec.copies().size());
      if (copy.has("file")) {
        Files.write(copied, Base64.getDecoder().decode(copy.get("file").asText()));
      } else {
        writeFolder(copied, copy.get("folder"));
      }
      spec = spec.copy(copied, copy.get("dst").asText());
    }
    BundlePlanner planner = new BundlePlanner(BundleCache.in(temp.resolve("cache")));
    assertThat(planner.plan(spec).hash()).isEqualTo(vector.get("sha256").asText());
    assertThat(planner.plan(spec).hash())
        .as("planned again, from the cache")
        .isEqualTo(vector.get("sha256").asText());
  }

  private static void writeFolder(Path folder, JsonNode files) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, JsonNode> file : files.properties()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue().asText());
    }
  }

  private static BundleConfig config(JsonNode json) {
    List<BundleConfig.Variable> envs = new ArrayList<>();
    json.get("envs")
        .forEach(
            env -> envs.add(new BundleConfig.Variable(env.get(0).asText(), env.get(1).asText())));
    List<Image.Run> runs = new ArrayList<>();
    json.get("runs")
        .forEach(
            run ->
                runs.add(
                    run.isTextual()
                        ? new Image.Script(run.asText())
                        : new Image.Command(texts(run))));
    return new BundleConfig(
        json.get("name").asText(),
        texts(json.get("pip_installs")),
        texts(json.get("apt_gets")),
        envs,
        runs);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static JsonNode vectors(String name) throws IOException {
    try (InputStream in =
        PythonBundleTest.class.getResourceAsStream("/vectors/" + name + ".json")) {
      return new ObjectMapper().readTree(in);
    }
  }
}
