package dev.vast4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** How much a program gets that uses this library, without its optional parts. */
class DependencyTreeTest {
  private static final long LIMIT = 10L << 20;

  /** A line of {@code dependency:list}: group, artifact, type, version, scope, file. */
  private static final Pattern DEPENDENCY =
      Pattern.compile(" +(?<id>[^: ]+:[^: ]+):jar:[^: ]+:[a-z]+:(?<file>.*?\\.jar)(?<more>.*)");

  /** In a jar of its own. */
  private static final Path COMMAND_LINE = Path.of("target", "classes", "dev", "vast4j", "cli");

  /** Brought by JUnit, which is optional; Maven does not say so, since tests have it as well. */
  private static final List<String> OF_JUNIT =
      List.of("org.opentest4j:", "org.junit.platform:", "org.apiguardian:");

  @Test
  void isSmall() throws IOException {
    List<String> parts = new ArrayList<>();
    long sum = sizeOfOurJar();
    parts.add(sum + " vast4j");
    for (String line : Files.readAllLines(Path.of("target", "runtime-dependencies.txt"))) {
      Matcher dependency = DEPENDENCY.matcher(line);
      if (!dependency.matches()
          || dependency.group("more").contains("optional")
          || OF_JUNIT.stream().anyMatch(dependency.group("id")::startsWith)) {
        continue;
      }
      long size = Files.size(Path.of(dependency.group("file")));
      sum += size;
      parts.add(size + " " + dependency.group("id"));
    }
    assertThat(parts).as("the list is read").anyMatch(part -> part.contains("okhttp"));
    assertThat(sum).as("bytes of %s", parts).isLessThan(LIMIT);
  }

  /** The jar is made after the tests, of the same classes. */
  private static long sizeOfOurJar() throws IOException {
    Path classes = Path.of("target", "classes");
    ByteArrayOutputStream jar = new ByteArrayOutputStream();
    try (Stream<Path> all = Files.walk(classes);
        ZipOutputStream zip = new ZipOutputStream(jar)) {
      for (Path file :
          all.filter(Files::isRegularFile).filter(f -> !f.startsWith(COMMAND_LINE)).toList()) {
        zip.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
        zip.write(Files.readAllBytes(file));
      }
    }
    return jar.size();
  }
}
