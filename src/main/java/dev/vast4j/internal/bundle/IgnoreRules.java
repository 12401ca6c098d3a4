package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stays out of a bundle: what {@code .vastignore} files list, in the syntax of {@code
 * .gitignore}, and a built-in list, which they can overrule. Immutable.
 *
 * <p>A {@code .vastignore} file governs its folder and everything below. Those between the working
 * directory and a copied folder count as well, but the folder itself was asked for by name, so none
 * can leave it out as a whole.
 */
final class IgnoreRules {
  /** What becomes of a file or folder. */
  enum Verdict {
    /** It travels. */
    TAKEN,
    /** It stays out, and nobody needs to know. */
    IGNORED,
    /** It stays out because it looks like a secret; the user is told. */
    WITHHELD
  }

  static final String FILE_NAME = ".vastignore";

  /** What no worker can use. */
  private static final Set<String> CLUTTER =
      Set.of(".git", ".hg", ".svn", "__pycache__", ".ds_store", FILE_NAME);

  /** Files and folders that hold credentials by their very name. */
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

  /** Most names are longer than any of these, which is sooner seen than that they are others. */
  private static final int LONGEST_NAME = Math.max(longest(CLUTTER), longest(SECRETS));

  private static final Set<String> KEY_STORES = Set.of(".ppk", ".p12", ".pfx", ".jks", ".keystore");

  /** Stores of certificates to trust are named like these, and hold no secret. */
  private static final String TRUST_STORE = "trust";

  private static final String ENVIRONMENT = ".env.";

  /** Forms of {@code .env.*} that are made to be shared. */
  private static final Set<String> SHARED_ENVIRONMENTS =
      Set.of(".env.example", ".env.sample", ".env.template", ".env.dist");

  /** PEM files hold certificates as often as keys, so a look inside decides. */
  private static final Set<String> PEM_FILES = Set.of(".pem", ".key");

  /** Stands for what is no file by itself. */
  private static final Path NO_FILE = Path.of("");

  private static final int PEM_LIMIT = 256 * 1024;
  private static final String PRIVATE_KEY = "PRIVATE KEY-----";

  /** One {@code .vastignore} file; {@code prefix} is where its folder lies as seen by the walk. */
  private record Layer(IgnoreFile rules, String prefix, boolean above) {}

  private final List<Layer> layers;

  private IgnoreRules(List<Layer> layers) {
    this.layers = layers;
  }

  /** The built-in rules, to which the walk adds the files it meets. */
  static IgnoreRules builtIn() {
    return new IgnoreRules(List.of());
  }

  /** The built-in rules and the files in the folders from the working directory to this one. */
  static IgnoreRules around(Path folder, Path workingDirectory) {
    Path target = folder.toAbsolutePath().normalize();
    Path base = workingDirectory.toAbsolutePath().normalize();
    List<Layer> layers = new ArrayList<>();
    if (target.startsWith(base)) {
      for (Path above = base; !above.equals(target); above = child(above, target)) {
        IgnoreFile rules = read(above.resolve(FILE_NAME));
        if (rules != null) {
          String prefix = above.relativize(target).toString().replace('\\', '/') + "/";
          layers.add(new Layer(rules, prefix, true));
        }
      }
    }
    return new IgnoreRules(layers);
  }

  private static Path child(Path above, Path target) {
    return above.resolve(target.getName(above.getNameCount()));
  }

  /**
   * These rules and those of a folder on the walk.
   *
   * @param folder the folder
   * @param prefix its name below the root of the walk, ending in {@code /}; empty for the root
   */
  IgnoreRules within(Path folder, String prefix) {
    IgnoreFile rules = read(folder.resolve(FILE_NAME));
    if (rules == null) {
      return this;
    }
    List<Layer> more = new ArrayList<>(layers);
    more.add(new Layer(rules, prefix, false));
    return new IgnoreRules(more);
  }

  private static @Nullable IgnoreFile read(Path file) {
    if (!Files.isRegularFile(file)) {
      if (Files.isSymbolicLink(file)) {
        // Without its rules what they name would travel.
        throw new BundleException(
            file.toString(), "is a link that leads nowhere; mend or remove it", null);
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
   * What becomes of a file or folder. The folders above it are taken already.
   *
   * @param relative its name below the root of the walk
   * @param path where it is
   * @param folder whether it is a folder
   */
  Verdict verdict(String relative, Path path, boolean folder) throws IOException {
    // The innermost file has the last word, as git has it.
    for (int i = layers.size() - 1; i >= 0; i--) {
      Layer layer = layers.get(i);
      if (!layer.above() && !relative.startsWith(layer.prefix())) {
        continue;
      }
      String seen =
          layer.above() ? layer.prefix() + relative : relative.substring(layer.prefix().length());
      Boolean ignored = layer.rules().isIgnored(seen, folder);
      if (ignored != null) {
        return ignored ? Verdict.IGNORED : Verdict.TAKEN;
      }
    }
    return verdictByName(relative.substring(relative.lastIndexOf('/') + 1), path, folder);
  }

  /** Where a file's content can be had. */
  @FunctionalInterface
  interface Opener {
    InputStream open() throws IOException;
  }

  /**
   * What the built-in rules say of a file in an archive, whose folders are not looked at by
   * themselves.
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

  /** What the built-in list says of a file or folder by its own name. */
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
