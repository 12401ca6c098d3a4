package dev.vast4j.internal.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What goes in, what stays out, and what is refused. */
@DisabledOnOs(OS.WINDOWS)
class SourceTreeTest {
  @TempDir Path temp;
  private Path root;
  private BundlePlanner planner;

  @BeforeEach
  void makePackage() throws IOException {
    root = Files.createDirectory(temp.resolve("app"));
    Files.writeString(root.resolve("__init__.py"), "x = 1\n");
    planner = new BundlePlanner(BundleCache.in(temp.resolve("cache")));
  }

  @Test
  void excludesClutterAndSecretsFromBundleAndHash() throws IOException {
    String clean = plan().hash();
    write(".git/config", "x");
    write("__pycache__/a.cpython-312.pyc", "x");
    write("a.pyc", "x");
    write(".DS_Store", "x");
    assertThat(plan().leftOut()).isEmpty();
    write(".env", "KEY=1");
    write(".env.production", "KEY=1");
    write("keys/id_rsa", "x");
    write("keys/server.key", "-----BEGIN PRIVATE KEY-----\n");
    write("keys/store.p12", "x");
    BundlePlan plan = plan();
    assertThat(plan.leftOut())
        .containsExactly(
            root + "/.env",
            root + "/.env.production",
            root + "/keys/id_rsa",
            root + "/keys/server.key",
            root + "/keys/store.p12");
    assertThat(plan.hash()).isEqualTo(clean);
  }

  @Test
  void includesCertificatesAndSharedExamples() throws IOException {
    write("ca.pem", "-----BEGIN CERTIFICATE-----\n");
    write(".env.example", "KEY=");
    write("truststore.jks", "x");
    write("keystore", "x");
    write("pem.txt", "-----BEGIN PRIVATE KEY-----\n");
    assertThat(names()).contains("ca.pem", ".env.example", "truststore.jks", "keystore", "pem.txt");
  }

  @Test
  void ignoreFilesWorkAsInGit() throws IOException {
    write(
        ".vastignore",
        "*.log\n!keep.log\n/top.txt\nbuild/\ndocs/**/*.md\n# a comment\n\\#odd\n*/only-below\n");
    write("a.log", "x");
    write("keep.log", "x");
    write("top.txt", "x");
    write("sub/top.txt", "x");
    write("sub/build/x", "x");
    write("sub/buildx", "x");
    write("docs/a/b/c.md", "x");
    write("docs/a/b/c.txt", "x");
    write("#odd", "x");
    write("only-below", "x");
    write("sub/only-below", "x");
    write("sub/.vastignore", "!*.log\nsecret\n");
    write("sub/b.log", "x");
    write("sub/secret", "x");
    assertThat(names())
        .containsExactly(
            "__init__.py",
            "keep.log",
            "only-below",
            "docs/a/b/c.txt",
            "sub/b.log",
            "sub/buildx",
            "sub/top.txt");
  }

  @Test
  void ignoreFileOverrulesTheBuiltInList() throws IOException {
    write(".vastignore", "!.env\n");
    write(".env", "x");
    assertThat(names()).contains(".env");
    assertThat(plan().leftOut()).isEmpty();
  }

  @Test
  void hashDoesNotCoverIgnoredFiles() throws IOException {
    String clean = plan().hash();
    write(".vastignore", "*.bin\n");
    write("weights.bin", "x");
    assertThat(plan().hash()).isEqualTo(clean);
  }

  @Test
  void followsLinksWithinTheTree() throws IOException {
    write("real/a.txt", "x");
    Files.createSymbolicLink(root.resolve("folder"), Path.of("real"));
    Files.createSymbolicLink(root.resolve("file"), Path.of("real/a.txt"));
    assertThat(names()).containsExactly("__init__.py", "file", "folder/a.txt", "real/a.txt");
  }

  @Test
  void rejectsLinksOutOfTheTreeUnlessIgnored() throws IOException {
    Path outside = Files.writeString(temp.resolve("outside.txt"), "x");
    Path link = Files.createSymbolicLink(root.resolve("link"), outside);
    assertThatThrownBy(this::plan)
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith(link + ": is a link to " + outside.toRealPath());
    write(".vastignore", "link\n");
    assertThat(names()).containsExactly("__init__.py");
  }

  @Test
  void rejectsBrokenAndCircularLinks() throws IOException {
    Path broken = Files.createSymbolicLink(root.resolve("broken"), Path.of("nowhere"));
    assertThatThrownBy(this::plan)
        .isInstanceOf(BundleException.class)
        .hasMessage(broken + ": is a broken link; fix it, or list it in .vastignore");
    Files.delete(broken);
    Files.createDirectory(root.resolve("sub"));
    Path circle = Files.createSymbolicLink(root.resolve("sub/up"), Path.of(".."));
    assertThatThrownBy(this::plan)
        .isInstanceOf(BundleException.class)
        .hasMessage(
            circle
                + ": is a link to a folder that contains the link itself; list it in .vastignore");
  }

  @Test
  void excludesSecretsBehindALink() throws IOException {
    write(".env", "x");
    write(".aws/credentials/profile", "x");
    write("kept/sub/data", "x");
    Path settings = Files.createSymbolicLink(root.resolve("settings"), Path.of(".env"));
    Path folder = Files.createSymbolicLink(root.resolve("cloud"), Path.of(".aws/credentials"));
    Path within =
        Files.createSymbolicLink(root.resolve("profile"), Path.of(".aws/credentials/profile"));
    Files.createSymbolicLink(root.resolve("also"), Path.of("kept/sub"));
    assertThat(names()).containsExactly("__init__.py", "also/data", "kept/sub/data");
    assertThat(plan().leftOut())
        .containsExactly(
            root + "/.aws",
            root + "/.env",
            folder.toString(),
            within.toString(),
            settings.toString());
  }

