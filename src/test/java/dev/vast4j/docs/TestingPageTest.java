package dev.vast4j.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** Compiles and runs the test classes of the guide's page on testing. */
class TestingPageTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
  private static final Pattern IMPORT = Pattern.compile("(?m)^import .*;\\n");
  private static final Pattern TEST_CLASS = Pattern.compile("(?m)^(?:public )?class (\\w+Test) ");
  private static final String COMMON =
      """
      import dev.vast4j.*;
      import dev.vast4j.errors.*;
      import dev.vast4j.local.*;
      import java.time.*;
      """;

  @TempDir(cleanup = CleanupMode.NEVER)
  Path folder;

  @Test
  @Timeout(300)
  void itsTestClassesPass() throws Exception {
    Set<String> imports = new LinkedHashSet<>();
    List<Path> sources = new ArrayList<>();
    List<String> tests = new ArrayList<>();
    for (String block : blocks("testing.md")) {
      IMPORT.matcher(block).results().forEach(found -> imports.add(found.group()));
      Matcher test = TEST_CLASS.matcher(block);
      if (test.find()) {
        tests.add(test.group(1));
        sources.add(write(test.group(1), imports, IMPORT.matcher(block).replaceAll("")));
      }
    }
    assertThat(tests).contains("GreeterTest", "DiceTest", "IdleTest", "FailuresTest");
    sources.add(write("Greeter", Set.of(), blocks("quickstart.md").get(0)));
    Path classes = Files.createDirectory(folder.resolve("classes"));
    List<String> arguments = new ArrayList<>(List.of("-parameters", "-proc:none", "-d"));
    arguments.addAll(List.of(classes.toString(), "-cp", System.getProperty("java.class.path")));
    sources.forEach(source -> arguments.add(source.toString()));
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, arguments.toArray(String[]::new)))
        .isZero();

    try (java.net.URLClassLoader loader =
        new java.net.URLClassLoader(new java.net.URL[] {classes.toUri().toURL()})) {
      List<ClassSelector> selected = new ArrayList<>();
      for (String test : tests) {
        selected.add(selectClass(loader.loadClass(test)));
      }
      Events ran =
          EngineTestKit.engine("junit-jupiter")
              .selectors(selected.toArray(ClassSelector[]::new))
              .execute()
              .testEvents();

      ran.failed().stream().forEach(event -> System.out.println(event.getPayload()));
      ran.assertStatistics(statistics -> statistics.succeeded(5).failed(0));
    }
  }

  private static List<String> blocks(String page) throws Exception {
    return BLOCK
        .matcher(Files.readString(Path.of("docs", "guide", page)))
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  private Path write(String name, Set<String> imports, String text) throws Exception {
    String head = imports.isEmpty() ? "" : COMMON + String.join("", imports);
    return Files.writeString(folder.resolve(name + ".java"), head + text);
  }
}
