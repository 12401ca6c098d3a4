package dev.vast4j.internal.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a copy of a project leaves out, and what not. */
class ProjectCopyTest {
  @TempDir Path temp;
  private final List<String> secrets = new ArrayList<>();

  @Test
  void leavesOutWhatIsBuiltOrAnEditors() throws IOException {
    write(
        "pom.xml",
        "src/main/java/com/acme/build/Tool.java",
        "src/main/java/com/acme/target/Aim.java",
        "target/classes/A.class",
        "build/tmp/x",
        "module/build.gradle",
        "module/build/libs/m.jar",
        "web/node_modules/x/index.js",
        "tools/.venv/lib/a.py",
        "env/pyvenv.cfg",
        "env/lib/b.py",
        ".idea/workspace.xml",
        ".vscode/settings.json",
        ".gradle/8/x",
        ".mvn/wrapper/w.jar",
        "py/__pycache__/a.pyc",
        "py/.pytest_cache/x",
        "data/target/labels.csv",
        "data/build/plan.csv");

    CopiedTree tree = copy(temp);

    assertThat(names(tree))
        .containsExactlyInAnyOrder(
            "pom.xml",
            "src/main/java/com/acme/build/Tool.java",
            "src/main/java/com/acme/target/Aim.java",
            "module/build.gradle",
            "data/target/labels.csv",
            "data/build/plan.csv");
    assertThat(tree.omitted().paths())
        .contains(temp.resolve("target"), temp.resolve("env"), temp.resolve("web/node_modules"));
    assertThat(tree.omitted().files()).isEqualTo(12);
    assertThat(tree.omitted().bytes()).isPositive();
  }

  @Test
  void leavesOutFilesOfEditorsAndOutputOfEachBuild() throws IOException {
    write(
        "a.iml",
        ".classpath",
        ".project",
        ".DS_Store",
        "src/A.java~",
        "src/.A.java.swp",
        "bin/A.class",
        "out/production/A.class",
        "js/package.json",
        "js/dist/a.js",
        "py/acme.egg-info/PKG-INFO",
        "cpp/cmake-build-debug/a.o",
        ".svn/x");
    List<String> kept =
        List.of(
            "src/A.java",
            "tools/bin/run.sh",
            "data/out/plan.csv",
            "data/dist/normal.csv",
            "iml",
            "data/project");
    write(kept.toArray(String[]::new));
    assertThat(names(copy(temp))).contains("js/package.json").containsAll(kept).hasSize(7);
    assertThat(names(copy(temp.resolve("out")))).containsExactly("production/A.class");
    Files.writeString(temp.resolve(".vastignore"), "!*.iml\n!bin/\n");
    assertThat(names(copy(temp))).contains("a.iml", "bin/A.class").doesNotContain(".DS_Store");
  }

  @Test
  void takesWhatIsNamedOutright() throws IOException {
    write("pom.xml", "target/classes/A.class", ".idea/x", "build/b", ".gitignore");
    Files.writeString(temp.resolve(".gitignore"), "target/\n*.class\n");
    assertThat(names(copy(temp.resolve("target")))).containsExactly("classes/A.class");
    assertThat(names(copy(temp.resolve("target/classes")))).containsExactly("A.class");
    assertThat(names(copy(temp.resolve(".idea")))).containsExactly("x");
    Files.writeString(temp.resolve(".vastignore"), "!build/\n");
    assertThat(names(copy(temp))).contains("build/b").doesNotContain(".idea/x");
  }

  @Test
  void followsGitWithoutVastignore() throws IOException {
    write(
        "a.log", "sub/b.log", "sub/c.bin", "kept.log", ".env", "src/A.java", "build/x", "key.ppk");
    Files.writeString(temp.resolve(".gitignore"), "*.log\n!kept.log\n!.env\n!key.ppk\n!build\n");
    Files.writeString(temp.resolve("sub/.gitignore"), "*.bin\n");

    CopiedTree tree = copy(temp);

    assertThat(names(tree))
        .containsExactlyInAnyOrder(
            ".gitignore", "sub/.gitignore", "kept.log", "src/A.java", "build/x");
    assertThat(tree.followsGit()).isTrue();
    assertThat(tree.omitted().files()).isEqualTo(3);
    assertThat(secrets)
        .contains(temp.resolve(".env").toString(), temp.resolve("key.ppk").toString());

    Files.writeString(temp.resolve(".vastignore"), "*.bin\n");
    assertThat(copy(temp).followsGit()).isFalse();
    assertThat(names(copy(temp))).contains("a.log", "sub/b.log").doesNotContain("sub/c.bin");
  }

  @Test
  void leavesOutNothingForPython() throws IOException {
    write("pom.xml", "target/a", "node_modules/b", "c.log");
    Files.writeString(temp.resolve(".gitignore"), "*.log\n");
    try (Cores cores = new Cores()) {
      assertThat(names(CopiedTree.of(temp, "", secrets::add, cores)))
          .contains("target/a", "node_modules/b", "c.log");
    }
  }

  private CopiedTree copy(Path folder) {
    try (Cores cores = new Cores()) {
      return CopiedTree.ofProject(folder, "", secrets::add, cores);
    }
  }

  private static List<String> names(CopiedTree tree) {
    return tree.files().files().stream().map(FileSet.Named::name).toList();
  }

  private void write(String... names) throws IOException {
    for (String name : names) {
      Path file = temp.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
    }
  }
}
