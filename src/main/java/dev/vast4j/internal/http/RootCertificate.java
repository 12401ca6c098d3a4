package dev.vast4j.internal.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of the CA that signs workers' certificates: fetched on first use, kept on disk
 * for a week. If a fetch fails, an older copy serves. Thread-safe; callers wait for a fetch in
 * progress.
 */
public final class RootCertificate {
  private static final Logger log = LoggerFactory.getLogger(RootCertificate.class);
  static final Duration MAX_AGE = Duration.ofDays(7);

  /** How long a copy is kept although it does not match a worker's certificate. */
  static final Duration MIN_AGE = Duration.ofMinutes(10);

  /** The pause after a failed fetch: handshakes wait for fetches. */
  static final Duration FETCH_INTERVAL = Duration.ofSeconds(30);

  private static final int MOST_BYTES = 1 << 20;

  private final Supplier<String> fetch;
  private final Path file;
  private final Supplier<Instant> clock;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable Held held;
  private @Nullable Instant failedAt;

  private record Held(List<X509Certificate> certificates, Instant at) {}

  /**
   * Creates the holder; reads and fetches nothing yet.
   *
   * @param fetch returns the PEM text from the service; throws a RuntimeException on failure
   * @param file the copy on disk; its folder is created on demand
   * @param clock the time of day
   */
  public RootCertificate(Supplier<String> fetch, Path file, Supplier<Instant> clock) {
    this.fetch = fetch;
    this.file = file;
    this.clock = clock;
  }

  /** Returns the certificates. Throws IOException if there is no copy and the fetch fails. */
  List<X509Certificate> get() throws IOException {
    Held now = held;
    if (now != null && age(now).compareTo(MAX_AGE) < 0) {
      return now.certificates;
    }
    lock.lock();
    try {
      now = held;
      if (now == null) {
        now = readFile();
      }
      if (now == null || age(now).compareTo(MAX_AGE) >= 0) {
        try {
          now = fetchAndKeep();
        } catch (IOException e) {
          if (now == null) {
            throw e;
          }
          log.warn(
              "The certificate of Vast's CA is {} days old and cannot be refreshed: {}",
              age(now).toDays(),
              e.getMessage());
        }
      }
      held = now;
      return now.certificates;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Fetches the certificates again because the given ones did not match.
   *
   * @return the new ones; null if the copy is fresh or cannot be replaced
   */
  @Nullable List<X509Certificate> refetch(List<X509Certificate> unfit) {
    lock.lock();
    try {
      Held now = held;
      if (now != null && !now.certificates.equals(unfit)) {
        return now.certificates; // another thread has just fetched them
      }
      if (now != null && age(now).compareTo(MIN_AGE) < 0) {
        return null;
      }
      Held fresh = fetchAndKeep();
      held = fresh;
      return fresh.certificates.equals(unfit) ? null : fresh.certificates;
    } catch (IOException e) {
      log.warn("The certificate of Vast's CA cannot be refreshed: {}", e.getMessage());
      return null;
    } finally {
      lock.unlock();
    }
  }

  private Duration age(Held one) {
    Duration age = Duration.between(one.at, clock.get());
    // If the clock was set back, the copy must still age.
    return age.isNegative() ? MAX_AGE : age;
  }

  private Held fetchAndKeep() throws IOException {
    Instant failed = failedAt;
    if (failed != null
        && Duration.between(failed, clock.get()).abs().compareTo(FETCH_INTERVAL) < 0) {
      throw new IOException("the certificate of Vast's CA could not be fetched moments ago");
    }
    String pem;
    try {
      pem = fetch.get();
      failedAt = null;
    } catch (RuntimeException e) {
      failedAt = clock.get();
      throw new IOException("the certificate of Vast's CA cannot be fetched: " + e.getMessage(), e);
    }
    Held fresh = new Held(parse(pem.getBytes(StandardCharsets.UTF_8)), clock.get());
    try {
      writeFile(pem);
    } catch (IOException e) {
      log.warn("The certificate of Vast's CA cannot be cached in {}: {}", file, e.toString());
    }
    return fresh;
  }

  private @Nullable Held readFile() {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
        return null;
      }
      if (othersMayWrite(file) || othersMayWrite(folder())) {
        log.warn("Others can write the copy of Vast's CA certificate in {}; it is not used", file);
        return null;
      }
      Instant at = Files.getLastModifiedTime(file).toInstant();
      return new Held(parse(Files.readAllBytes(file)), at);
    } catch (IOException e) {
      log.warn("The copy of Vast's CA certificate in {} is unusable: {}", file, e.toString());
      return null;
    }
  }

  private void writeFile(String pem) throws IOException {
    Path folder = folder();
    createFolder(folder);
    Path part = Files.createTempFile(folder, "root", ".part");
    try {
      Files.writeString(part, pem);
      Files.setLastModifiedTime(part, java.nio.file.attribute.FileTime.from(clock.get()));
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private Path folder() throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException("no folder");
    }
    return folder;
  }

  /** Whoever can write the folder decides whom we trust, so only its owner may. */
  private static void createFolder(Path folder) throws IOException {
    Set<PosixFilePermission> ownerOnly = PosixFilePermissions.fromString("rwx------");
    if (Files.isDirectory(folder)) {
      if (othersMayWrite(folder)) {
        Files.setPosixFilePermissions(folder, ownerOnly);
      }
    } else if (knowsOwners(folder)) {
      Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(ownerOnly));
    } else {
      Files.createDirectories(folder);
    }
  }

  private static boolean othersMayWrite(Path path) throws IOException {
    if (!knowsOwners(path)) {
      return false;
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
    return permissions.contains(PosixFilePermission.GROUP_WRITE)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE);
  }

  private static boolean knowsOwners(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /** {@return the certificates in a PEM text; at least one} */
  public static List<X509Certificate> parse(byte[] pem) throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      for (Certificate one :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))) {
        if (one instanceof X509Certificate x509) {
          certificates.add(x509);
        }
      }
    } catch (CertificateException e) {
      throw new IOException("not a PEM certificate", e);
    }
    if (certificates.isEmpty()) {
      throw new IOException("not a PEM certificate");
    }
    return List.copyOf(certificates);
  }
}
