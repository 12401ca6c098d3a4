package dev.vast4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Finds every whole program of every page, compiles it as a reader would who pastes it, runs it
 * against an embedded engine of its own, and compares what it prints with what the page says.
 *
 * <ul>
 *   <li>A program is a Java block with imports and {@code main}. Blocks of the same page that
 *       declare a top-level type without {@code main} are compiled with it.
 *   <li>A block after a paragraph such as "{@code `deploy.py`:}" is a file beside the program.
 *   <li>The first {@code text} block after the program, or "It prints `…`", is its output: each
 *       line occurs. Durations, sizes, ports and digests may differ, and so may what stands for
 *       "…".
 *   <li>After "Change `A` to `B` and run it again" the program runs again with that change, on the
 *       same engine, and prints what the next block says.
 * </ul>
 */
class ProgramsTest {
  private static final Pattern FENCE = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");
  private static final Pattern MAIN =
      Pattern.compile(
          "(?s)\\Aimport .*^public (?:final )?class (\\w+) \\{.*public static void main\\(",
          Pattern.MULTILINE);
  private static final Pattern TYPE =
      Pattern.compile("(?m)^public (?:final )?(?:class|interface|record|enum) (\\w+)");
  private static final Pattern FILE = Pattern.compile("`([\\w.-]+\\.\\w+)`[^\\n]*:\\n+\\z");
  private static final Pattern CHANGE =
      Pattern.compile("Change `([^`]+)` to `([^`]+)` and run it again");
  private static final Pattern PRINTS = Pattern.compile("(?s)It prints\\s+`([^`]+)`");

  /** What differs from run to run. */
  private static final Pattern VARIES =
      Pattern.compile(
          "127\\.0\\.0\\.1:\\d+|[0-9a-f]{64}|\\(\\d+ %[^)]*\\)|\\d+(\\.\\d+)? ([kM]?B|s|ms)\\b"
              + "|\\d+ files|worker \\d+");

  private static final Pattern LIBRARY =
      Pattern.compile(
          "[/\\\\]classes$|jackson-|slf4j-|okhttp|okio|kotlin-stdlib|undertow|jboss|xnio|wildfly|smallrye"
              + "|commons-(compress|io|lang3|codec)|jspecify|micrometer|HdrHistogram|opentelemetry-(api|context|common)-");

  /** Programs whose libraries are not on this project's class path: who runs them instead. */
  private static final Map<String, String> RUN_ELSEWHERE =
      Map.of("import dev.langchain4j.", ".ci/first-program");

  /** Pages that list instead of showing how: what they document is run by other tests. */
  private static final List<String> REFERENCE =
      List.of(
          "README.md", // lists the pages
          "command-line.md", // about commands
          "configuration.md",
          "ecosystem.md",
          "how-it-works.md",
          "kotlin.md", // a Kotlin program, run by .ci/first-program
          "networks.md", // needs a company's proxy
          "security.md",
          "spring-boot.md", // an application, run by the starter's tests
          "testing.md", // test classes, run by TestingPageTest
          "troubleshooting.md",
          "watch.md"); // about a page in a browser

  /**
   * Runs programs: name and class folder, separated by "=". One that runs twice, from two folders,
   * finds the same engine again.
   */
  private static final String RUNNER =
      """
      import dev.vast4j.local.*;
      import java.net.*;
      import java.nio.file.*;

      public class Runner {
        public static void main(String[] programs) throws Exception {
          for (String program : programs) {
            String[] parts = program.split("=");
            System.setProperty("vast.url", "local");
            System.clearProperty("vast.apiKey");
            if (parts.length == 2) {
              run(parts[0], 1, parts[1]);
              continue;
            }
            try (LocalVast engine = LocalVast.start()) {
              System.setProperty("vast.url", engine.url().toString());
              System.setProperty("vast.apiKey", Files.readString(engine.apiKeyFile()).strip());
              run(parts[0], 1, parts[1]);
              run(parts[0], 2, parts[2]);
            }
          }
          System.exit(0);
        }

        static void run(String program, int time, String folder) throws Exception {
          System.out.println("== " + program + " " + time);
          URL[] classes = {Path.of(folder).toUri().toURL()};
          try (URLClassLoader loader = new URLClassLoader(classes)) {
            Thread.currentThread().setContextClassLoader(loader);
            loader.loadClass(program.substring(program.indexOf('#') + 1))
                .getMethod("main", String[].class).invoke(null, (Object) new String[0]);
          } catch (Exception | Error failed) {
            System.out.println("== it failed");
            failed.printStackTrace(System.out);
          }
        }
      }
      """;

