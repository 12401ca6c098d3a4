package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A file or folder and its place in the archive.
 *
 * @param files its files with their archive names, in the order of the content hash. They are
 *     joined as the reference client joins them, since its hash covers them.
 * @param emptyFolders its empty folders' archive names
 * @param omitted what stays out because it is built
 * @param followsGit whether {@code .gitignore} files applied
 */
record CopiedTree(
    FileSet files, List<String> emptyFolders, BuiltFiles.Omitted omitted, boolean followsGit) {
  private static final BuiltFiles.Omitted NOTHING = new BuiltFiles.Omitted(List.of(), 0, 0);
  private static final Path WORKING_DIRECTORY = Path.of("").toAbsolutePath();

  /**
   * Lists a file or folder.
   *
   * @param path the file or folder; a link here may lead anywhere
   * @param destination its archive name
   * @param leftOut receives what stays out because it looks like a secret
   * @param cores looks at folders at the same time
   */
  static CopiedTree of(Path path, String destination, Consumer<String> leftOut, Cores cores) {
    Path source = path.toAbsolutePath().normalize();
    IgnoreRules rules = IgnoreRules.around(source, WORKING_DIRECTORY);
    return of(source, destination, rules, leftOut, new BuiltFiles(), cores);
  }

  /** Lists a file or folder that a Java deployment copies: what is built in it stays out. */
  static CopiedTree ofProject(
      Path path, String destination, Consumer<String> leftOut, Cores cores) {
    Path source = path.toAbsolutePath().normalize();
    IgnoreRules rules = IgnoreRules.ofProject(source, WORKING_DIRECTORY);
    BuiltFiles built = new BuiltFiles();
    CopiedTree tree = of(source, destination, rules, leftOut, built, cores);
    return new CopiedTree(tree.files, tree.emptyFolders, built.count(), rules.followsGit());
  }

  private static CopiedTree of(
      Path source,
      String destination,
      IgnoreRules rules,
      Consumer<String> leftOut,
      BuiltFiles built,
      Cores cores) {
    FileStat stat = stat(source);
    List<FileSet.Named> files = new ArrayList<>();
    List<String> emptyFolders = new ArrayList<>();
    if (stat.kind() == FileStat.Kind.FILE) {
      if (List.of(".", "/").contains(memberPath(destination))) {
        throw new BundleException(
            source.toString(),
            "is a file, and its destination '"
                + destination
                + "' is a folder; add the file's name to it",
            null);
      }
      files.add(named(destination, source, stat));
    } else if (stat.kind() == FileStat.Kind.FOLDER) {
      List<SourceTree.Node> nodes = SourceTree.list(source, rules, leftOut, built, cores);
      String prefix = prefix(destination);
      for (SourceTree.Node node : nodes) {
        String name = prefix + node.relative();
        if (node.isFolder()) {
          emptyFolders.add(name);
        } else {
          files.add(named(name, node.path(), node.stat()));
        }
      }
      if (nodes.isEmpty()) {
        emptyFolders.add(destination);
      }
    } else {
      throw new BundleException(source.toString(), "is not a file or folder", null);
    }
    return new CopiedTree(
        new FileSet("copy\n" + source + "\n" + destination, files),
        emptyFolders,
        NOTHING,
        rules.followsGit());
  }

  private static FileSet.Named named(String archiveName, Path path, FileStat stat) {
    return new FileSet.Named(archiveName, SourceFile.of(path, stat, Inspection.NONE));
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

  /** {@return the prefix that joins a name as Python's {@code os.path.join} does} */
  private static String prefix(String destination) {
    return destination.isEmpty() || destination.endsWith("/") ? destination : destination + "/";
  }

  /** {@return a digest of destinations, permissions and contents} */
  String digest() {
    var digest = Digests.sha256();
    Digests.frame(digest, files.whole().digest());
    emptyFolders.forEach(folder -> Digests.frame(digest, folder));
    return Digests.hex(digest);
  }

  /** {@return the tarball's members} */
  List<Member> members() {
    List<Member> members = new ArrayList<>();
    for (FileSet.Named named : files.files()) {
      members.add(Member.file(memberPath(named.name()), named.executable(), named.file()));
    }
    for (String folder : emptyFolders) {
      members.add(Member.folder(memberPath(folder)));
    }
    return members;
  }

  /**
   * Normalizes an archive name: absolute, or beginning with {@code ./}; without empty and {@code .}
   * parts.
   */
  static String memberPath(String archiveName) {
    StringBuilder path = new StringBuilder(archiveName.startsWith("/") ? "" : ".");
    for (String part : archiveName.split("/", -1)) {
      if (part.equals("..")) {
        throw new BundleException(
            archiveName, "a destination must not contain '..'; use an absolute one", null);
      }
      if (!part.isEmpty() && !part.equals(".")) {
        path.append('/').append(part);
      }
    }
    return path.isEmpty() ? "/" : path.toString();
  }
}
