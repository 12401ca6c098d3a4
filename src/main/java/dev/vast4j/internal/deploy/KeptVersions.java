package dev.vast4j.internal.deploy;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.vast4j.api.DeploymentConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions that this machine deployed, to be deployed again: tarballs and registrations. They
 * hold values of variables and log-ins, so they are sealed with a key made of the account's, in a
 * folder of the owner's alone. Bounded; the oldest go first. Losing it costs the way back only, so
 * nothing here fails a deploy: errors are logged. Many threads and processes may use one folder.
 */
final class KeptVersions {
  private static final Logger LOG = LoggerFactory.getLogger(KeptVersions.class);

  /** How many versions of one deployment are kept. */
  static final int MOST_VERSIONS = 5;

  /** How many bytes all take. */
  private static final long MOST_BYTES = 1L << 30;

  /** Unfinished files that are older were left by a killed run. */
  private static final Duration LONGEST_WRITE = Duration.ofHours(1);

  private static final String BUNDLE = ".bundle";
  private static final String CONFIG = ".config";
  private static final String PARTIAL = ".partial";
  private static final Pattern NAME =
      Pattern.compile("([0-9a-f]{16})-([0-9a-f]{32})(-[0-9a-f]{16})?(\\.bundle|\\.config)");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .build();

  private final Path folder;
  private final UnaryOperator<byte[]> key;
  private final Supplier<Instant> clock;
  private final long mostBytes;

  /**
   * Opens the folder, which may not exist.
   *
   * @param key makes a file's key of its salt
   * @param clock the time of day, which the age of unfinished files is compared with
   */
  KeptVersions(Path folder, UnaryOperator<byte[]> key, Supplier<Instant> clock) {
    this(folder, key, clock, MOST_BYTES);
  }

  KeptVersions(Path folder, UnaryOperator<byte[]> key, Supplier<Instant> clock, long mostBytes) {
    this.folder = folder;
    this.key = key;
    this.clock = clock;
    this.mostBytes = mostBytes;
  }

  Path folder() {
    return folder;
  }

  /** Keeps what was uploaded. */
  void keepBundle(Path tarball, String hash, String... deployment) {
    try (InputStream in = Files.newInputStream(tarball)) {
      if (Files.size(tarball) > mostBytes) {
        LOG.info("The bundle is too large to be kept for a rollback");
        return;
      }
      write(in, folder.resolve(bundleName(hash, deployment)));
    } catch (IOException e) {
      LOG.info("Could not keep the bundle for a rollback: {}", e.toString());
    }
  }

  /** Keeps how a version was registered, if its bundle is kept. */
  void keepConfig(DeploymentConfig config, String... deployment) {
    if (!Files.isRegularFile(
        folder.resolve(bundleName(config.fileHash(), deployment)), LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      byte[] json = JSON.writeValueAsBytes(config);
      for (String image : List.of(config.image(), "")) {
        write(
            new ByteArrayInputStream(json),
            folder.resolve(configName(config.fileHash(), image, deployment)));
      }
      prune();
    } catch (IOException e) {
      LOG.info("Could not keep the version for a rollback: {}", e.toString());
    }
  }

  /**
   * Finds how a version was registered.
   *
   * @param image the version's image, or null if unknown
   * @return the registration, or empty when it or its bundle is not kept
   */
  Optional<DeploymentConfig> config(String hash, @Nullable String image, String... deployment) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    try {
      read(configName(hash, image == null ? "" : image, deployment), json);
      return Files.isRegularFile(
              folder.resolve(bundleName(hash, deployment)), LinkOption.NOFOLLOW_LINKS)
          ? Optional.of(JSON.readValue(json.toByteArray(), DeploymentConfig.class))
          : Optional.empty();
    } catch (IOException e) {
      LOG.debug("the version is not kept", e);
      return Optional.empty();
    }
  }

