package dev.vast4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.Benchmark;
import dev.vast4j.Deployment;
import dev.vast4j.Remote;
import dev.vast4j.Vast;
import dev.vast4j.query.Columns;
import dev.vast4j.query.GpuName;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Checks that the page for Python users names the whole Python API, and only Java names that exist.
 */
class PythonToJavaTest {
  private static final Path PAGE = Path.of("docs/python-to-java.md");
  private static final String DIFFERENCES = "What differs on purpose";
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern METHOD =
      Pattern.compile("\\b((?:[A-Z]\\w*\\.)+)([a-z]\\w*)\\(([^()]*)");
  private static final Pattern ATTRIBUTE = Pattern.compile("@(Remote|Benchmark)\\((\\w+) = ");
  private static final Pattern CONSTANT = Pattern.compile("(?m)^[A-Z]+_[A-Z0-9_]+$");

  /** Types that the page writes in place of arguments. */
  private static final Set<String> TYPES = Set.of("int", "double", "boolean", "Duration", "Path");

  private static final List<String> PACKAGES =
      List.of(
          "dev.vast4j.",
          "dev.vast4j.api.",
          "dev.vast4j.query.",
          "dev.vast4j.observe.",
          "java.util.concurrent.");

  private record Row(String python, String java) {}

  @TestFactory
  Stream<DynamicTest> namesEveryNameOfTheReferencePages() throws IOException {
    Map<String, List<Row>> page = page();
    return names().entrySet().stream()
        .map(
            section ->
                DynamicTest.dynamicTest(
                    section.getKey(),
                    () -> {
                      assertThat(page).containsKey(section.getKey());
                      Set<String> words = new TreeSet<>();
                      page.get(section.getKey()).forEach(row -> words.addAll(words(row.python())));
                      assertThat(words).containsAll(section.getValue());
                    }));
  }

  @TestFactory
  Stream<DynamicTest> everyCounterpartExists() throws IOException {
    return page().entrySet().stream()
        .flatMap(section -> section.getValue().stream())
        .map(row -> DynamicTest.dynamicTest(row.python(), () -> checkCounterpart(row.java())));
  }

  @Test
  void listOfPythonNamesIsRead() throws IOException {
    assertThat(names()).hasSizeGreaterThan(10).containsKey("Deployment");
  }

  private static void checkCounterpart(String java) throws ReflectiveOperationException {
    int found = 0;
    Matcher methods = METHOD.matcher(String.join("\n", codes(java)));
    while (methods.find()) {
      Class<?> type = type(methods.group(1).substring(0, methods.group(1).length() - 1));
      assertThat(type.getMethods())
          .as("methods of %s", type)
          .anyMatch(taking(methods.group(2), methods.group(3)));
      found++;
    }
    Matcher attributes = ATTRIBUTE.matcher(java);
    while (attributes.find()) {
      Class<?> annotation = attributes.group(1).equals("Remote") ? Remote.class : Benchmark.class;
      assertThat(annotation.getMethod(attributes.group(2))).isNotNull();
      found++;
    }
    Matcher constants = CONSTANT.matcher(String.join("\n", codes(java)));
    while (constants.find()) {
      String name = constants.group();
      assertThat(Stream.of(Columns.class, GpuName.class).flatMap(PythonToJavaTest::fields))
          .contains(name);
      found++;
    }
    if (found == 0) {
      assertThat(java).as("a row without a counterpart gives the reason").startsWith("none: ");
    }
  }

  /** Matches methods of this name that accept these arguments. */
  private static Predicate<Method> taking(String name, String arguments) {
    List<String> given = arguments.isBlank() ? List.of() : List.of(arguments.split(", *"));
    return method ->
        Modifier.isPublic(method.getModifiers())
            && method.getName().equals(name)
            && method.getParameterCount() == given.size()
            && IntStream.range(0, given.size())
                .allMatch(i -> fits(method.getParameterTypes()[i], given.get(i), method));
  }

  private static boolean fits(Class<?> type, String argument, Method method) {
    if (argument.endsWith("…")) {
      return method.isVarArgs();
    }
    return !TYPES.contains(argument) || type.getSimpleName().equals(argument);
  }

  private static Stream<String> fields(Class<?> type) {
    return Arrays.stream(type.getFields()).map(Field::getName);
  }

  private static Class<?> type(String name) {
    return switch (name) {
      case "Builder", "Deployment.Builder" -> Deployment.Builder.class;
      case "Vast.Builder" -> Vast.Builder.class;
      default ->
          PACKAGES.stream()
              .map(prefix -> prefix + name)
              .flatMap(PythonToJavaTest::load)
              .findFirst()
              .orElseThrow(() -> new AssertionError("there is no public type " + name));
    };
  }

  private static Stream<Class<?>> load(String name) {
    try {
      return Stream.of(Class.forName(name));
    } catch (ClassNotFoundException e) {
      return Stream.empty();
    }
  }

  private static List<String> codes(String text) {
    List<String> codes = new ArrayList<>();
    Matcher matcher = CODE.matcher(text);
    while (matcher.find()) {
      codes.add(matcher.group(1));
    }
    return codes;
  }

  private static Set<String> words(String text) {
    Set<String> words = new TreeSet<>();
    Matcher matcher = WORD.matcher(String.join("\n", codes(text)));
    while (matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }

  /** Returns the rows of the page's tables by heading. */
  private static Map<String, List<Row>> page() throws IOException {
    Map<String, List<Row>> page = new LinkedHashMap<>();
    String heading = "";
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("## ")) {
        heading = line.substring(3);
      } else if (line.startsWith("| ") && !line.startsWith("| Python |")) {
        List<String> cells = Arrays.asList(line.split(" \\| |^\\| | \\|$"));
        if (!heading.equals(DIFFERENCES)) {
          assertThat(cells).as("%s", line).hasSize(3);
          page.computeIfAbsent(heading, h -> new ArrayList<>())
              .add(new Row(cells.get(1), cells.get(2)));
        }
      }
    }
    return page;
  }

  private static Map<String, List<String>> names() throws IOException {
    Map<String, List<String>> names = new LinkedHashMap<>();
    String section = "";
    try (InputStream in = PythonToJavaTest.class.getResourceAsStream("/docs/python-names.txt")) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        if (line.startsWith("[")) {
          section = line.substring(1, line.length() - 1);
        } else if (!line.isEmpty() && !line.startsWith("#")) {
          names.computeIfAbsent(section, s -> new ArrayList<>()).add(line);
        }
      }
    }
    return names;
  }
}
