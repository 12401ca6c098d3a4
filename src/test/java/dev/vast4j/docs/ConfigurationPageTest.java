package dev.vast4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that the page on configuration names every setting that the code reads, each once. */
class ConfigurationPageTest {
  private static final Pattern VARIABLE_IN_CODE =
      Pattern.compile("\"((?:VAST4J|VAST|XDG)_[A-Z0-9_]+)\"");
  private static final Pattern PROPERTY_IN_CODE =
      Pattern.compile("\"VAST_[A-Z_]+\", \"(vast\\.[a-zA-Z]+)\"");

  /** The first cell of a row, which may name several variables. */
  private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\|([^|]*)\\|");

  private static final Pattern VARIABLE_ON_PAGE =
      Pattern.compile("`((?:VAST4J|VAST|XDG)_[A-Z0-9_]+)`");
  private static final Pattern PROPERTY_ON_PAGE = Pattern.compile("`(vast\\.[a-zA-Z]+)`");

  /** Flags of a registration; no program reads them from the environment. */
  private static final Set<String> FLAGS = Set.of("VAST4J_ENV", "VAST4J_WIRE");

  @Test
  void namesExactlyWhatTheCodeReads() throws IOException {
    StringBuilder code = new StringBuilder();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        code.append(Files.readString(file));
      }
    }
    String page = Files.readString(Path.of("docs/guide/configuration.md"));

    Set<String> variables = found(VARIABLE_IN_CODE, code);
    variables.removeIf(name -> name.endsWith("_") || FLAGS.contains(name));
    String rows = String.join("\n", all(FIRST_CELL, page));
    assertThat(all(VARIABLE_ON_PAGE, rows)).doesNotHaveDuplicates().hasSameElementsAs(variables);
    assertThat(found(PROPERTY_ON_PAGE, page)).isEqualTo(found(PROPERTY_IN_CODE, code));
  }

  private static Set<String> found(Pattern pattern, CharSequence text) {
    return new TreeSet<>(all(pattern, text));
  }

  private static List<String> all(Pattern pattern, CharSequence text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
