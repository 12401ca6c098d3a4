package dev.vast4j.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A user's program, compiled and run against the published artifact, as a module and without one.
 */
@Timeout(180)
class ProgramIT {
  private static final String JAR = Published.jar().toString();

  @TempDir Path classes;

  @Test
  void runsOnTheModulePath() throws Exception {
    compile(
        List.of("--module-path", JAR, "-cp", Published.libraries()),
        "module-info.java",
        "Square.java",
        "Main.java");

    assertThat(
            run(
                "--module-path",
                classes + File.pathSeparator + JAR,
                "-cp",
                Published.libraries(),
                "--module",
                "com.acme.square/com.acme.square.Main"))
        .containsExactly("here 16", "there 25", "module dev.vast4j");
  }

  @Test
  void runsOnTheClassPath() throws Exception {
    String classPath = JAR + File.pathSeparator + Published.libraries();
    compile(List.of("-cp", classPath), "Square.java", "Main.java");

    assertThat(run("-cp", classes + File.pathSeparator + classPath, "com.acme.square.Main"))
        .containsExactly("here 16", "there 25", "module null");
  }

  @Test
  void namesModulesThatJavaDidNotResolve() throws Exception {
    compile(
        List.of("--module-path", JAR, "-cp", Published.libraries()),
        "module-info.java",
        "Square.java",
        "Main.java");

    String path = String.join(File.pathSeparator, classes.toString(), JAR, Published.libraries());
    List<String> arguments =
        List.of("--module-path", path, "--module", "com.acme.square/com.acme.square.Main");
    try (JavaProcess process = JavaProcess.start(Map.of(), arguments)) {
      process.output(1);
      assertThat(process.errors())
          .contains("module path: Java did not resolve org.slf4j, ", "requires okhttp3");
    }
  }

  private static List<String> run(String... arguments) throws Exception {
    try (JavaProcess process = JavaProcess.start(Map.of(), List.of(arguments))) {
      return process.output(0).lines().toList();
    }
  }

  private void compile(List<String> path, String... sources) throws URISyntaxException {
    List<String> options =
        new ArrayList<>(List.of("-d", classes.toString(), "--release", "17", "-parameters"));
    options.addAll(path);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      StringWriter problems = new StringWriter();
      List<Path> paths = new ArrayList<>();
      for (String source : sources) {
        paths.add(Path.of(ProgramIT.class.getResource("/program/" + source).toURI()));
      }
      boolean compiled =
          compiler
              .getTask(
                  problems, null, null, options, null, files.getJavaFileObjectsFromPaths(paths))
              .call();
      assertThat(compiled).as("%s", problems).isTrue();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