  /** Writes a kept bundle to a file; returns whether it could. */
  boolean bundle(Path to, String hash, String... deployment) {
    try (OutputStream out = Files.newOutputStream(to)) {
      read(bundleName(hash, deployment), out);
      return true;
    } catch (IOException e) {
      LOG.info("The kept bundle cannot be read: {}", e.toString());
      return false;
    }
  }

  private void read(String name, OutputStream out) throws IOException {
    if (Files.isSymbolicLink(folder)) {
      throw new IOException(folder + " is a link, which may lead anywhere");
    }
    SealedFile.read(folder.resolve(name), out, key);
  }

  private void write(InputStream content, Path file) throws IOException {
    createFolder();
    Path partial = Files.createTempFile(folder, ".", PARTIAL); // for its owner only
    try {
      SealedFile.write(content, partial, key);
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private void createFolder() throws IOException {
    if (Files.isSymbolicLink(folder)) {
      throw new IOException(folder + " is a link, which may lead anywhere");
    }
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectories(folder);
      return;
    }
    Set<PosixFilePermission> owner = PosixFilePermissions.fromString("rwx------");
    Files.createDirectories(folder.toAbsolutePath(), PosixFilePermissions.asFileAttribute(owner));
    if (!Files.getPosixFilePermissions(folder).equals(owner)) {
      Files.setPosixFilePermissions(folder, owner);
    }
  }

  /** Deletes the oldest bundles, then registrations without one. Leaves other files alone. */
  private void prune() throws IOException {
    record Kept(Path file, String deployment, String version, long size, FileTime written) {}
    List<Kept> bundles = new ArrayList<>();
    List<Kept> configs = new ArrayList<>();
    FileTime abandoned = FileTime.from(clock.get().minus(LONGEST_WRITE));
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        Matcher matcher = NAME.matcher(name);
        try {
          FileTime written = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
          if (matcher.matches()) {
            Kept kept =
                new Kept(
                    file,
                    matcher.group(1),
                    matcher.group(1) + matcher.group(2),
                    Files.size(file),
                    written);
            (name.endsWith(BUNDLE) ? bundles : configs).add(kept);
          } else if (name.endsWith(PARTIAL) && written.compareTo(abandoned) < 0) {
            Files.deleteIfExists(file);
          }
        } catch (NoSuchFileException e) {
          LOG.trace("{} went meanwhile", file, e);
        }
      }
    }
    // A registration is written at each deploy, so its time is that of the version's last one.
    Map<String, FileTime> used = new HashMap<>();
    configs.forEach(
        config ->
            used.merge(config.version(), config.written(), (a, b) -> a.compareTo(b) > 0 ? a : b));
    bundles.sort(
        Comparator.comparing((Kept b) -> used.getOrDefault(b.version(), b.written())).reversed());
    Map<String, Integer> versions = new HashMap<>();
    Set<String> stay = new HashSet<>();
    long bytes = 0;
    for (Kept bundle : bundles) {
      bytes += bundle.size();
      if (bytes > mostBytes
          || versions.merge(bundle.deployment(), 1, Integer::sum) > MOST_VERSIONS) {
        Files.deleteIfExists(bundle.file());
      } else {
        stay.add(bundle.version());
      }
    }
    for (Kept config : configs) {
      if (!stay.contains(config.version())) {
        Files.deleteIfExists(config.file());
      }
    }
  }

  private static String bundleName(String hash, String... deployment) {
    return name(hash, deployment) + BUNDLE;
  }

  private static String configName(String hash, String image, String... deployment) {
    return name(hash, deployment) + "-" + digest(16, image) + CONFIG;
  }

  private static String name(String hash, String... deployment) {
    return digest(16, deployment) + "-" + digest(32, hash);
  }

  private static String digest(int length, String... texts) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (String text : texts) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sha.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        sha.update(bytes);
      }
      return HexFormat.of().formatHex(sha.digest()).substring(0, length);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
