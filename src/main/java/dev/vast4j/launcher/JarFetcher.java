package dev.vast4j.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Fetches jars to their places, several at once: from a local Maven repository where they are in
 * one, else from the remote ones in order. Only a file of the right size and SHA-256 ever appears
 * at its place. Immutable and thread-safe.
 */
final class JarFetcher {
  private static final int PARALLEL = 8;

  /** Rounds through all repositories, with a pause after each but the last. */
  private static final int TRIES = 4;

  private static final int CONNECT_MILLIS = 10_000;
  private static final int READ_MILLIS = 30_000;

  /** A jar may take this long, and a second more for every so many bytes. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final long SLOWEST_BYTES_PER_SECOND = 50_000;
  private static final int BUFFER = 64 * 1024;

  private final Path directory;
  private final @Nullable Path localRepository;
  private final List<String> repositories;
  private final Sleeper sleeper;

  /** Waits; a test need not. */
  @FunctionalInterface
  interface Sleeper {
    void sleep(Duration time) throws InterruptedException;
  }

  /**
   * Creates a fetcher.
   *
   * @param directory what destinations are relative to
   * @param localRepository a folder in the Maven layout, or null
   * @param repositories base URLs, tried in order
   */
  JarFetcher(
      Path directory, @Nullable Path localRepository, List<String> repositories, Sleeper sleeper) {
    this.directory = directory;
    this.localRepository = localRepository;
    this.repositories = List.copyOf(repositories);
    this.sleeper = sleeper;
  }

  /** An artifact could not be fetched; the message names it and says what to do. */
  static final class FetchFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    FetchFailedException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Fetches what is not there yet. Blocks until all of it is.
   *
   * @return how many were fetched
   * @throws FetchFailedException naming every artifact that could not be fetched
   */
  int fetch(List<ThinJar> jars) throws FetchFailedException, InterruptedException {
    List<ThinJar> missing = jars.stream().filter(jar -> !present(jar)).toList();
    if (missing.isEmpty()) {
      return 0;
    }
    AtomicInteger count = new AtomicInteger();
    ExecutorService pool =
        Executors.newFixedThreadPool(
            Math.min(PARALLEL, missing.size()),
            task -> {
              Thread thread = new Thread(task, "vast4j-fetch-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<?>> fetches = new ArrayList<>();
      for (ThinJar jar : missing) {
        fetches.add(
            pool.submit(
                () -> {
                  fetchOne(jar);
                  return null;
                }));
      }
      List<String> failures = new ArrayList<>();
      Throwable first = null;
      for (Future<?> fetch : fetches) {
        try {
          fetch.get();
        } catch (ExecutionException e) {
          Throwable cause = e.getCause();
          failures.add(String.valueOf(cause == null ? e : cause.getMessage()));
          first = first == null ? cause : first;
        }
      }
      if (!failures.isEmpty()) {
        throw new FetchFailedException(String.join("; ", failures), first);
      }
      return missing.size();
    } finally {
      pool.shutdownNow();
    }
  }

  /** The size is enough here: a file gets to its place only whole and checked. */
  private boolean present(ThinJar jar) {
    try {
      return Files.size(directory.resolve(jar.destination())) == jar.size();
    } catch (IOException e) {
      return false;
    }
  }

  private void fetchOne(ThinJar jar) throws IOException, InterruptedException {
    Path destination = directory.resolve(jar.destination());
    Files.createDirectories(parent(destination));
    List<String> reasons = new ArrayList<>();
    if (localRepository != null) {
      Path local = localRepository.resolve(jar.path());
      if (Files.isRegularFile(local)) {
        try (InputStream in = Files.newInputStream(local)) {
          store(jar, in, destination);
          return;
        } catch (IOException e) {
          reasons.add("local repository: " + e.getMessage());
        }
      }
    }
    for (int attempt = 1; ; attempt++) {
      boolean again = false;
      for (String repository : repositories) {
        String base = repository.endsWith("/") ? repository : repository + "/";
        try {
          download(jar, base + jar.path(), destination);
          return;
        } catch (NotThereException e) {
          add(reasons, base + ": " + e.getMessage());
        } catch (IOException e) {
          add(reasons, base + ": " + e.getMessage());
          again = true;
        }
      }
      if (!again || attempt == TRIES) {
        throw new FetchFailedException(
            "cannot fetch the jar "
                + jar.path()
                + " ("
                + String.join("; ", reasons)
                + "). Name a repository that has it in VAST4J_REPOSITORIES, or let it travel in"
                + " the bundle (Classpath)",
            null);
      }
      long pause = 1000L << (attempt - 1);
      sleeper.sleep(
          Duration.ofMillis(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1)));
    }
  }

  private static void add(List<String> reasons, String reason) {
    if (!reasons.contains(reason)) {
      reasons.add(reason);
    }
  }

  /** The repository does not have the artifact: asking again is of no use. */
  private static final class NotThereException extends IOException {
    private static final long serialVersionUID = 1L;

    NotThereException(String message) {
      super(message);
    }
  }

  private static void download(ThinJar jar, String url, Path destination) throws IOException {
    URL address;
    try {
      address = URI.create(url).toURL();
    } catch (IllegalArgumentException e) {
      throw new NotThereException("not a URL");
    }
    if (!(address.openConnection() instanceof HttpURLConnection connection)) {
      try (InputStream in = address.openStream()) {
        store(jar, in, destination);
      }
      return;
    }
    try {
      connection.setConnectTimeout(CONNECT_MILLIS);
      connection.setReadTimeout(READ_MILLIS);
      connection.setUseCaches(false);
      int status = connection.getResponseCode();
      if (status != 200) {
        String message = "HTTP status " + status;
        if (status == 408 || status == 429 || status >= 500) {
          throw new IOException(message);
        }
        throw new NotThereException(message);
      }
      try (InputStream in = connection.getInputStream()) {
        store(jar, in, destination);
      }
    } finally {
      connection.disconnect();
    }
  }

  /** Copies to a temporary file, checks it, moves it to its place. */
  private static void store(ThinJar jar, InputStream from, Path destination) throws IOException {
    Path temporary =
        Files.createTempFile(parent(destination), destination.getFileName().toString(), ".part");
    try {
      MessageDigest digest = sha256();
      copy(jar, new DigestInputStream(from, digest), temporary);
      String found = HexFormat.of().formatHex(digest.digest());
      if (!found.equals(jar.sha256())) {
        throw new IOException("its SHA-256 is " + found + " instead of " + jar.sha256());
      }
      try {
        Files.move(
            temporary,
            destination,
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(temporary, destination, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void copy(ThinJar jar, InputStream from, Path to) throws IOException {
    long deadline =
        System.nanoTime() + PATIENCE.plusSeconds(jar.size() / SLOWEST_BYTES_PER_SECOND).toNanos();
    byte[] buffer = new byte[BUFFER];
    long total = 0;
    try (OutputStream out = Files.newOutputStream(to)) {
      for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
        total += count;
        if (total > jar.size()) {
          break;
        }
        if (System.nanoTime() - deadline > 0) {
          throw new InterruptedIOException("it comes too slowly");
        }
        out.write(buffer, 0, count);
      }
    }
    if (total != jar.size()) {
      throw new IOException(
          "it has " + (total > jar.size() ? "more" : total) + " bytes instead of " + jar.size());
    }
  }

  private static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("not a file's place: " + file);
    }
    return parent;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