  @TempDir Path folder;

  /** A program of a page: the files it is made of, and what the page says it prints. */
  private record Program(
      Path page, String name, Map<String, String> files, List<List<String>> prints, Change change) {
    String id() {
      return page + "#" + name;
    }
  }

  private record Change(String from, String to) {}

  @Test
  @Timeout(400)
  void runAndPrintWhatThePageSays() throws Exception {
    List<Program> programs = new ArrayList<>();
    for (Path page : PagesTest.pages().toList()) {
      programs.addAll(programs(page));
    }
    assertThat(programs).extracting(Program::name).contains("Squares", "Quickstart", "Release");
    List<String> run = new ArrayList<>();
    for (Program program : programs) {
      String line = program.id() + "=" + compile(program.files(), run.size() + "-1");
      if (program.change() != null) {
        Map<String, String> changed = new LinkedHashMap<>(program.files());
        changed.computeIfPresent(
            program.name() + ".java",
            (file, text) -> text.replace(program.change().from(), program.change().to()));
        assertThat(changed).as(program.id()).isNotEqualTo(program.files());
        line += "=" + compile(changed, run.size() + "-2");
      }
      run.add(line);
    }

    String output = output(run);

    for (Program program : programs) {
      for (int i = 0; i < program.prints().size(); i++) {
        String printed = section(output, program.id() + " " + (i + 1));
        assertPrinted(program, program.prints().get(i), printed);
      }
    }
  }

  static Stream<Path> guide() throws IOException {
    return PagesTest.pages()
        .filter(page -> page.startsWith("docs/guide"))
        .filter(page -> !REFERENCE.contains(page.getFileName().toString()));
  }

  @ParameterizedTest
  @MethodSource("guide")
  void guidePagesBeginWithAProgram(Path page) throws IOException {
    List<Program> programs = programs(page);
    assertThat(programs).as("whole programs").isNotEmpty();
    // The quickstart shows the interface first, which is a file of the program.
    MatchResult first =
        FENCE
            .matcher(Files.readString(page))
            .results()
            .filter(ProgramsTest::java)
            .findFirst()
            .get();
    assertThat(programs.get(0).files().values()).contains(first.group(2));
    assertThat(programs.get(0).prints().get(0)).as("the page says what it prints").isNotEmpty();
  }

  /** Whether a block is a whole program: imports, a type with {@code main}. */
  static boolean isProgram(String block) {
    return MAIN.matcher(block).find();
  }

  private static boolean java(MatchResult fence) {
    return fence.group(1).equals("java");
  }

  private static List<Program> programs(Path page) throws IOException {
    String text = Files.readString(page);
    List<MatchResult> fences = FENCE.matcher(text).results().toList();
    Map<String, String> files = new LinkedHashMap<>();
    List<Program> programs = new ArrayList<>();
    for (int i = 0; i < fences.size(); i++) {
      MatchResult fence = fences.get(i);
      String block = fence.group(2);
      Matcher type = TYPE.matcher(block);
      Matcher file = FILE.matcher(text.substring(0, fence.start()));
      if (java(fence) && block.startsWith("import ") && type.find()) {
        Matcher main = MAIN.matcher(block);
        if (!main.find()) {
          files.put(type.group(1) + ".java", block);
        } else if (RUN_ELSEWHERE.keySet().stream().noneMatch(block::contains)) {
          Map<String, String> own = new LinkedHashMap<>(files);
          own.put(main.group(1) + ".java", block);
          programs.add(program(page, main.group(1), own, after(text, fences, i)));
        }
      } else if (file.find() && !file.group(1).endsWith(".java")) {
        files.put(file.group(1), block);
      }
    }
    return programs;
  }

