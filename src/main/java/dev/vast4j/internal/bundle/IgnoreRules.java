package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stays out of a bundle: a built-in list, and what {@code .vastignore} files list in the
 * syntax of {@code .gitignore}; they can overrule the built-in list. In a project's folder, what is
 * built stays out, too. Immutable.
 *
 * <p>A {@code .vastignore} file applies to its folder and everything below. Those between the
 * working directory and a copied folder apply too, but cannot exclude the folder itself, since the
 * user named it.
 */
final class IgnoreRules {
  /** The outcome for a file or folder. */
  enum Verdict {
    /** It travels. */
    TAKEN,
    /** It stays out silently. */
    IGNORED,
    /** It stays out because it looks like a secret, with a warning. */
    WITHHELD,
    /** It stays out because it is built, or because git ignores it; this is counted. */
    BUILT
  }

  static final String FILE_NAME = ".vastignore";
  static final String GIT_FILE_NAME = ".gitignore";

  /** What is of no use on a worker. */
  private static final Set<String> CLUTTER =
      Set.of(".git", ".hg", ".svn", "__pycache__", ".ds_store", FILE_NAME);

  /** Names of files and folders that hold credentials. */
  private static final Set<String> SECRETS =
      Set.of(
          ".env",
          ".ssh",
          ".gnupg",
          ".aws",
          ".azure",
          ".kube",
          ".docker",
          ".netrc",
          "_netrc",
          ".pgpass",
          ".pypirc",
          ".npmrc",
          ".git-credentials",
          ".htpasswd",
          ".vast_api_key",
          "vast_api_key",
          "id_rsa",
          "id_dsa",
          "id_ecdsa",
          "id_ecdsa_sk",
          "id_ed25519",
          "id_ed25519_sk");

  /** Most names are longer than any of these, which is a quick check. */
  private static final int LONGEST_NAME = Math.max(longest(CLUTTER), longest(SECRETS));

  private static final Set<String> KEY_STORES = Set.of(".ppk", ".p12", ".pfx", ".jks", ".keystore");

  /** Trust stores have the same extensions but hold no secret. */
  private static final String TRUST_STORE = "trust";

  private static final String ENVIRONMENT = ".env.";

  /** Variants of {@code .env.*} that are meant to be shared. */
  private static final Set<String> SHARED_ENVIRONMENTS =
      Set.of(".env.example", ".env.sample", ".env.template", ".env.dist");

  /** PEM files hold certificates or keys; the content decides. */
  private static final Set<String> PEM_FILES = Set.of(".pem", ".key");

  /** Stands for a file inside an archive. */
  private static final Path NO_FILE = Path.of("");

  private static final int PEM_LIMIT = 256 * 1024;
  private static final String PRIVATE_KEY = "PRIVATE KEY-----";

  /** One {@code .vastignore} file; {@code prefix} is its folder relative to the walk. */
  private record Layer(IgnoreFile rules, String prefix, boolean above, boolean git) {}

  /** What applies beyond the built-in list and {@code .vastignore} files. */
  private enum Extent {
    PLAIN,
    /** What is built stays out. */
    PROJECT,
    /** What git ignores stays out, too. */
    WORKING_TREE
  }

  private final List<Layer> layers;
  private final Extent extent;

  private IgnoreRules(List<Layer> layers, Extent extent) {
    this.layers = layers;
    this.extent = extent;
  }

  /** {@return the built-in rules, to which a walk adds the files that it finds} */
  static IgnoreRules builtIn() {
    return new IgnoreRules(List.of(), Extent.PLAIN);
  }

  /**
   * {@return the rules {@link #around} a folder that a Java deployment copies} What is built stays
   * out, too, and where no {@code .vastignore} file says otherwise what the folder's {@code
   * .gitignore} files list.
   */
  static IgnoreRules ofProject(Path folder, Path workingDirectory) {
    List<Layer> layers = around(folder, workingDirectory).layers;
    boolean git =
        layers.isEmpty()
            && !Files.exists(folder.resolve(FILE_NAME), LinkOption.NOFOLLOW_LINKS)
            && Files.isRegularFile(folder.resolve(GIT_FILE_NAME));
    return new IgnoreRules(layers, git ? Extent.WORKING_TREE : Extent.PROJECT);
  }

  /** Whether {@code .gitignore} files apply. */
  boolean followsGit() {
    return extent == Extent.WORKING_TREE;
  }

  /** Whether a file of this name may hold rules. */
  boolean isRuleFile(String name) {
    return name.equals(FILE_NAME) || (followsGit() && name.equals(GIT_FILE_NAME));
  }

  /**
   * {@return the built-in rules and those of the folders from the working directory to this one}
   */
  static IgnoreRules around(Path folder, Path workingDirectory) {
    Path target = folder.toAbsolutePath().normalize();
    Path base = workingDirectory.toAbsolutePath().normalize();
    List<Layer> layers = new ArrayList<>();
    if (target.startsWith(base)) {
      for (Path above = base; !above.equals(target); above = child(above, target)) {
        IgnoreFile rules = read(above.resolve(FILE_NAME));
        if (rules != null) {
          String prefix = above.relativize(target).toString().replace('\\', '/') + "/";
          layers.add(new Layer(rules, prefix, true, false));
        }
      }
    }
    return new IgnoreRules(layers, Extent.PLAIN);
  }

  private static Path child(Path above, Path target) {
    return above.resolve(target.getName(above.getNameCount()));
  }

