package dev.vast4j.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What native images are told goes with the code: the methods that it looks up by name. */
class NativeMetadataTest {
  private static final Path METADATA =
      Path.of(
          "src/main/resources/META-INF/native-image/dev.vast4j/vast4j/reachability-metadata.json");
  private static final Pattern LOOKED_UP =
      Pattern.compile(
          "(?:findStatic|findVirtual)\\(\\s*[\\w.]+,\\s*\"(\\w+)\"|Console\\.class\\.getMethod\\(\"(\\w+)\"");

  @Test
  void namesTheMethodsThatTheClientLooksUp() throws IOException {
    TreeSet<String> named = new TreeSet<>();
    for (JsonNode type : new ObjectMapper().readTree(METADATA.toFile()).path("reflection")) {
      type.path("methods").forEach(method -> named.add(method.path("name").asText()));
    }

    assertThat(named).isEqualTo(lookedUp());
  }

  private static TreeSet<String> lookedUp() throws IOException {
    TreeSet<String> found = new TreeSet<>();
    Path root = Path.of("src/main/java/dev/vast4j");
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        String part = root.relativize(file).toString().replace('\\', '/');
        if (part.matches("(worker|launcher|local|junit|cli)/.*")) {
          continue; // no part of a client
        }
        Matcher matcher = LOOKED_UP.matcher(Files.readString(file));
        while (matcher.find()) {
          found.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
        }
      }
    }
    return found;
  }
}
