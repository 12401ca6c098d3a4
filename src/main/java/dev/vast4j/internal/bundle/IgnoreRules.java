package dev.vast4j.internal.bundle;

import java.nio.file.Path;
import java.util.Set;

/** What stays out of a bundle. Immutable. */
final class IgnoreRules {
  /** What becomes of a file or folder. */
  enum Verdict {
    TAKEN,
    IGNORED,
    IGNORED_BUILT_IN
  }

  private static final Set<String> CLUTTER = Set.of(".git", "__pycache__", ".DS_Store");

  private IgnoreRules() {}

  /** The rules for a class folder. */
  static IgnoreRules builtIn() {
    return new IgnoreRules();
  }

  /** The rules for a folder. */
  static IgnoreRules around(Path folder) {
    return new IgnoreRules();
  }

  /** These rules and those that a folder on the way brings. */
  IgnoreRules within(Path folder, String prefix) {
    return this;
  }

  /** What becomes of a file or folder below the root. */
  Verdict verdict(String relative, boolean folder) {
    String name = relative.substring(relative.lastIndexOf('/') + 1);
    return CLUTTER.contains(name) || name.endsWith(".pyc") ? Verdict.IGNORED : Verdict.TAKEN;
  }
}
