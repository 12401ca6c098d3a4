package dev.vast4j.internal.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers between runs: facts of files, sizes of tarballs, summaries of what was last deployed.
 * Losing it costs time only, so nothing here fails: errors are logged, and the entry counts as
 * absent. What a deploy left undone is never pruned, and not being able to note it is a warning.
 * Each entry is a file that is replaced atomically, so many threads and processes may use one cache
 * at once. Its size is bounded; the oldest entries go first. An entry ends in a checksum, so that a
 * damaged one counts as absent.
 */
public final class BundleCache {
  private static final Logger LOG = LoggerFactory.getLogger(BundleCache.class);
  private static final String OWNER_ONLY = "rwx------";
  private static final long MAX_BYTES = 64L << 20;
  private static final int MAX_FILES = 2000;
  private static final int CHECKSUM_LENGTH = Long.BYTES;
  private static final String UNFINISHED = "unfinished";
  private static final String SECRET = "secret";
  private static final String CONTRACT = "contract";
  private static final Pattern ENTRY = Pattern.compile("[a-z-]+-[0-9a-f]{32}");

  /** Small, and not to be had again: without them a deploy that broke off is not resumed. */
  private static final Pattern KEPT = Pattern.compile("(unfinished|secret)-.*");

  private static final Pattern PARTIAL = Pattern.compile("\\.[0-9]+\\.partial");

  /** Unfinished files that are older were left by a killed run. */
  private static final Duration LONGEST_WRITE = Duration.ofHours(1);

  private final Path folder;

  private BundleCache(Path folder) {
    this.folder = folder;
  }

  /**
   * Opens a cache.
   *
   * @param folder a folder of its own; created when needed, readable by its owner only
   * @return the cache
   */
  public static BundleCache in(Path folder) {
    return new BundleCache(folder);
  }

  /**
   * Finds the summary of the last deploy.
   *
   * @param deployment what identifies the deployment: service, name, tag
   * @return the summary, or empty
   */
  public Optional<BundleSummary> lastDeployed(String... deployment) {
    byte[] bytes = load("deployed", deployment);
    return bytes == null ? Optional.empty() : BundleSummary.parse(bytes);
  }

  /**
   * Remembers a deploy.
   *
   * @param summary the content
   * @param deployment what identifies the deployment: service, name, tag
   */
  public void rememberDeployed(BundleSummary summary, String... deployment) {
    store(summary.toBytes(), "deployed", deployment);
  }

  /**
   * Forgets the last deploy, because another bundle took its place.
   *
   * @param deployment what identifies the deployment: service, name, tag
   */
  public void forgetDeployed(String... deployment) {
    delete(fileOf("deployed", deployment));
  }

  /**
   * Remembers a text about a version, by which a later plan compares.
   *
   * @param hash the version's bundle
   * @param text the text; no secrets
   * @param deployment what identifies the deployment: service, name, tag
   */
  public void rememberContract(String hash, String text, String... deployment) {
    storeText(text, CONTRACT, withHash(hash, deployment));
  }

  /**
   * Finds what {@link #rememberContract} was told.
   *
   * @param hash the version's bundle
   * @param deployment what identifies the deployment: service, name, tag
   * @return the text, or empty
   */
  public Optional<String> contract(String hash, String... deployment) {
    return Optional.ofNullable(loadText(CONTRACT, withHash(hash, deployment)));
  }

  private static String[] withHash(String hash, String... deployment) {
    String[] key = Arrays.copyOf(deployment, deployment.length + 1);
    key[deployment.length] = hash;
    return key;
  }

  /** What remains to be done after a registration. */
  public enum Unfinished {
    /** Upload the bundle; workers fetch it when they boot. */
    UPLOAD,
    /** Upload the bundle, then start a rolling update. */
    UPLOAD_AND_ROLLOUT,
    /** Start a rolling update to the uploaded bundle. */
    ROLLOUT;

    /** {@return whether a rolling update remains to be started} */
    public boolean rollsOut() {
      return this != UPLOAD;
    }
  }

  /**
   * Remembers what must follow a registration. If the run ends too soon, the next one needs this:
   * the service tells it only that the bundle exists.
   *
   * @param hash the bundle's
   * @param step what must follow
   * @param deployment what identifies the deployment: service, name, tag
   */
  public void rememberUnfinished(String hash, Unfinished step, String... deployment) {
    storeText(step + " " + hash, UNFINISHED, deployment);
  }

  /**
   * Finds what an earlier run left undone for a bundle.
   *
   * @param hash the bundle's
   * @param deployment what identifies the deployment: service, name, tag
   * @return the last step of {@link #rememberUnfinished}, unless {@link #forgetUnfinished} was
   *     called since
   */
  public Optional<Unfinished> unfinished(String hash, String... deployment) {
    String known = loadText(UNFINISHED, deployment);
    return Arrays.stream(Unfinished.values())
        .filter(step -> (step + " " + hash).equals(known))
        .findFirst();
  }

  /**
   * Forgets what was left undone, for any bundle.
   *
   * @param deployment what identifies the deployment: service, name, tag
   */
  public void forgetUnfinished(String... deployment) {
    delete(fileOf(UNFINISHED, deployment));
  }

