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
 * What is remembered between runs: facts of files, sizes of tarballs, summaries of what was last
 * deployed. Losing it costs time only, so nothing here fails: what cannot be read or written is
 * logged and done without. Each entry is a file of its own that is replaced as a whole, so many
 * threads and processes may use one cache at once. Its size is bounded; what was written longest
 * ago goes first. An entry ends in a checksum, so that a damaged one counts as none.
 */
public final class BundleCache {
  private static final Logger LOG = LoggerFactory.getLogger(BundleCache.class);
  private static final String OWNER_ONLY = "rwx------";
  private static final long MAX_BYTES = 64L << 20;
  private static final int MAX_FILES = 2000;
  private static final int CHECKSUM_LENGTH = Long.BYTES;
  private static final String UNFINISHED = "unfinished";
  private static final String SECRET = "secret";
  private static final Pattern ENTRY = Pattern.compile("[a-z-]+-[0-9a-f]{32}");
  private static final Pattern PARTIAL = Pattern.compile("\\.[0-9]+\\.partial");

  /** What is older was begun by a run that was killed. */
  private static final Duration LONGEST_WRITE = Duration.ofHours(1);

  private final Path folder;

  private BundleCache(Path folder) {
    this.folder = folder;
  }

  /**
   * A cache in a folder of one's own.
   *
   * @param folder created when needed, readable by its owner only
   * @return the cache
   */
  public static BundleCache in(Path folder) {
    return new BundleCache(folder);
  }

  /**
   * The summary of what was last deployed.
   *
   * @param deployment whatever tells deployments apart: service, name, tag
   * @return the summary, or empty when none is remembered
   */
  public Optional<BundleSummary> lastDeployed(String... deployment) {
    byte[] bytes = load("deployed", deployment);
    return bytes == null ? Optional.empty() : BundleSummary.parse(bytes);
  }

  /**
   * Remembers what was deployed.
   *
   * @param summary the content
   * @param deployment whatever tells deployments apart: service, name, tag
   */
  public void rememberDeployed(BundleSummary summary, String... deployment) {
    store(summary.toBytes(), "deployed", deployment);
  }

  /** What a run that has registered a bundle has still to do, should it end too soon. */
  public enum Unfinished {
    /** To upload it; workers fetch it when they boot. */
    UPLOAD,
    /** To upload it, and then to tell the workers. */
    UPLOAD_AND_ROLLOUT,
    /** To tell the workers of what is uploaded. */
    ROLLOUT;

    /**
     * Whether workers are to be told.
     *
     * @return whether they are
     */
    public boolean rollsOut() {
      return this != UPLOAD;
    }
  }

  /**
   * Remembers what has to follow a registration. A run that ends before leaves this, and the
   * service says to the next one only that the bundle is there.
   *
   * @param hash the bundle's
   * @param step what has to follow
   * @param deployment whatever tells deployments apart: service, name, tag
   */
  public void rememberUnfinished(String hash, Unfinished step, String... deployment) {
    storeText(step + " " + hash, UNFINISHED, deployment);
  }

  /**
   * What an earlier run has left to be done for a bundle.
   *
   * @param hash the bundle's
   * @param deployment whatever tells deployments apart: service, name, tag
   * @return what {@link #rememberUnfinished} was last told of it, unless {@link #forgetUnfinished}
   *     was called since
   */
  public Optional<Unfinished> unfinished(String hash, String... deployment) {
    String known = loadText(UNFINISHED, deployment);
    return Arrays.stream(Unfinished.values())
        .filter(step -> (step + " " + hash).equals(known))
        .findFirst();
  }

  /**
   * Nothing is left to be done for whatever bundle there is.
   *
   * @param deployment whatever tells deployments apart: service, name, tag
   */
  public void forgetUnfinished(String... deployment) {
    delete(fileOf(UNFINISHED, deployment));
  }

  /**
   * Remembers what a deployment was given that the service does not tell. Only a digest is kept.
   *
   * @param secret a text of it
   * @param deployment whatever tells deployments apart: service, name, tag
   */
  public void rememberSecret(String secret, String... deployment) {
    storeText(SummaryBuilder.shortDigest(secret), SECRET, deployment);
  }

  /**
   * Whether a deployment was last given something else.
   *
   * @param secret a text of what it is to be given now
   * @param deployment whatever tells deployments apart: service, name, tag
   * @return false also where nothing is remembered
   */
  public boolean secretDiffers(String secret, String... deployment) {
    String known = loadText(SECRET, deployment);
    return known != null && !known.equals(SummaryBuilder.shortDigest(secret));
  }

  /** A remembered text, or null. */
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

  /** No link leads here or onwards: nobody else plants an entry. */
  private byte[] read(Path file) throws IOException {
    refuseLink();
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return in.readAllBytes();
    }
  }

  private void refuseLink() throws IOException {
    if (Files.isSymbolicLink(folder)) {
      throw new IOException(folder + " is a link, and what it leads to may be anything");
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

  /** Digests tell what is deployed, so nobody else may read them, nor plant any. */
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
      throw new IOException(folder + " is no folder", e);
    }
    if (!Files.getPosixFilePermissions(folder).equals(wanted)) {
      Files.setPosixFilePermissions(folder, wanted);
    }
  }

  /** Makes room. What else lies in the folder is not its business. */
  private void prune(Instant now) throws IOException {
    record Old(Path file, long size, FileTime written) {}
    List<Old> all = new ArrayList<>();
    FileTime abandoned = FileTime.from(now.minus(LONGEST_WRITE));
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        try {
          FileTime written = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
          if (named(file, ENTRY)) {
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
