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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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
 * Compiles every Java block of README and guide that isn't a whole program, and runs statements
 * against the embedded engine. A block of declarations becomes members of a class, a block of
 * statements the body of a method. Imports go to the top of that class. Fields provide the names
 * that the guide explains: {@code app}, {@code vast}, {@code greeter}.
 */
class GuideSnippetsTest {
  private static final Path ROOT = Path.of("").toAbsolutePath();
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
  private static final Pattern DECLARATION =
      Pattern.compile(
          "(?m)\\A(@\\w+\\([^)]*\\)\\s+)?(public )?(static )?(final )?(interface|class|record) ");

  private static final Pattern IMPORT = Pattern.compile("(?m)^import .*;\\n+");

  /** Blocks of statements that cannot run on their own. */
  private static final Set<String> NOT_RUN =
      Set.of(
          "chat0",
          "endpoints1",
          "endpoints2", // call an endpoint on Vast
          "compatibility1", // needs an earlier version
          "networks0", // reads a company's CA
          "python0"); // calls a Python worker

  /** A program that provides what the pages use and runs the blocks. */
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
              Deployment search = deploy(vast, Greeter.class, "search", "v2")) {
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
  void snippetsRun(@TempDir Path folder) throws Exception {
    Map<String, String> methods = new LinkedHashMap<>();
    for (Path page : pages().toList()) {
      methods.putAll(methods(page));
    }
    List<String> run = new ArrayList<>(methods.keySet());
    assertThat(run).containsAll(NOT_RUN);
    run.removeAll(NOT_RUN);
    // The page on updates deletes its deployment.
    run.sort(Comparator.comparing(name -> name.startsWith("updates")));
    StringBuilder calls = new StringBuilder();
    for (String name : run) {
      calls.append(
          "guide.app = greeter; guide.%s(); System.out.println(\"ran %s\");%n"
              .formatted(name, name));
    }
    compile(source(declarations(pages().toList()) + MAIN.formatted(calls), methods));
    Files.writeString(
        folder.resolve("deploy.py"), "# the source that the page on Python deploys\n");

    List<String> lines = run(folder);

    assertThat(lines).contains("Hello, Ada", "Hello, Edsger");
    assertThat(lines.stream().filter(line -> line.startsWith("ran ")))
        .containsExactlyElementsOf(run.stream().map(name -> "ran " + name).toList());
  }

  /** Runs the program in its own process, because a deployment ships the class path. */
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
      assertThat(process.waitFor(4, TimeUnit.MINUTES)).as("the program ends").isTrue();
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

  /** The pages but the one on Spring Boot, which the starter's own tests compile. */
  private static Stream<Path> pages() throws IOException {
    try (Stream<Path> guide = Files.list(ROOT.resolve("docs/guide"))) {
      return Stream.concat(
          Stream.of(ROOT.resolve("README.md")),
          guide.filter(page -> !page.endsWith("spring-boot.md")).sorted().toList().stream());
    }
  }

  /** The blocks of a page without their imports. */
  private static List<String> blocks(Path page) throws IOException {
    return javaBlocks(page)
        .map(block -> IMPORT.matcher(block).replaceAll(""))
        .filter(block -> !block.isBlank())
        .toList();
  }

  /** All but whole programs, which {@link ProgramsTest} runs. */
  private static Stream<String> javaBlocks(Path page) throws IOException {
    return BLOCK
        .matcher(Files.readString(page))
        .results()
        .map(block -> block.group(1))
        .filter(block -> !ProgramsTest.isProgram(block));
  }

  /** The imports of all pages, each once. */
  private static String imports() throws IOException {
    Set<String> imports = new LinkedHashSet<>();
    for (Path page : pages().toList()) {
      javaBlocks(page)
          .flatMap(block -> IMPORT.matcher(block).results())
          .forEach(found -> imports.add(found.group().strip()));
    }
    return String.join("\n", imports) + "\n";
  }

  /** The types that the pages declare. A page may use those of another. */
  private static String declarations(List<Path> pages) throws IOException {
    StringBuilder declared = new StringBuilder();
    for (Path page : pages) {
      for (String block : blocks(page)) {
        if (DECLARATION.matcher(block).find()) {
          // A block may hold a declaration and then statements.
          int use = block.indexOf("\n\ntry ");
          declared.append(use < 0 ? block : block.substring(0, use)).append('\n');
        }
      }
    }
    return declared.toString();
  }

  /** Blocks of statements as bodies of methods, named by page and number. */
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

  /** A class with these methods. */
  private static String source(String shared, Map<String, String> methods) throws IOException {
    StringBuilder source = new StringBuilder(imports());
    source.append("public class Snippets {\n");
    // A snippet's own variable of one of these names hides the field.
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
