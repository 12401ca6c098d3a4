package dev.vast4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles every Java block of README and guide, and runs those of statements against the embedded
 * engine. A block of declarations becomes members of a class, one of statements the body of a
 * method; names that the pages explain ({@code app}, {@code vast}, {@code greeter} …) are given to
 * it.
 */
class GuideSnippetsTest {
  private static final Path ROOT = Path.of("").toAbsolutePath();
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
  private static final Pattern DECLARATION =
      Pattern.compile(
          "(?m)\\A(@\\w+\\([^)]*\\)\\s+)?(public )?(static )?(final )?(interface|class|record) ");

  private static final String IMPORTS =
      """
      import static dev.vast4j.query.Columns.*;
      import static dev.vast4j.query.GpuName.*;
      import dev.vast4j.*;
      import dev.vast4j.errors.*;
      import dev.vast4j.local.*;
      import dev.vast4j.observe.*;
      import dev.vast4j.query.*;
      import java.nio.file.*;
      import java.time.*;
      import java.util.*;
      import java.util.concurrent.*;
      import java.util.concurrent.atomic.*;
      import java.util.function.*;
      import java.util.stream.*;
      """;

  /** What the pages take for granted. */
  private static final String GIVEN =
      """
      public record Index(String name) {
        static Index load(String name) { return new Index(name); }
        List<String> nearest(String text, int limit) { return Collections.nCopies(limit, name + text); }
        void close() {}
      }
      """;

  /** Blocks of statements that do not stand for themselves. */
  private static final Set<String> NOT_RUN =
      Set.of(
          "contexts1", // a line of a function's body
          "python1"); // calls a Python worker

  /**
   * A program that has what the pages take for granted, runs the blocks, and at the end asks a
   * worker for what the pages on functions and contexts declare.
   */
  private static final String MAIN =
      """
      static <T> Deployment deploy(Vast vast, Class<T> type, String name, String tag) {
        Deployment made = Deployment.builder(name).tag(tag).vast(vast).remote(type)
            .image(Image.of("vastai/base-image:@vastai-automatic-tag", 16)).build();
        made.ensureReady();
        return made;
      }

      public static void main(String[] none) throws Exception {
        Snippets guide = new Snippets();
        try (LocalVast engine = LocalVast.start();
            Vast vast = engine.client()) {
          System.setProperty("vast.url", engine.url().toString());
          System.setProperty("vast.apiKey", Files.readString(engine.apiKeyFile()).strip());
          guide.vast = vast;
          try (Deployment greeter = deploy(vast, Greeter.class, "guide", "default");
              Deployment storyteller = deploy(vast, Storyteller.class, "stories", "default");
              Deployment search = Deployment.builder("search").tag("v2").vast(vast)
                  .remote(Search.class, SearchOnWorker.class).context(ModelContext.class, "in ")
                  .image(Image.of("image", 1)).build()) {
            search.ensureReady();
            System.out.println(search.remote(Search.class).findSimilar("here", 2).join());
            guide.greeter = greeter.remote(Greeter.class);
      %s
          }
        }
        System.exit(0);
      }
      """;

  @TempDir Path classes;

  @TestFactory
  Stream<DynamicTest> everySnippetCompiles() throws IOException {
    String shared = declarations(pages().toList());
    return pages()
        .map(
            page ->
                DynamicTest.dynamicTest(
                    ROOT.relativize(page).toString(),
                    () -> compile(source(shared, methods(page)))));
  }

  @Test
  @Timeout(300)
  void theSnippetsRun(@TempDir Path folder) throws Exception {
    Map<String, String> methods = new LinkedHashMap<>();
    for (Path page : pages().toList()) {
      methods.putAll(methods(page));
    }
    List<String> run = new ArrayList<>(methods.keySet());
    assertThat(run).containsAll(NOT_RUN);
    run.removeAll(NOT_RUN);
    // It deletes what it is about.
    run.sort(Comparator.comparing(name -> name.startsWith("updates")));
    StringBuilder calls = new StringBuilder();
    for (String name : run) {
      calls
          .append(
              name.startsWith("streaming") ? "guide.app = storyteller;" : "guide.app = greeter;")
          .append("guide.%s(); System.out.println(\"ran %s\");%n".formatted(name, name));
    }
    compile(source(declarations(pages().toList()) + MAIN.formatted(calls), methods));
    Files.writeString(folder.resolve("deploy.py"), "# what the page on Python deploys\n");

    List<String> lines = run(folder);

    assertThat(lines)
        .contains("[in here, in here]", "25", "Hello, Ada", "word 0", "word 2", "Hello, Edsger")
        .doesNotContain("word 3");
    assertThat(lines.stream().filter(line -> line.startsWith("ran ")))
        .containsExactlyElementsOf(run.stream().map(name -> "ran " + name).toList());
  }