  /**
   * Remembers a setting that the service does not return. Keeps only a digest.
   *
   * @param secret the setting as text
   * @param deployment what identifies the deployment: service, name, tag
   */
  public void rememberSecret(String secret, String... deployment) {
    storeText(SummaryBuilder.shortDigest(secret), SECRET, deployment);
  }

  /**
   * Compares a setting with the remembered one.
   *
   * @param secret the setting as text
   * @param deployment what identifies the deployment: service, name, tag
   * @return whether it differs; false if nothing is remembered
   */
  public boolean secretDiffers(String secret, String... deployment) {
    String known = loadText(SECRET, deployment);
    return known != null && !known.equals(SummaryBuilder.shortDigest(secret));
  }

  /** {@return a remembered text, or null} */
  @Nullable String loadText(String kind, String... key) {
    byte[] bytes = load(kind, key);
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  void storeText(String text, String kind, String... key) {
    store(text.getBytes(StandardCharsets.UTF_8), kind, key);
  }

  byte @Nullable [] load(String kind, String... key) {
    Path file = fileOf(kind, key);
    try {
      byte[] stored = read(file);
      int length = stored.length - CHECKSUM_LENGTH;
      if (length < 0 || ByteBuffer.wrap(stored).getLong(length) != checksum(stored, length)) {
        LOG.debug("{} is damaged", file);
        return null;
      }
      return Arrays.copyOf(stored, length);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      LOG.debug("could not read {}", file, e);
      return null;
    }
  }

  /** Follows no links, so that nobody else can plant an entry. */
  private byte[] read(Path file) throws IOException {
    refuseLink();
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return in.readAllBytes();
    }
  }

  private void refuseLink() throws IOException {
    if (Files.isSymbolicLink(folder)) {
      throw new IOException(folder + " is a link, which may lead anywhere");
    }
  }

  void store(byte[] bytes, String kind, String... key) {
    Path file = fileOf(kind, key);
    Path partial = null;
    try {
      createFolder();
      partial = Files.createTempFile(folder, ".", ".partial");
      byte[] stored = Arrays.copyOf(bytes, bytes.length + CHECKSUM_LENGTH);
      ByteBuffer.wrap(stored).putLong(bytes.length, checksum(bytes, bytes.length));
      Files.write(partial, stored);
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      partial = null;
      prune(Files.getLastModifiedTime(file).toInstant());
    } catch (IOException e) {
      if (named(file, KEPT)) {
        LOG.warn("Could not note what the next deploy needs, in {}: {}", file, e.toString());
      }
      LOG.debug("could not write {}", file, e);
    } finally {
      if (partial != null) {
        delete(partial);
      }
    }
  }

  private static long checksum(byte[] bytes, int length) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes, 0, length);
    return checksum.getValue();
  }

  /** Forgets all entries of a kind. */
  void forgetAll(String kind) {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(file -> named(file, ENTRY))
          .filter(file -> file.getFileName().toString().startsWith(kind + "-"))
          .forEach(BundleCache::delete);
    } catch (IOException e) {
      LOG.debug("could not clear {}", folder, e);
    }
  }

  private Path fileOf(String kind, String... key) {
    var digest = Digests.sha256();
    for (String part : key) {
      Digests.frame(digest, part);
    }
    return folder.resolve(kind + "-" + Digests.hex(digest).substring(0, 32));
  }

  /** Digests reveal what is deployed, so nobody else may read or plant any. */
  private void createFolder() throws IOException {
    refuseLink();
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectories(folder);
      return;
    }
    Set<PosixFilePermission> wanted = PosixFilePermissions.fromString(OWNER_ONLY);
    FileAttribute<Set<PosixFilePermission>> attribute =
        PosixFilePermissions.asFileAttribute(wanted);
    try {
      Files.createDirectories(folder.toAbsolutePath(), attribute);
    } catch (FileAlreadyExistsException e) {
      throw new IOException(folder + " is not a folder", e);
    }
    if (!Files.getPosixFilePermissions(folder).equals(wanted)) {
      Files.setPosixFilePermissions(folder, wanted);
    }
  }

  /** Deletes the oldest entries. Leaves other files alone. */
  private void prune(Instant now) throws IOException {
    record Old(Path file, long size, FileTime written) {}
    List<Old> all = new ArrayList<>();
    FileTime abandoned = FileTime.from(now.minus(LONGEST_WRITE));
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        try {
          FileTime written = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
          if (named(file, ENTRY) && !named(file, KEPT)) {
            all.add(new Old(file, Files.size(file), written));
          } else if (named(file, PARTIAL) && written.compareTo(abandoned) < 0) {
            delete(file);
          }
        } catch (NoSuchFileException e) {
          LOG.trace("{} went meanwhile", file, e);
        }
      }
    }
    all.sort(Comparator.comparing(Old::written).reversed());
    long bytes = 0;
    for (int i = 0; i < all.size(); i++) {
      bytes += all.get(i).size();
      if (i >= MAX_FILES || bytes > MAX_BYTES) {
        delete(all.get(i).file());
      }
    }
  }

  private static boolean named(Path file, Pattern pattern) {
    return pattern.matcher(file.getFileName().toString()).matches();
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.debug("could not delete {}", file, e);
    }
  }
}
