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
          ".turbo",
          ".svelte-kit",
          ".angular",
          ".dart_tool",
          ".scala-build",
          ".hypothesis",
          ".apt_generated",
          ".zed",
          ".cursor",
          ".direnv",
          ".hg",
          ".svn",
          ".jj");

  /** Files of editors and desktops, by name and by how it ends. */
  private static final Set<String> FILES =
      Set.of(".classpath", ".project", ".factorypath", ".ds_store", "thumbs.db", "desktop.ini");

  private static final List<String> FILE_ENDS = List.of(".iml", ".ipr", ".iws", ".swp", "~");

  /** What lies beside a build's output in {@code target} or {@code build}. */
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

  /** What lies beside a {@code dist} that a build makes. */
  private static final List<String> PACKED =
      List.of("package.json", "pyproject.toml", "setup.py", "setup.cfg", "build.xml");

  /** What lies beside Eclipse's {@code bin}. */
  private static final List<String> ECLIPSE = List.of(".classpath", ".project");

  /** What lies in IntelliJ IDEA's {@code out}, and in a virtual environment. */
  private static final String COMPILED = "production";

  private static final String VIRTUAL_ENVIRONMENT = "pyvenv.cfg";

  /** Counting must not take longer than the copy. */
  private static final long MOST_COUNTED = 100_000;

  private final Set<Path> found = new ConcurrentSkipListSet<>();

  /** Whether a file or folder within a project is left out. */
  static boolean isBuilt(String name, Path path, boolean isFolder) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (!isFolder) {
      return FILES.contains(lower) || FILE_ENDS.stream().anyMatch(lower::endsWith);
    }
    if (ALWAYS.contains(lower)
        || lower.startsWith("cmake-build-")
        || lower.endsWith(".egg-info")
        || Files.exists(path.resolve(VIRTUAL_ENVIRONMENT))) {
      return true;
    }
    return switch (lower) {
      case "target", "build" -> isBesideAny(path, PROJECT);
      case "dist" -> isBesideAny(path, PACKED);
      case "bin" -> isBesideAny(path, ECLIPSE);
      case "out" -> Files.isDirectory(path.resolve(COMPILED));
      default -> false; // such a name may be data's or a package's
    };
  }

  private static boolean isBesideAny(Path folder, List<String> names) {
    return names.stream().anyMatch(name -> Files.exists(folder.resolveSibling(name)));
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
