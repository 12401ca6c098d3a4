package dev.vast4j.internal.bundle;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * The folders of a project that a build, a package manager or an editor makes, and a count of what
 * a copy leaves out. Thread-safe.
 */
final class BuiltFiles {
  /** Names that mean nothing else. */
  private static final Set<String> ALWAYS =
      Set.of(
          "node_modules",
          "bower_components",
          ".venv",
          ".tox",
          ".nox",
          ".eggs",
          ".pytest_cache",
          ".mypy_cache",
          ".ruff_cache",
          ".ipynb_checkpoints",
          ".gradle",
          ".kotlin",
          ".mvn",
          ".bsp",
          ".metals",
          ".bloop",
          ".idea",
          ".vscode",
          ".vs",
          ".settings",
          ".fleet",
          ".terraform",
          ".next",
          ".nuxt",
          ".parcel-cache",
          ".direnv");

  /** Names that a build uses, but so may data or a package of sources. */
  private static final Set<String> IN_PROJECT = Set.of("target", "build");

  /** What lies beside a build's output. */
  private static final List<String> PROJECT =
      List.of(
          "src",
          "pom.xml",
          "build.gradle",
          "build.gradle.kts",
          "build.sbt",
          "build.xml",
          "Cargo.toml",
          "package.json",
          "pyproject.toml",
          "setup.py",
          "CMakeLists.txt",
          "Makefile",
          ".git",
          ".gitignore",
          ".idea",
          ".vscode");

  private static final String VIRTUAL_ENVIRONMENT = "pyvenv.cfg";

  /** Counting must not take longer than the copy. */
  private static final long MOST_COUNTED = 100_000;

  private final Set<Path> found = new ConcurrentSkipListSet<>();

  /** Whether a folder within a project is left out. */
  static boolean isBuilt(String name, Path folder) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (ALWAYS.contains(lower)) {
      return true;
    }
    if (IN_PROJECT.contains(lower)) {
      return PROJECT.stream().anyMatch(file -> Files.exists(folder.resolveSibling(file)));
    }
    return Files.exists(folder.resolve(VIRTUAL_ENVIRONMENT));
  }

  /** Adds a file or folder that is left out. */
  void add(Path path) {
    found.add(path);
  }

  /**
   * What was left out.
   *
   * @param paths files and folders
   * @param files how many files they hold, counted up to a limit
   * @param bytes the size of those
   */
  record Omitted(List<Path> paths, long files, long bytes) {
    boolean isPartlyCounted() {
      return files >= MOST_COUNTED;
    }
  }

  /** Counts what was left out. */
  Omitted count() {
    long[] sum = new long[2];
    for (Path path : found) {
      try {
        Files.walkFileTree(
            path,
            new SimpleFileVisitor<>() {
              @Override
              public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                sum[0]++;
                sum[1] += attributes.size();
                return sum[0] < MOST_COUNTED ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
              }

              @Override
              public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE; // it is left out anyway
              }
            });
      } catch (IOException e) {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
          sum[0]++;
        }
      }
    }
    return new Omitted(List.copyOf(found), sum[0], sum[1]);
  }
}