  @Test
  void appliesFolderRulesToTheTargetOfALink() throws IOException {
    write(".vastignore", "hidden/\n");
    write("hidden/a", "x");
    write("deep/hidden", "a file of that name");
    Files.createSymbolicLink(root.resolve("link"), Path.of("hidden"));
    Files.createSymbolicLink(root.resolve("inside"), Path.of("hidden/a"));
    Files.createSymbolicLink(root.resolve("file"), Path.of("deep/hidden"));
    assertThat(names()).containsExactly("__init__.py", "file", "deep/hidden");
  }

  @Test
  void ignoresBehindALinkWhatIsIgnoredAtItsRealPath() throws IOException {
    write(".vastignore", "data/private\n");
    write("data/private/key.txt", "x");
    write("data/open/a.txt", "x");
    write("sub/.vastignore", "hidden.txt\n");
    write("sub/hidden.txt", "x");
    Files.createSymbolicLink(root.resolve("pub"), Path.of("data"));
    Files.createSymbolicLink(root.resolve("link.txt"), Path.of("sub/hidden.txt"));
    Files.createSymbolicLink(root.resolve("twice"), Path.of("pub"));
    assertThat(names())
        .containsExactly(
            "__init__.py", "data/open/a.txt", "pub/open/a.txt", "sub", "twice/open/a.txt");
  }

  @Test
  void followsAnIgnoreFileThatIsALink() throws IOException {
    write(".gitignore", "*.log\n");
    write("a.log", "x");
    Path link = Files.createSymbolicLink(root.resolve(".vastignore"), Path.of(".gitignore"));
    assertThat(names()).containsExactly(".gitignore", "__init__.py");

    Files.delete(root.resolve(".gitignore"));
    assertThatThrownBy(this::names)
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith(link + ": is a broken link");
  }

  @Test
  void rejectsLinksThatMultiply() throws IOException {
    for (int i = 0; i < 40; i++) {
      Path folder = Files.createDirectory(root.resolve("f" + i));
      if (i > 0) {
        Files.createSymbolicLink(folder.resolve("a"), Path.of("../f" + (i - 1)));
        Files.createSymbolicLink(folder.resolve("b"), Path.of("../f" + (i - 1)));
      }
    }
    assertThatThrownBy(this::names)
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("lead to more than 100000 folders")
        .hasMessageContaining(".vastignore");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void rejectsANameThatIsNotUtf8UnlessIgnored() throws Exception {
    String make = "printf x > \"$(printf 'a\\377')\"";
    int status =
        new ProcessBuilder("sh", "-c", make).directory(root.toFile()).inheritIO().start().waitFor();
    assertThat(status).isZero();
    assertThatThrownBy(this::names)
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("name is not UTF-8");
    write(".vastignore", "a*\n");
    assertThat(names()).containsExactly("__init__.py");
  }

  @Test
  void namesAFileThatDisappears() throws IOException {
    write("gone.txt", "x");
    BundlePlan plan = plan();
    Files.delete(root.resolve("gone.txt"));
    assertThatThrownBy(() -> plan.writeTo(temp.resolve("t.tgz")))
        .isInstanceOf(BundleException.class)
        .hasMessage(
            root.resolve("gone.txt") + ": changed while the bundle was made from it; deploy again");
  }

  @Test
  void rejectsAFolderAtTheDestinationOfTheSource() throws IOException {
    Path empty = Files.createDirectory(temp.resolve("empty"));
    for (String place : List.of("config.json", "deployment/__init__.py")) {
      BundlePlan plan = planner.plan(spec(root).copy(empty, place));
      assertThatThrownBy(() -> plan.writeTo(temp.resolve("t.tgz")))
          .as(place)
          .isInstanceOf(BundleException.class)
          .hasMessageContaining("a file and a folder go there");
    }
  }

  @Test
  void copyReplacesASourceFile() throws IOException {
    Path other = Files.writeString(temp.resolve("other.py"), "x = 2\n");
    Path tarball = temp.resolve("t.tgz");
    planner.plan(spec(root).copy(other, "deployment/__init__.py")).writeTo(tarball);
    assertThat(JavaBundleTest.contents(tarball).get("./deployment/__init__.py"))
        .asString()
        .isEqualTo("x = 2\n");
  }

  @Test
  void rejectsASourceThatIsMissingOrNotPython() {
    assertThatThrownBy(() -> planner.plan(spec(temp.resolve("missing.py"))))
        .isInstanceOf(BundleException.class)
        .hasMessage(temp.resolve("missing.py") + ": does not exist");
    assertThatThrownBy(() -> planner.plan(spec(temp)))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("not a Python module");
    assertThatThrownBy(() -> planner.plan(spec(root).copy(temp.resolve("missing"), "x")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("does not exist");
  }

  private static BundleSpec spec(Path source) {
    return BundleSpec.of(BundleConfig.of("n"), new PythonSource(source));
  }

  private BundlePlan plan() {
    return planner.plan(spec(root));
  }

  private List<String> names() {
    try (Cores cores = new Cores()) {
      return SourceTree.list(root, IgnoreRules.around(root, temp), path -> {}, cores).stream()
          .map(SourceTree.Node::relative)
          .toList();
    }
  }

  private void write(String name, String text) throws IOException {
    Path path = root.resolve(name);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