  /**
   * {@return these rules and those of a folder on the walk}
   *
   * @param folder the folder
   * @param prefix its name below the root of the walk, ending in {@code /}; empty for the root
   */
  IgnoreRules within(Path folder, String prefix) {
    List<Layer> more = new ArrayList<>(layers);
    Path git = folder.resolve(GIT_FILE_NAME);
    IgnoreFile ofGit = followsGit() && Files.isRegularFile(git) ? read(git) : null;
    if (ofGit != null) {
      more.add(new Layer(ofGit, prefix, false, true));
    }
    IgnoreFile rules = read(folder.resolve(FILE_NAME));
    if (rules != null) {
      more.add(new Layer(rules, prefix, false, false));
    }
    return more.size() == layers.size() ? this : new IgnoreRules(more, extent);
  }

  private static @Nullable IgnoreFile read(Path file) {
    if (!Files.isRegularFile(file)) {
      if (Files.isSymbolicLink(file)) {
        // Without its rules, what they exclude would travel.
        throw new BundleException(file.toString(), "is a broken link; fix or remove it", null);
      }
      return null;
    }
    try {
      return IgnoreFile.parse(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw new BundleException(file.toString(), "cannot be read: " + e, e);
    }
  }

  /**
   * Decides about a file or folder, given that the folders above it travel.
   *
   * @param relative its name below the root of the walk
   * @param path where it is
   * @param folder whether it is a folder
   */
  Verdict verdict(String relative, Path path, boolean folder) throws IOException {
    // As in git, the innermost file decides.
    for (int i = layers.size() - 1; i >= 0; i--) {
      Layer layer = layers.get(i);
      if (!layer.above() && !relative.startsWith(layer.prefix())) {
        continue;
      }
      String seen =
          layer.above() ? layer.prefix() + relative : relative.substring(layer.prefix().length());
      Boolean ignored = layer.rules().isIgnored(seen, folder);
      if (ignored != null && layer.git()) {
        // In a repository a key file is still a key file.
        return ignored ? Verdict.BUILT : verdictByName(nameOf(relative), path, folder);
      }
      if (ignored != null) {
        return ignored ? Verdict.IGNORED : Verdict.TAKEN;
      }
    }
    Verdict verdict = verdictByName(nameOf(relative), path, folder);
    return verdict == Verdict.TAKEN
            && extent != Extent.PLAIN
            && BuiltFiles.isBuilt(nameOf(relative), path, folder)
        ? Verdict.BUILT
        : verdict;
  }

  private static String nameOf(String relative) {
    return relative.substring(relative.lastIndexOf('/') + 1);
  }

  /** Opens a file's content. */
  @FunctionalInterface
  interface Opener {
    InputStream open() throws IOException;
  }

  /**
   * Applies the built-in rules to a file in an archive and to the folders above it.
   *
   * @param relative its name, with {@code /} between folders
   * @param content where its bytes are
   */
  static Verdict verdictWithin(String relative, Opener content) throws IOException {
    String[] parts = relative.split("/", -1);
    for (int i = 0; i < parts.length; i++) {
      Verdict verdict = verdictByName(parts[i], NO_FILE, i < parts.length - 1);
      if (verdict != Verdict.TAKEN) {
        return verdict;
      }
    }
    if (!PEM_FILES.contains(extensionOf(parts[parts.length - 1]))) {
      return Verdict.TAKEN;
    }
    try (InputStream in = content.open()) {
      return holdsPrivateKey(in) ? Verdict.WITHHELD : Verdict.TAKEN;
    }
  }

  private static int longest(Set<String> names) {
    int longest = 0;
    for (String name : names) {
      longest = Math.max(longest, name.length());
    }
    return longest;
  }

  /** Applies the built-in list to the last part of a name. */
  private static Verdict verdictByName(String name, Path path, boolean folder) throws IOException {
    String whole = name.length() <= LONGEST_NAME ? name.toLowerCase(Locale.ROOT) : "";
    if (CLUTTER.contains(whole)) {
      return Verdict.IGNORED;
    }
    if (SECRETS.contains(whole)) {
      return Verdict.WITHHELD;
    }
    if (folder) {
      return Verdict.TAKEN;
    }
    String extension = extensionOf(name);
    if (extension.equals(".pyc")) {
      return Verdict.IGNORED;
    }
    return isSecret(name, extension, path) ? Verdict.WITHHELD : Verdict.TAKEN;
  }

  private static String extensionOf(String name) {
    return name.substring(Math.max(0, name.lastIndexOf('.'))).toLowerCase(Locale.ROOT);
  }

  private static boolean isSecret(String name, String extension, Path path) throws IOException {
    if (name.regionMatches(true, 0, ENVIRONMENT, 0, ENVIRONMENT.length())) {
      return !SHARED_ENVIRONMENTS.contains(name.toLowerCase(Locale.ROOT));
    }
    if (KEY_STORES.contains(extension)) {
      return !name.toLowerCase(Locale.ROOT).contains(TRUST_STORE);
    }
    return PEM_FILES.contains(extension) && holdsPrivateKey(path);
  }

  private static boolean holdsPrivateKey(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(path)) {
      return holdsPrivateKey(in);
    }
  }

  private static boolean holdsPrivateKey(InputStream in) throws IOException {
    String text = new String(in.readNBytes(PEM_LIMIT), StandardCharsets.ISO_8859_1);
    return text.contains(PRIVATE_KEY);
  }
}