  /** The page from a program's end to the next Java block or heading. */
  private static String after(String text, List<MatchResult> fences, int program) {
    int end = text.length();
    for (MatchResult fence : fences.subList(program + 1, fences.size())) {
      if (java(fence)) {
        end = fence.start();
        break;
      }
    }
    String rest = text.substring(fences.get(program).end(), end);
    int heading = rest.indexOf("\n## ");
    return heading < 0 ? rest : rest.substring(0, heading);
  }

  private static Program program(Path page, String name, Map<String, String> files, String after) {
    Matcher change = CHANGE.matcher(after);
    if (change.find()) {
      return new Program(
          page,
          name,
          files,
          List.of(
              printed(after.substring(0, change.start())), printed(after.substring(change.end()))),
          new Change(change.group(1), change.group(2)));
    }
    return new Program(page, name, files, List.of(printed(after)), null);
  }

  private static List<String> printed(String after) {
    Matcher inline = PRINTS.matcher(after);
    if (inline.find()) {
      return List.of(inline.group(1));
    }
    return FENCE
        .matcher(after)
        .results()
        .filter(fence -> fence.group(1).equals("text"))
        .findFirst()
        .map(fence -> fence.group(2).lines().toList())
        .orElse(List.of());
  }

  private static void assertPrinted(Program program, List<String> expected, String printed) {
    List<String> lines = printed.lines().map(ProgramsTest::varying).toList();
    for (String line : expected) {
      Pattern wanted = pattern(line);
      assertThat(lines)
          .as("%s prints: %s%n%s", program.id(), line, printed)
          .anyMatch(actual -> wanted.matcher(actual).matches());
    }
  }

  private static Pattern pattern(String line) {
    return Pattern.compile(
        Stream.of(varying(line.strip()).split("…", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")));
  }

  private static String varying(String line) {
    return VARIES.matcher(line.strip()).replaceAll("#");
  }

  private static String section(String output, String name) {
    int begin = output.indexOf("== " + name + "\n");
    assertThat(begin).as("%s ran%n%s", name, output).isNotNegative();
    int end = output.indexOf("\n== ", output.indexOf('\n', begin));
    String section = end < 0 ? output.substring(begin) : output.substring(begin, end);
    assertThat(end > 0 && output.startsWith("\n== it failed", end))
        .as(
            "fails: %s",
            end < 0 ? "" : output.substring(begin, Math.min(output.length(), end + 2000)))
        .isFalse();
    return section;
  }

  private Path compile(Map<String, String> files, String name) throws IOException {
    Path classes = Files.createDirectories(folder.resolve(name));
    Path sources = Files.createDirectories(folder.resolve("source-" + name));
    List<Path> java = new ArrayList<>();
    for (Map.Entry<String, String> file : files.entrySet()) {
      boolean source = file.getKey().endsWith(".java");
      Path written = (source ? sources : folder).resolve(file.getKey());
      Files.writeString(written, file.getValue());
      if (source) {
        java.add(written);
      }
    }
    StringWriter problems = new StringWriter();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of(
              "-d",
              "" + classes,
              "-cp",
              libraries(),
              "--release",
              "17",
              "-parameters",
              "-proc:none");
      assertThat(
              compiler
                  .getTask(
                      problems,
                      manager,
                      null,
                      options,
                      null,
                      manager.getJavaFileObjectsFromPaths(java))
                  .call())
          .as("%s%n%s", files.keySet(), problems)
          .isTrue();
    }
    return classes;
  }

  /** This project's classes, its libraries and those that pages name; not the tests' own. */
  private static String libraries() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> LIBRARY.matcher(entry).find())
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** One process for all, since what it deploys is its class path. */
  private String output(List<String> programs) throws IOException, InterruptedException {
    Path runner = compile(Map.of("Runner.java", RUNNER), "runner");
    Path output = folder.resolve("output");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                runner + File.pathSeparator + libraries(),
                "Runner"));
    command.addAll(programs);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("VAST"));
    Process process = builder.start();
    process.getOutputStream().close(); // one that waits for Enter goes on
    try {
      boolean ended = process.waitFor(6, TimeUnit.MINUTES);
      assertThat(ended).as("the programs end%n%s", Files.readString(output)).isTrue();
      return Files.readString(output);
    } finally {
      process.destroy();
    }
  }
}
