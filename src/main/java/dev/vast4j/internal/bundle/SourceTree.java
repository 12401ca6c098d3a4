package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lists the files of a folder in the order of the content hash: at each level its files sorted by
 * name, then its folders. Follows links within the folder, and rejects those that lead out of it.
 * Reads several folders at a time.
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

  /** A folder of the walk, and what it contains. */
  private static final class Folder {
    private final Node node;
    private final Path real;
    private final IgnoreRules outerRules;
    private final @Nullable Folder parent;

    /** Whether a link led here, to it or to a folder above it. */
    private final boolean linked;

    /** Whether all names in it are ASCII. */
    private boolean plain = true;

    private final List<Node> files = new ArrayList<>();
    private final List<Folder> folders = new ArrayList<>();

    Folder(Node node, Path real, IgnoreRules outerRules, @Nullable Folder parent, boolean linked) {
      this.node = node;
      this.real = real;
      this.outerRules = outerRules;
      this.parent = parent;
      this.linked = linked;
    }

    String prefix() {
      return node.relative().isEmpty() ? "" : node.relative() + "/";
    }
  }

  private record Child(String name, Path path) {}

  /** A bound, since nested links to folders multiply. */
  private static final int MOST_LINKED = 100_000;

  private static final Comparator<Child> BY_NAME =
      Comparator.comparing(Child::name, Member.BY_CODE_POINT);

  private final Path root;
  private final Path realRoot;
  private final RulesBehindLinks behindLinks;
  private final Consumer<String> leftOut;
  private final BuiltFiles built;
  private final AtomicInteger linkedFolders = new AtomicInteger();

  private SourceTree(Path root, IgnoreRules outerRules, Consumer<String> leftOut, BuiltFiles built)
      throws IOException {
    this.root = root;
    this.realRoot = root.toRealPath();
    this.behindLinks = new RulesBehindLinks(realRoot, outerRules);
    this.leftOut = leftOut;
    this.built = built;
  }

  /**
   * Lists a folder.
   *
   * @param root the folder
   * @param rules what stays out
   * @param leftOut receives every file that stays out because it looks like a secret; called by
   *     several threads
   * @param cores lists folders in parallel
   * @return files and empty folders, in the order of the content hash
   */
  static List<Node> list(Path root, IgnoreRules rules, Consumer<String> leftOut, Cores cores) {
    return list(root, rules, leftOut, new BuiltFiles(), cores);
  }

  /** Lists a folder; {@code built} receives what stays out because it is built. */
  static List<Node> list(
      Path root, IgnoreRules rules, Consumer<String> leftOut, BuiltFiles built, Cores cores) {
    try {
      SourceTree tree = new SourceTree(root, rules, leftOut, built);
      Node node = new Node("", root, FileStat.of(root));
      Folder top = new Folder(node, tree.realRoot, rules, null, false);
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
      List<Child> children = children(folder);
      boolean hasRules = false;
      for (Child child : children) {
        hasRules |= folder.outerRules.isRuleFile(child.name());
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

  /** {@return the content of a folder, in order} */
  private static List<Child> children(Folder of) throws IOException {
    Path folder = of.node.path();
    List<Child> children = new ArrayList<>();
    // In a JVM that has just started, this takes a quarter less time than a stream of paths; but it
    // does not say why it failed, nor the bytes of names.
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
        children.add(new Child(FileNames.nameOf(path), path));
      }
    }
    children.sort(BY_NAME);
    of.plain = false;
    return children;
  }

  /** Whether all names are ASCII; some locales put a question mark for other characters. */
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
    } else if (!isIgnored(rules.verdict(relative, child, isFolder(stat)), child)
        && !(folder.linked && isIgnored(verdictWhereItIs(child, stat, folder), child))) {
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
      if (isIgnored(rules.verdict(relative, link, false), link)) {
        return;
      }
      throw new BundleException(
          link.toString(), "is a broken link; fix it, or list it in " + IgnoreRules.FILE_NAME, e);
    }
    if (isIgnored(rules.verdict(relative, link, isFolder(target)), link)) {
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
    if (behindLinks.leadsToIgnored(real, isFolder(target))) {
      leftOut.accept(link.toString());
      return;
    }
    for (Folder open = folder; open != null; open = open.parent) {
      if (open.real.equals(real)) {
        throw new BundleException(
            link.toString(),
            "is a link to a folder that contains the link itself; list it in "
                + IgnoreRules.FILE_NAME,
            null);
      }
    }
    add(new Node(relative, link, target), real, folder, rules);
  }

  /** Adds a file or folder; {@code target} is its real path if a link led there. */
  private void add(Node node, @Nullable Path target, Folder folder, IgnoreRules rules) {
    if (!folder.plain) {
      FileNames.requireText(node.path(), node.relative());
    }
    switch (node.stat().kind()) {
      case FILE -> folder.files.add(node);
      case FOLDER -> {
        Path real = target == null ? folder.real.resolve(node.path().getFileName()) : target;
        boolean linked = folder.linked || target != null;
        if (linked && linkedFolders.incrementAndGet() > MOST_LINKED) {
          throw new BundleException(
              node.path().toString(),
              "links on the way to it lead to more than "
                  + MOST_LINKED
                  + " folders; list some of them in "
                  + IgnoreRules.FILE_NAME,
              null);
        }
        folder.folders.add(new Folder(node, real, rules, folder, linked));
      }
      default ->
          throw new BundleException(
              node.path().toString(),
              "is not a file or folder; list it in " + IgnoreRules.FILE_NAME,
              null);
    }
  }

  private static boolean isFolder(FileStat stat) {
    return stat.kind() == FileStat.Kind.FOLDER;
  }

  private IgnoreRules.Verdict verdictWhereItIs(Path child, FileStat stat, Folder folder)
      throws IOException {
    return behindLinks.verdict(folder.real.resolve(child.getFileName()), isFolder(stat));
  }

  private boolean isIgnored(IgnoreRules.Verdict verdict, Path path) {
    if (verdict == IgnoreRules.Verdict.WITHHELD) {
      leftOut.accept(path.toString());
    } else if (verdict == IgnoreRules.Verdict.BUILT) {
      built.add(path);
    }
    return verdict != IgnoreRules.Verdict.TAKEN;
  }

  private static BundleException unreadable(Path path, Exception cause) {
    return new BundleException(path.toString(), "cannot be read: " + cause, cause);
  }
}