  /** Runs the program in a process of its own, since what is deployed is its class path. */
  private List<String> run(Path folder) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes + File.pathSeparator + absolute(System.getProperty("java.class.path")),
                "Snippets")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("VAST"));
    Process process = builder.start();
    try {
      assertThat(process.waitFor(4, TimeUnit.MINUTES)).as("it ends").isTrue();
      assertThat(process.exitValue()).as("%s", Files.readString(output)).isZero();
      return Files.readAllLines(output);
    } finally {
      process.destroy();
    }
  }

  private static String absolute(String classPath) {
    return Stream.of(classPath.split(File.pathSeparator))
        .map(entry -> ROOT.resolve(entry).toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void everyLinkBetweenPagesLeadsSomewhere() throws IOException {
    Pattern link = Pattern.compile("\\]\\((?!https?:)([^)#]+)[^)]*\\)");
    for (Path page : pages().toList()) {
      Matcher links = link.matcher(Files.readString(page));
      while (links.find()) {
        assertThat(page.resolveSibling(links.group(1)))
            .as("link in %s", ROOT.relativize(page))
            .exists();
      }
    }
  }

  private static Stream<Path> pages() throws IOException {
    try (Stream<Path> guide = Files.list(ROOT.resolve("docs/guide"))) {
      return Stream.concat(Stream.of(ROOT.resolve("README.md")), guide.sorted().toList().stream());
    }
  }

  private static List<String> blocks(Path page) throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(Files.readString(page));
    while (matcher.find()) {
      blocks.add(matcher.group(1));
    }
    return blocks;
  }

  /** The types that the pages declare, so that one page may use what another explained. */
  private static String declarations(List<Path> pages) throws IOException {
    StringBuilder declared = new StringBuilder(GIVEN);
    for (Path page : pages) {
      for (String block : blocks(page)) {
        if (DECLARATION.matcher(block).find()) {
          // README shows a declaration and its use in one block.
          int use = block.indexOf("\n\ntry ");
          declared.append(use < 0 ? block : block.substring(0, use)).append('\n');
        }
      }
    }
    return declared.toString();
  }

  /** The blocks of statements as methods named by page and number. */
  private static Map<String, String> methods(Path page) throws IOException {
    String name = page.getFileName().toString().replaceAll("\\W|md$", "");
    Map<String, String> methods = new LinkedHashMap<>();
    for (String block : blocks(page)) {
      int statements = 0;
      if (DECLARATION.matcher(block).find()) {
        statements = block.indexOf("\n\ntry ");
      }
      if (statements >= 0) {
        methods.put(name + methods.size(), block.substring(statements));
      }
    }
    return methods;
  }

  /** A class of these methods. */
  private static String source(String shared, Map<String, String> methods) {
    StringBuilder source = new StringBuilder(IMPORTS);
    source.append("public class Snippets {\n");
    // A snippet that makes one of these itself hides the field of that name.
    source.append("  Vast vast; Deployment app; Greeter greeter; UpdatePlan plan;\n");
    source.append(shared);
    methods.forEach(
        (method, statements) ->
            source
                .append("void ")
                .append(method)
                .append("() throws Exception {\n")
                .append(statements)
                .append("\n}\n"));
    return source.append("}\n").toString();
  }

  private void compile(String source) {
    StringWriter problems = new StringWriter();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    boolean compiled =
        compiler
            .getTask(
                problems,
                null,
                null,
                List.of(
                    "-d",
                    classes.toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "--release",
                    "17",
                    "-parameters",
                    "-proc:none"),
                null,
                List.of(new Source(source)))
            .call();
    assertThat(compiled).as("%s%n%s", problems, source).isTrue();
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String text) {
      super(URI.create("string:///Snippets.java"), JavaFileObject.Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
