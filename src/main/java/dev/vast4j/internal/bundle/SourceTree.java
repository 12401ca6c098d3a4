package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The files of a folder in the order of the content hash: at each level its files sorted by name,
 * then its folders. Links are followed within the folder and refused when they lead out of it.
 * Folders are looked at several at a time.
 */
final class SourceTree {
  /**
   * A file, or an empty folder.
   *
   * @param relative its name below the root, with {@code /} between folders
   * @param path where it is
   * @param stat what the file system says about it, any link followed
   */
  record Node(String relative, Path path, FileStat stat) {
    boolean isFolder() {
      return stat.kind() == FileStat.Kind.FOLDER;
    }
  }

  /** A folder on the way, and what was found in it. */
  private static final class Folder {
    private final Node node;
    private final Path real;
    private final IgnoreRules outerRules;
    private final @Nullable Folder parent;
    private final List<Node> files = new ArrayList<>();
    private final List<Folder> folders = new ArrayList<>();

    Folder(Node node, Path real, IgnoreRules outerRules, @Nullable Folder parent) {
      this.node = node;
      this.real = real;
      this.outerRules = outerRules;
      this.parent = parent;
    }

    String prefix() {
      return node.relative().isEmpty() ? "" : node.relative() + "/";
    }
  }

  private record Child(String name, Path path) {}

  private static final Comparator<Child> BY_NAME =
      Comparator.comparing(Child::name, Member.BY_CODE_POINT);

  private final Path root;
  private final Path realRoot;
  private final Consumer<String> leftOut;

  private SourceTree(Path root, Path realRoot, Consumer<String> leftOut) {
    this.root = root;
    this.realRoot = realRoot;
    this.leftOut = leftOut;
  }

  /**
   * Lists a folder.
   *
   * @param root the folder
   * @param rules what stays out
   * @param leftOut told of every file that stays out because it looks like a secret; by several
   *     threads
   * @param cores looks at folders at the same time
   * @return files and empty folders, in the order of the content hash
   */
  static List<Node> list(Path root, IgnoreRules rules, Consumer<String> leftOut, Cores cores) {
    try {
      SourceTree tree = new SourceTree(root, root.toRealPath(), leftOut);
      Folder top = new Folder(new Node("", root, FileStat.of(root)), tree.realRoot, rules, null);
      List<Folder> level = List.of(top);
      while (!level.isEmpty()) {
        cores.forAll(level, tree::look);
        List<Folder> below = new ArrayList<>();
        level.forEach(folder -> below.addAll(folder.folders));
        level = below;
      }
      List<Node> nodes = new ArrayList<>();
      collect(top, nodes);
      return nodes;
    } catch (IOException e) {
      throw unreadable(root, e);
    }
  }

  private static void collect(Folder folder, List<Node> nodes) {
    nodes.addAll(folder.files);
    for (Folder child : folder.folders) {
      int before = nodes.size();
      collect(child, nodes);
      if (nodes.size() == before) {
        nodes.add(child.node);
      }
    }
  }

