package com.example.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.File;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/**
 * The guide's page on Spring Boot compiles, its application answers as the page says, and its test
 * passes.
 */
class GuideTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");

  /** A file of the application, under its name. */
  private static final Pattern FILE =
      Pattern.compile("(?ms)^`([\\w.]+\\.(?:java|properties))`[^\\n]*:\\n\\n```\\w+\\n(.*?)^```$");

  private static final Pattern TEST = Pattern.compile("(?ms)^```java\\n(@VastTest\\n.*?)^```$");

  /** The package, and the imports that an IDE adds. */
  private static final String TEST_IMPORTS =
      """
      package com.acme.shop;

      import static org.junit.jupiter.api.Assertions.assertEquals;

      import dev.vast4j.spring.test.VastTest;
      import java.util.List;
      import org.junit.jupiter.api.Test;
      import org.springframework.beans.factory.annotation.Autowired;

      """;

  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<groupId>(.+?)</groupId>\\s*<artifactId>(.+?)</artifactId>\\s*<version>(.+?)</version>");

  /** A request and the line that the page says it gets. */
  private static final Pattern REQUEST =
      Pattern.compile("(?m)^```console\\n\\$ (curl .+)\\n(.+)\\n```$");

  private static final Pattern HEAD = Pattern.compile("(?m)^(package|import) .*;\\n+");

  private static final String CLASS_PATH =
      System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

  /** The imports that an IDE adds, and a context that another page declares. */
  private static final String AROUND =
      """
      import static org.junit.jupiter.api.Assertions.assertEquals;
      import dev.vast4j.*;
      import dev.vast4j.spring.*;
      import dev.vast4j.spring.test.*;
      import java.util.*;
      import java.util.concurrent.*;
      import org.junit.jupiter.api.*;
      import org.springframework.beans.factory.annotation.*;
      import org.springframework.boot.*;
      import org.springframework.boot.autoconfigure.*;
      import org.springframework.context.annotation.*;
      import org.springframework.web.bind.annotation.*;

      public class Page {
        public static class ModelContext implements dev.vast4j.Context<String> {
          public ModelContext(String name) {}
          public String enter() { return ""; }
        }
      %s}
      """;

  @Test
  @Timeout(120)
  void applicationAnswersAsThePageSays(@TempDir Path folder) throws Exception {
    String page = Files.readString(Path.of(System.getProperty("guide")));
    MatchResult dependency = DEPENDENCY.matcher(page).results().findFirst().orElseThrow();
    assertThat(CLASS_PATH)
        .as("the page's dependency is the starter under test")
        .contains(
            dependency.group(2)
                + File.separator
                + dependency.group(3)
                + File.separator
                + dependency.group(2)
                + "-"
                + dependency.group(3)
                + ".jar")
        .contains(dependency.group(1).replace(".", File.separator));
    Path classes = compile(folder, page);
    MatchResult request = REQUEST.matcher(page).results().findFirst().orElseThrow();

    try (ApplicationProcess application =
        ApplicationProcess.start(
            classes + File.pathSeparator + CLASS_PATH,
            "com.acme.shop.Application",
            List.of("--server.port=0"))) {
      String curl = request.group(1).replace("localhost:8080", "127.0.0.1:" + application.port());
      Process asked =
          new ProcessBuilder("sh", "-c", curl.replaceFirst("curl ", "curl -sS -m 60 "))
              .redirectErrorStream(true)
              .start();
      assertThat(new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip())
          .as("%s%n%s", curl, application)
          .isEqualTo(request.group(2));
    }
  }

  /** The application's files, and the test class at the page's end, compiled as a reader would. */
  private static Path compile(Path folder, String page) throws Exception {
    Path classes = Files.createDirectory(folder.resolve("classes"));
    List<String> arguments =
        new ArrayList<>(
            List.of("-parameters", "-proc:none", "-d", classes.toString(), "-cp", CLASS_PATH));
    for (MatchResult file : FILE.matcher(page).results().toList()) {
      boolean java = file.group(1).endsWith(".java");
      Path written = (java ? folder : classes).resolve(file.group(1));
      Files.writeString(written, file.group(2));
      if (java) {
        arguments.add(written.toString());
      }
    }
    MatchResult test = TEST.matcher(page).results().findFirst().orElseThrow();
    Path written = folder.resolve("KeywordsTest.java");
    Files.writeString(written, TEST_IMPORTS + test.group(1));
    arguments.add(written.toString());
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, arguments.toArray(String[]::new)))
        .isZero();
    return classes;
  }

  @Test
  @Timeout(120)
  void testClassPasses(@TempDir(cleanup = CleanupMode.NEVER) Path folder) throws Exception {
    Path classes = compile(folder, Files.readString(Path.of(System.getProperty("guide"))));
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, before)) {
      thread.setContextClassLoader(loader);
      Events ran =
          EngineTestKit.engine("junit-jupiter")
              .selectors(selectClass(loader.loadClass("com.acme.shop.KeywordsTest")))
              .execute()
              .testEvents();

      ran.failed().stream().forEach(event -> System.out.println(event.getPayload()));
      ran.assertStatistics(statistics -> statistics.succeeded(1).failed(0));
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void compiles(@TempDir Path classes) throws Exception {
    String page = Files.readString(Path.of(System.getProperty("guide")));
    List<String> blocks =
        BLOCK
            .matcher(page)
            .results()
            .filter(block -> !block.group(1).contains("SpringApplication.run"))
            .map((MatchResult block) -> HEAD.matcher(block.group(1)).replaceAll(""))
            .toList();
    assertThat(blocks).hasSizeGreaterThan(3);
    String members =
        blocks.stream()
            .map(block -> block.replaceFirst("(?m)^(public )?class ", "$1static class "))
            .collect(Collectors.joining("\n"));
    String source = AROUND.formatted(members);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///Page.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignore) {
            return source;
          }
        };
    List<String> options = List.of("-proc:none", "-d", classes.toString(), "-cp", CLASS_PATH);

    assertThat(compiler.getTask(messages, null, null, options, null, List.of(file)).call())
        .as(messages::toString)
        .isTrue();
  }
}
