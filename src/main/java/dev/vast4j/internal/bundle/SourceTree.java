package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The files of a folder in the order of the content hash: at each level its files sorted by name,
 * then its folders. Links are followed within the folder and refused when they lead out of it.
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

  private record Named(String name, Path path, FileStat stat, Path real) {}

  private final Path root;
  private final Path realRoot;
  private final Consumer<String> leftOut;
  private final List<Node> nodes = new ArrayList<>();
  private final Deque<Path> openFolders = new ArrayDeque<>();

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
   * @param leftOut told of every file that stays out because it looks like a secret
   * @return files and empty folders, in the order of the content hash
   */
  static List<Node> list(Path root, IgnoreRules rules, Consumer<String> leftOut) {
    try {
      SourceTree tree = new SourceTree(root, root.toRealPath(), leftOut);
      tree.walk("", root, tree.realRoot, rules);
      return tree.nodes;
    } catch (IOException e) {
      throw new BundleException(root.toString(), "cannot be read: " + e, e);
    }
  }

  private void walk(String prefix, Path folder, Path real, IgnoreRules outer) throws IOException {
    if (openFolders.contains(real)) {
      throw new BundleException(
          folder.toString(), "is a link to a folder that holds the link itself", null);
    }
    openFolders.push(real);
    IgnoreRules rules = outer.within(folder, prefix);
    List<Named> files = new ArrayList<>();
    List<Named> folders = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
      for (Path child : children) {
        Named named = look(prefix, child, real, rules);
        if (named == null) {
          continue;
        }
        (named.stat().kind() == FileStat.Kind.FOLDER ? folders : files).add(named);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    Comparator<Named> byName = Comparator.comparing(Named::name, Member.BY_CODE_POINT);
    files.sort(byName);
    folders.sort(byName);
    for (Named file : files) {
      nodes.add(new Node(prefix + file.name(), file.path(), file.stat()));
    }
    for (Named child : folders) {
      int before = nodes.size();
      walk(prefix + child.name() + "/", child.path(), child.real(), rules);
      if (nodes.size() == before) {
        nodes.add(new Node(prefix + child.name(), child.path(), child.stat()));
      }
    }
    openFolders.pop();
  }

  private @Nullable Named look(String prefix, Path child, Path realParent, IgnoreRules rules)
      throws IOException {
    String name = nameOf(child);
    FileStat stat = FileStat.ofLink(child);
    if (stat.kind() != FileStat.Kind.LINK) {
      if (isIgnored(prefix + name, child, stat, rules)) {
        return null;
      }
      refuseSpecial(child, stat);
      return new Named(name, child, stat, realParent.resolve(child.getFileName()));
    }
    FileStat target;
    Path real;
    try {
      target = FileStat.of(child);
      real = child.toRealPath();
    } catch (IOException e) {
      if (isIgnored(prefix + name, child, stat, rules)) {
        return null;
      }
      throw new BundleException(child.toString(), "is a link that leads nowhere", e);
    }
    if (isIgnored(prefix + name, child, target, rules)) {
      return null;
    }
    if (!real.startsWith(realRoot)) {
      throw new BundleException(
          child.toString(),
          "is a link to "
              + real
              + ", outside "
              + root
              + "; copy that with Image.copy, or list the link in .vastignore",
          null);
    }
    if (leadsToIgnored(real, child, target, rules)) {
      return null;
    }
    refuseSpecial(child, target);
    return new Named(name, child, target, real);
  }

  /** A link brings in nothing that stays out under its own name. */
  private boolean leadsToIgnored(Path real, Path link, FileStat target, IgnoreRules rules)
      throws IOException {
    Path relative = realRoot.relativize(real);
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < relative.getNameCount(); i++) {
      name.append(i == 0 ? "" : "/").append(relative.getName(i));
      boolean folder = i + 1 < relative.getNameCount() || target.kind() == FileStat.Kind.FOLDER;
      if (rules.verdict(name.toString(), realRoot.resolve(name.toString()), folder)
          != IgnoreRules.Verdict.TAKEN) {
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

  private static void refuseSpecial(Path path, FileStat stat) {
    if (stat.kind() == FileStat.Kind.OTHER) {
      throw new BundleException(path.toString(), "is neither a file nor a folder", null);
    }
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
