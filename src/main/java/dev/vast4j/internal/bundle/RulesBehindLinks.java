package dev.vast4j.internal.bundle;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Applies ignore rules to the real paths of files, so that a link brings in nothing that stays out
 * under its own name. Thread-safe.
 */
final class RulesBehindLinks {
  private final Path root;
  private final IgnoreRules outerRules;

  /** By folder, as read so far. */
  private final ConcurrentMap<Path, IgnoreRules> rules = new ConcurrentHashMap<>();

  /**
   * Creates the rules of a tree.
   *
   * @param root the tree's real root
   * @param outerRules the rules there, without those of its own ignore file
   */
  RulesBehindLinks(Path root, IgnoreRules outerRules) {
    this.root = root;
    this.outerRules = outerRules;
  }

  /**
   * Decides about a file or folder, given that the folders above it travel.
   *
   * @param real its real path, below the root
   * @param folder whether it is a folder
   */
  IgnoreRules.Verdict verdict(Path real, boolean folder) throws IOException {
    return in(real.getParent()).verdict(nameOf(real), real, folder);
  }

  /** Whether a file or folder, or one above it, stays out. */
  boolean leadsToIgnored(Path real, boolean folder) throws IOException {
    if (real.equals(root)) {
      return false;
    }
    Path relative = root.relativize(real);
    for (int i = 1; i <= relative.getNameCount(); i++) {
      boolean last = i == relative.getNameCount();
      Path part = root.resolve(relative.subpath(0, i));
      if (verdict(part, folder || !last) != IgnoreRules.Verdict.TAKEN) {
        return true;
      }
    }
    return false;
  }

  private IgnoreRules in(@Nullable Path folder) throws IOException {
    if (folder == null) {
      return outerRules; // of the file system's own root, which nothing lies above
    }
    IgnoreRules known = rules.get(folder);
    if (known == null) {
      known =
          folder.equals(root)
              ? outerRules.within(folder, "")
              : in(folder.getParent()).within(folder, nameOf(folder) + "/");
      rules.put(folder, known);
    }
    return known;
  }

  private String nameOf(Path real) {
    return root.relativize(real).toString().replace(File.separatorChar, '/');
  }
}