  private void look(Folder folder) {
    try {
      String prefix = folder.prefix();
      List<Child> children = children(folder.node.path());
      boolean hasRules = false;
      for (Child child : children) {
        hasRules |= child.name().equals(IgnoreRules.FILE_NAME);
      }
      IgnoreRules rules =
          hasRules ? folder.outerRules.within(folder.node.path(), prefix) : folder.outerRules;
      for (Child child : children) {
        look(child.path(), prefix + child.name(), folder, rules);
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw unreadable(folder.node.path(), e);
    }
  }

  /** What a folder holds, in order. */
  private static List<Child> children(Path folder) throws IOException {
    List<Child> children = new ArrayList<>();
    // All names at once take a quarter of the time less than a stream of paths, in a JVM that has
    // just started; but where they cannot be read it does not say why, nor which bytes they are of.
    String[] names =
        folder.getFileSystem() == FileSystems.getDefault() ? folder.toFile().list() : null;
    if (names != null && arePlain(names)) {
      Arrays.sort(names); // by code points, as there are none beyond ASCII
      for (String name : names) {
        children.add(new Child(name, folder.resolve(name)));
      }
      return children;
    }
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder)) {
      for (Path path : paths) {
        children.add(new Child(nameOf(path), path));
      }
    }
    children.sort(BY_NAME);
    return children;
  }

  /** Whether all are of ASCII, to any locale; some put a question mark where they know no more. */
  private static boolean arePlain(String[] names) {
    for (String name : names) {
      for (int i = 0; i < name.length(); i++) {
        char letter = name.charAt(i);
        if (letter == '?' || letter > '~') {
          return false;
        }
      }
    }
    return true;
  }

  private void look(Path child, String relative, Folder folder, IgnoreRules rules)
      throws IOException {
    FileStat stat = FileStat.ofLink(child);
    if (stat.kind() == FileStat.Kind.LINK) {
      lookBehind(child, relative, folder, rules);
    } else if (!isIgnored(relative, child, stat, rules)) {
      add(new Node(relative, child, stat), null, folder, rules);
    }
  }

  private void lookBehind(Path link, String relative, Folder folder, IgnoreRules rules)
      throws IOException {
    FileStat target;
    Path real;
    try {
      target = FileStat.of(link);
      real = link.toRealPath();
    } catch (IOException e) {
      if (isIgnored(relative, link, FileStat.ofLink(link), rules)) {
        return;
      }
      throw new BundleException(link.toString(), "is a link that leads nowhere", e);
    }
    if (isIgnored(relative, link, target, rules)) {
      return;
    }
    if (!real.startsWith(realRoot)) {
      throw new BundleException(
          link.toString(),
          "is a link to "
              + real
              + ", outside "
              + root
              + "; copy that with Image.copy, or list the link in .vastignore",
          null);
    }
    if (leadsToIgnored(real, link, target, rules)) {
      return;
    }
    for (Folder open = folder; open != null; open = open.parent) {
      if (open.real.equals(real)) {
        throw new BundleException(
            link.toString(), "is a link to a folder that holds the link itself", null);
      }
    }
    add(new Node(relative, link, target), real, folder, rules);
  }

  /** Adds what was found; {@code target} is where it really is if a link led there. */
  private static void add(Node node, @Nullable Path target, Folder folder, IgnoreRules rules) {
    switch (node.stat().kind()) {
      case FILE -> folder.files.add(node);
      case FOLDER -> {
        Path real = target == null ? folder.real.resolve(node.path().getFileName()) : target;
        folder.folders.add(new Folder(node, real, rules, folder));
      }
      default ->
          throw new BundleException(node.path().toString(), "is neither a file nor a folder", null);
    }
  }

  /** A link brings in nothing that stays out under its own name. */
  private boolean leadsToIgnored(Path real, Path link, FileStat target, IgnoreRules rules)
      throws IOException {
    Path relative = realRoot.relativize(real);
    for (int i = 1; i <= relative.getNameCount() && !real.equals(realRoot); i++) {
      Path part = relative.subpath(0, i);
      boolean folder = i < relative.getNameCount() || target.kind() == FileStat.Kind.FOLDER;
      String name = part.toString().replace('\\', '/');
      if (rules.verdict(name, realRoot.resolve(part), folder) != IgnoreRules.Verdict.TAKEN) {
        leftOut.accept(link.toString());
        return true;
      }
    }
    return false;
  }

  private boolean isIgnored(String relative, Path path, FileStat stat, IgnoreRules rules)
      throws IOException {
    return switch (rules.verdict(relative, path, stat.kind() == FileStat.Kind.FOLDER)) {
      case TAKEN -> false;
      case IGNORED -> true;
      case WITHHELD -> {
        leftOut.accept(path.toString());
        yield true;
      }
    };
  }

  private static BundleException unreadable(Path path, Exception cause) {
    return new BundleException(path.toString(), "cannot be read: " + cause, cause);
  }

  /**
   * The file's name as text. In a locale that cannot show it, Java's own text for it has
   * replacement characters; its URI has the bytes.
   */
  private static String nameOf(Path path) {
    String name = path.getFileName().toString();
    if (name.indexOf('\uFFFD') < 0) {
      return name;
    }
    String uri = path.toUri().getRawPath();
    if (uri.endsWith("/")) {
      uri = uri.substring(0, uri.length() - 1);
    }
    String last = uri.substring(uri.lastIndexOf('/') + 1);
    return URLDecoder.decode(last.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
