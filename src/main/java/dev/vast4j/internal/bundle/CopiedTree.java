package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A file or folder and where it goes in the archive.
 *
 * @param files its files in the order of the content hash
 * @param emptyFolders its empty folders' archive names
 */
record CopiedTree(List<Placed> files, List<String> emptyFolders) {
  private static final Path WORKING_DIRECTORY = Path.of("").toAbsolutePath();

  /**
   * A file with its archive name.
   *
   * @param archiveName as the reference client joins it, which the hash of Python sources is taken
   *     over
   * @param executable whether it is executable
   * @param file the content
   */
  record Placed(String archiveName, boolean executable, SourceFile file) {}

  /**
   * Lists a file or folder.
   *
   * @param path the file or folder; a link here is followed wherever it leads
   * @param destination its archive name
   * @param leftOut told of what the built-in rules keep out
   */
  static CopiedTree of(Path path, String destination, Consumer<String> leftOut) {
    Path source = path.toAbsolutePath().normalize();
    FileStat stat = stat(source);
    List<Placed> files = new ArrayList<>();
    List<String> emptyFolders = new ArrayList<>();
    if (stat.kind() == FileStat.Kind.FILE) {
      files.add(placed(destination, source, stat));
    } else if (stat.kind() == FileStat.Kind.FOLDER) {
      List<SourceTree.Node> nodes =
          SourceTree.list(source, IgnoreRules.around(source, WORKING_DIRECTORY), leftOut);
      for (SourceTree.Node node : nodes) {
        String name = join(destination, node.relative());
        if (node.isFolder()) {
          emptyFolders.add(name);
        } else {
          files.add(placed(name, node.path(), node.stat()));
        }
      }
      if (nodes.isEmpty()) {
        emptyFolders.add(destination);
      }
    } else {
      throw new BundleException(source.toString(), "is neither a file nor a folder", null);
    }
    return new CopiedTree(files, emptyFolders);
  }

  private static Placed placed(String archiveName, Path path, FileStat stat) {
    return new Placed(archiveName, stat.executable(), SourceFile.of(path, stat, Inspection.NONE));
  }

  static FileStat stat(Path source) {
    try {
      return FileStat.of(source);
    } catch (NoSuchFileException e) {
      throw new BundleException(source.toString(), "does not exist", e);
    } catch (IOException e) {
      throw new BundleException(source.toString(), "cannot be read: " + e, e);
    }
  }

  /** Joins as Python's {@code os.path.join} does for a relative second part. */
  private static String join(String destination, String relative) {
    return destination.isEmpty() || destination.endsWith("/")
        ? destination + relative
        : destination + "/" + relative;
  }

  /** The files' contents. */
  List<SourceFile> contents() {
    return files.stream().map(Placed::file).toList();
  }

  /** The tarball's members of these files. */
  List<Member> members() {
    List<Member> members = new ArrayList<>();
    for (Placed placed : files) {
      members.add(
          Member.file(memberPath(placed.archiveName()), placed.executable(), placed.file()));
    }
    for (String folder : emptyFolders) {
      members.add(Member.folder(memberPath(folder)));
    }
    return members;
  }

  /**
   * An archive name in the one way this library writes it: absolute, or beginning with {@code ./};
   * no empty and no {@code .} parts within.
   */
  static String memberPath(String archiveName) {
    StringBuilder path = new StringBuilder(archiveName.startsWith("/") ? "" : ".");
    for (String part : archiveName.split("/", -1)) {
      if (part.equals("..")) {
        throw new BundleException(
            archiveName, "a destination may not hold '..'; use an absolute one", null);
      }
      if (!part.isEmpty() && !part.equals(".")) {
        path.append('/').append(part);
      }
    }
    return path.isEmpty() ? "/" : path.toString();
  }
}
