package dev.vast4j.internal.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;
import org.eclipse.jgit.ignore.IgnoreNode;

/**
 * What git makes of a pattern, ours does. Git is asked where it is installed, about any pattern;
 * JGit is asked about such as people write, since it strays from git with {@code a**}, {@code ***},
 * {@code //}, {@code \\/}, a bracket or a slash within brackets, an escaped star next to another
 * escape, and whatever is not ASCII.
 */
class IgnoreFileProperties {
  private static final List<String> FILES =
      List.of(
          "a",
          "b",
          "ab",
          "a-b",
          "a b",
          "a ",
          "a]",
          "a[",
          "a\\",
          "!a",
          "#a",
          "A",
          "1",
          ".a",
          "é",
          "éa",
          "**",
          "a*",
          "x/a",
          "x/b",
          "x/ab",
          "x/y/a",
          "x/y/ab",
          "x/y/a.b",
          "x/y/z/a",
          "x/y/z/b",
          "xx/a",
          "x.y/a",
          "a.d/x/a",
          "b.d/y/x/b",
          "abc/x/y",
          "ax/b",
          "ab.d/b/a");

  @Property(tries = 20_000)
  void agreesWithJgit(@ForAll("plainPatterns") String pattern, @ForAll("asciiFiles") String path)
      throws IOException {
    IgnoreNode oracle = new IgnoreNode();
    oracle.parse(new ByteArrayInputStream(pattern.getBytes(UTF_8)));
    IgnoreFile file = IgnoreFile.parse(pattern.getBytes(UTF_8));
    for (boolean folder : new boolean[] {false, true}) {
      assertThat(file.isIgnored(path, folder))
          .as("pattern '%s', path '%s', folder: %s", pattern, path, folder)
          .isEqualTo(oracle.checkIgnored(path, folder));
    }
  }

  @Property(tries = 10)
  @AddLifecycleHook(NeedsGit.class)
  void agreesWithGit(@ForAll("ignoreFiles") List<String> contents) throws Exception {
    Set<String> ours = new TreeSet<>();
    for (int i = 0; i < contents.size(); i++) {
      IgnoreFile file = IgnoreFile.parse(contents.get(i).getBytes(UTF_8));
      for (String path : FILES) {
        if (isIgnoredWithItsFolders(file, path)) {
          ours.add(named(i, contents.get(i), path));
        }
      }
    }
    assertThat(ours).isEqualTo(ignoredByGit(contents));
  }

  private static String named(int number, String content, String path) {
    return number + ": '" + path + "' by '" + content + "'";
  }

  private static boolean isIgnoredWithItsFolders(IgnoreFile file, String path) {
    for (int i = path.indexOf('/'); i >= 0; i = path.indexOf('/', i + 1)) {
      if (Boolean.TRUE.equals(file.isIgnored(path.substring(0, i), true))) {
        return true;
      }
    }
    return Boolean.TRUE.equals(file.isIgnored(path, false));
  }

  /** Each ignore file gets a folder of its own, so that git is asked but once. */
  private static Set<String> ignoredByGit(List<String> contents)
      throws IOException, InterruptedException {
    Path root = Files.createTempDirectory("ignore");
    try {
      git(root, "", "init", "-q");
      StringBuilder asked = new StringBuilder();
      for (int i = 0; i < contents.size(); i++) {
        Path folder = Files.createDirectory(root.resolve(Integer.toString(i)));
        Files.writeString(folder.resolve(".gitignore"), contents.get(i));
        for (String path : FILES) {
          asked.append(i).append('/').append(path).append('\0');
        }
      }
      String answer = git(root, asked.toString(), "check-ignore", "--no-index", "-z", "--stdin");
      Set<String> ignored = new TreeSet<>();
      for (String path : answer.isEmpty() ? new String[0] : answer.split("\0")) {
        int slash = path.indexOf('/');
        int number = Integer.parseInt(path.substring(0, slash));
        ignored.add(named(number, contents.get(number), path.substring(slash + 1)));
      }
      return ignored;
    } finally {
      try (Stream<Path> all = Files.walk(root)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static String git(Path root, String input, String... arguments)
      throws IOException, InterruptedException {
    Path in = Files.writeString(root.resolve("in"), input);
    Path out = root.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(Stream.of("git"), Stream.of(arguments)).toList())
            .directory(root.toFile())
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile());
    // The user's own configuration may ignore more.
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
    builder.environment().put("XDG_CONFIG_HOME", root.resolve(".git").toString());
    int code = builder.start().waitFor();
    // 1 is its answer when nothing is ignored.
    assertThat(code).as("git %s", arguments[0]).isBetween(0, 1);
    return Files.readString(out);
  }

  static final class NeedsGit implements SkipExecutionHook {
    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
      try {
        int code = new ProcessBuilder("git", "--version").start().waitFor();
        return code == 0 ? SkipResult.doNotSkip() : SkipResult.skip("git does not work");
      } catch (IOException e) {
        return SkipResult.skip("git is not installed");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return SkipResult.skip("interrupted");
      }
    }
  }

  @Provide
  Arbitrary<String> patterns() {
    Arbitrary<String> piece =
        Arbitraries.of(
            "a",
            "b",
            "x",
            "y",
            "z",
            "ab",
            "x",
            "/",
            "/",
            "/",
            "*",
            "*",
            "?",
            "**",
            "**/",
            "/**",
            "/**/",
            ".",
            ".d",
            "[ab]",
            "[!a]",
            "[^b]",
            "[a-c]",
            "[a-]",
            "[]a]",
            "[!]]",
            "[[:alpha:]]",
            "[[:digit:]b]",
            "[[:upper:]",
            "[\\]a]",
            "[",
            "]",
            "-",
            "\\a",
            "\\*",
            "\\",
            "\\ ",
            " ",
            "é",
            "A",
            "1",
            "[x-z]",
            "[a-\\c]",
            "[[:nope:]]",
            "[[:]",
            "***",
            "#",
            "!");
    return piece
        .list()
        .ofMinSize(1)
        .ofMaxSize(6)
        .map(pieces -> String.join("", pieces))
        .flatMap(text -> Arbitraries.of(text, text, text, text + "/", "!" + text, "/" + text));
  }

  @Provide
  Arbitrary<List<String>> ignoreFiles() {
    Arbitrary<String> end = Arbitraries.of("\n", "\n", "\r\n", "  \n");
    return Combinators.combine(patterns(), end)
        .as((pattern, lineEnd) -> pattern + lineEnd)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3)
        .map(lines -> String.join("", lines))
        .list()
        .ofSize(150);
  }

  @Provide
  Arbitrary<String> plainPatterns() {
    Arbitrary<String> name =
        Arbitraries.of(
            "a",
            "b",
            "x",
            "y",
            "ab",
            "a.b",
            "*",
            "?",
            "*a",
            "a*",
            "*.*",
            "?b",
            "x?",
            "[ab]",
            "[!a]",
            "[^b]*",
            "[a-c]",
            "?[b-z]",
            "[[:alpha:]]",
            "[[:digit:]b]",
            "\\*\\*",
            "\\#a",
            "a\\ b",
            "x.y",
            "[]-]",
            "**");
    return Combinators.combine(
            Arbitraries.of("", "", "!", "/", "!/"),
            name.list().ofMinSize(1).ofMaxSize(4),
            Arbitraries.of("", "", "/", "  "))
        .as((start, names, end) -> start + String.join("/", names) + end);
  }

  @Provide
  Arbitrary<String> asciiFiles() {
    return Arbitraries.of(FILES).filter(file -> UTF_8.encode(file).limit() == file.length());
  }
}
