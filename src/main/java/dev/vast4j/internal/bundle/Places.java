package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The paths of a bundle's files. Rejects what cannot be extracted: two files at one path, or a file
 * where others need a folder. For one thread.
 */
final class Places {
  /** The origin of a file, which tells whose destination to change. */
  enum Owner {
    /** The files that are in every bundle, and the class path. */
    BUNDLE("a file that vast4j puts there"),
    COPY("a copied file"),
    ASSET("an asset");

    private final String what;

    Owner(String what) {
      this.what = what;
    }
  }

  private final Map<String, Owner> files = new HashMap<>();
  private final Map<String, Owner> folders = new HashMap<>();

  /** Folders that were entered with all those above, since most files share theirs. */
  private final Set<String> entered = new HashSet<>();

  /**
   * Adds a file.
   *
   * @param path normalized by {@link CopiedTree#memberPath}
   */
  void file(String path, Owner owner) {
    Owner file = files.put(path, owner);
    if (file != null) {
      throw clash(path, "two files go there", file, owner);
    }
    Owner folder = folders.get(path);
    if (folder != null) {
      throw clash(path, "a file and a folder go there", folder, owner);
    }
    above(path, owner);
  }

  /** Adds a folder, which may be there already. */
  void folder(String path, Owner owner) {
    folders.putIfAbsent(path, owner);
    Owner file = files.get(path);
    if (file != null) {
      throw clash(path, "a file and a folder go there", file, owner);
    }
    above(path, owner);
  }

  private void above(String path, Owner owner) {
    for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      String folder = path.substring(0, end);
      if (!entered.add(folder)) {
        return;
      }
      folders.putIfAbsent(folder, owner);
      Owner file = files.get(folder);
      if (file != null) {
        throw clash(folder, "a file and a folder go there", file, owner);
      }
    }
  }

  private static BundleException clash(String path, String found, Owner one, Owner other) {
    Owner changed = one.compareTo(other) > 0 ? one : other;
    return new BundleException(
        path,
        found
            + ": "
            + one.what
            + " and "
            + other.what
            + "; change the "
            + (changed == Owner.ASSET ? "asset" : "copy")
            + "'s destination",
        null);
  }
}
