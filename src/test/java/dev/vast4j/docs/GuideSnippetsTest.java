package dev.vast4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles every Java block of README and guide. A block of declarations becomes members of a
 * class, one of statements the body of a method; names that the pages explain ({@code app}, {@code
 * vast}, {@code greeter} …) are given to it.
 */
class GuideSnippetsTest {
  private static final Path ROOT = Path.of("").toAbsolutePath();
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
  private static final Pattern DECLARATION =
      Pattern.compile("(?m)\\A(public )?(static )?(final )?(interface|class|record) ");

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
      public interface Index {
        static Index load(String name) { throw new UnsupportedOperationException(name); }
        List<String> nearest(String text, int limit);
        void close();
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
                    ROOT.relativize(page).toString(), () -> compile(page, shared)));
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

  private void compile(Path page, String shared) throws IOException {
    StringBuilder methods = new StringBuilder();
    int number = 0;
    for (String block : blocks(page)) {
      String statements = block;
      if (DECLARATION.matcher(block).find()) {
        int use = block.indexOf("\n\ntry ");
        if (use < 0) {
          continue;
        }
        statements = block.substring(use);
      }
      methods.append("void snippet").append(number++);
      // A snippet that makes one of these itself hides the field of that name.
      methods.append("() throws Exception {\n").append(statements).append("\n}\n");
    }
    String source =
        IMPORTS
            + "public class Snippets {\n"
            + "  Vast vast; Deployment app; Greeter greeter; UpdatePlan plan;\n"
            + shared
            + methods
            + "}\n";
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
