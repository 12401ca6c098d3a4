package dev.vast4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Compares the fault matrix in {@code docs/reliability.md} with the tests' {@link Proves}
 * annotations. {@code -Dmatrix.write} writes the matrix.
 */
class FaultMatrixTest {
  private static final Path PAGE = Path.of("docs", "reliability.md");
  private static final String BEGIN = "<!-- matrix: written by FaultMatrixTest -->\n";
  private static final String END = "<!-- end of matrix -->\n";

  private record Line(Proves proves, Method test) {
    String text() {
      return String.format(
          "| %s | %s | %s | %s | `%s.%s` |%n",
          proves.at().text(),
          proves.fault(),
          proves.of(),
          proves.outcome(),
          test.getDeclaringClass().getSimpleName(),
          test.getName());
    }
  }

  @Test
  void pageEqualsAnnotations() throws Exception {
    List<Line> lines = lines();
    StringBuilder matrix =
        new StringBuilder(
            "| where | fault | applies to | outcome | proved by |\n|---|---|---|---|---|\n");
    lines.forEach(line -> matrix.append(line.text()));
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    assertThat(end).as("the matrix's begin and end marks").isGreaterThanOrEqualTo(begin);
    String wanted = page.substring(0, begin) + matrix + page.substring(end);
    if (System.getProperty("matrix.write") != null) {
      Files.writeString(PAGE, wanted);
    } else {
      assertThat(page).as("mvn test -Dtest=FaultMatrixTest -Dmatrix.write").isEqualTo(wanted);
    }
  }

  @Test
  void everyAnnotatedMethodIsATest() throws Exception {
    assertThat(lines())
        .isNotEmpty()
        .allSatisfy(
            line ->
                assertThat(
                        line.test().isAnnotationPresent(Test.class)
                            || line.test().isAnnotationPresent(ParameterizedTest.class))
                    .as(line.text())
                    .isTrue());
  }

  private static List<Line> lines() throws IOException, ClassNotFoundException {
    List<Line> lines = new ArrayList<>();
    Path root = Path.of("target", "test-classes");
    try (Stream<Path> classes = Files.walk(root.resolve("dev"))) {
      for (Path file : classes.filter(path -> path.toString().endsWith("Test.class")).toList()) {
        String path = root.relativize(file).toString();
        String name =
            path.substring(0, path.length() - ".class".length())
                .replace(file.getFileSystem().getSeparator(), ".");
        Class<?> test = Class.forName(name, false, FaultMatrixTest.class.getClassLoader());
        for (Method method : test.getDeclaredMethods()) {
          AnnotationSupport.findRepeatableAnnotations(method, Proves.class)
              .forEach(proves -> lines.add(new Line(proves, method)));
        }
      }
    }
    lines.sort(
        Comparator.comparing((Line line) -> line.proves().at())
            .thenComparing(line -> line.proves().fault())
            .thenComparing(line -> line.proves().of())
            .thenComparing(Line::text));
    return lines;
  }
}
