package dev.vast4j.local.process;

import dev.vast4j.errors.LocalEngineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's folder: bundles, workers' folders, logs and the state kept across restarts. Only one
 * engine at a time uses a folder. When an engine starts, it ends and removes what a killed one left
 * behind.
 */
public final class Home implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Home.class);
  private static final String TEMPORARY = "vast4j-local-";
  private static final Pattern PROCESS = Pattern.compile("\\d{1,18} \\d{1,18}");

  /**
   * Folders that engines of this process have locked. Their lock files must not be opened again: on
   * POSIX, closing any channel of a file releases the process's lock on it.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final boolean temporary;
  private final Lock lock;

  private Home(Path folder, boolean temporary, Lock lock) {
    this.folder = folder;
    this.temporary = temporary;
    this.lock = lock;
  }

  public static Home open(Optional<Path> kept) {
    try {
      Path folder =
          kept.isPresent()
              ? makeFolder(kept.get()).toRealPath()
              : Files.createTempDirectory(TEMPORARY).toRealPath();
      Lock lock = lock(folder);
      if (lock == null) {
        throw new LocalEngineException(
            "another engine is using the folder " + folder + "; end it or choose another folder",
            null);
      }
      Home home = new Home(folder, kept.isEmpty(), lock);
      try {
        home.prepare();
      } catch (IOException | RuntimeException e) {
        home.close();
        throw e;
      }
      return home;
    } catch (IOException e) {
      throw new LocalEngineException(
          "cannot use the engine's folder: "
              + e.getMessage()
              + (e instanceof AccessDeniedException ? ": permission denied" : "")
              + "; choose another folder",
          e);
    }
  }

  private void prepare() throws IOException {
    endOrphans(folder);
    deleteQuietly(workers());
    // Deployments hold environment variables, and others may have created the folder.
    makeFolder(store());
    makeFolder(workers());
    keepNewest(makeFolder(logs()));
    try {
      removeLeftovers(Path.of(System.getProperty("java.io.tmpdir")), Files.getOwner(folder));
    } catch (IOException e) {
      LOG.warn("cannot look for leftovers of other engines: {}", e.toString());
    }
  }

  /** This engine's exclusive lock on a folder. */
  private record Lock(Path folder, FileChannel file) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      file.close();
      HELD.remove(folder);
    }
  }

  private static @Nullable Lock lock(Path wanted) throws IOException {
    Path folder = wanted.toRealPath();
    if (!HELD.add(folder)) {
      LOG.debug("the folder is in use by another engine of this process");
      return null;
    }
    Lock lock = null;
    try {
      FileChannel file =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (file.tryLock() == null) {
        file.close();
      } else {
        lock = new Lock(folder, file);
      }
    } finally {
      if (lock == null) {
        HELD.remove(folder);
      }
    }
    return lock;
  }

  /** Creates a folder for its owner only; leaves an existing one as it is. */
  private static Path makeFolder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return folder;
    }
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? Files.createDirectories(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")))
        : Files.createDirectories(folder);
  }

  /**
   * Removes the temporary folders of engines killed together with their watchdog.
   *
   * @param owner the owner of the folders to remove; a folder of somebody else could name any
   *     process to end
   */
  static void removeLeftovers(Path parent, UserPrincipal owner) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, TEMPORARY + "*")) {
      for (Path folder : folders) {
        if (!isOf(folder, owner) || !Files.exists(folder.resolve("lock"))) {
          continue;
        }
        Lock lock = lock(folder);
        if (lock != null) {
          endOrphans(folder);
          lock.close();
          deleteQuietly(folder);
        }
      }
    }
  }

  private static boolean isOf(Path folder, UserPrincipal owner) throws IOException {
    try {
      return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
          && Files.isWritable(folder)
          && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(owner);
    } catch (NoSuchFileException e) {
      return false; // its engine just ended
    }
  }

  /** Deletes all logs of earlier engines but the newest. */
  private static void keepNewest(Path logs) throws IOException {
    try (Stream<Path> files = Files.list(logs)) {
      files
          .sorted(Comparator.comparingLong((Path file) -> file.toFile().lastModified()).reversed())
          .skip(ProcessLogs.KEPT)
          .forEach(Home::deleteQuietly);
    }
  }

  private static void endOrphans(Path folder) throws IOException {
    Reaper.killStrays(folder.toRealPath().resolve("workers"));
    Path list = folder.resolve("workers.pids");
    if (!Files.exists(list)) {
      return;
    }
    for (String line : Files.readAllLines(list)) {
      // the last one can be cut off
      if (PROCESS.matcher(line).matches()) {
        String[] words = line.split(" ", -1);
        Reaper.kill(Long.parseLong(words[0]), Long.parseLong(words[1]));
      }
    }
    Files.delete(list);
  }

  public static void deleteQuietly(Path folder) {
    try {
      if (Files.exists(folder)) {
        Reaper.deleteTree(folder);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("cannot delete {}: {}", folder, e.toString());
    }
  }

  public Path folder() {
    return folder;
  }

  public boolean temporary() {
    return temporary;
  }

  Path workers() {
    return folder.resolve("workers");
  }

  Path logs() {
    return folder.resolve("logs");
  }

  public Path store() {
    return folder.resolve("store");
  }

  Path pids() {
    return folder.resolve("workers.pids");
  }

  /** {@return the content of a small file, or empty when there is none} */
  public Optional<String> read(String name) throws IOException {
    Path file = folder.resolve(name);
    return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
  }

  /**
   * Writes a small file, readable by its owner only, atomically: a crash leaves the old content.
   */
  public void write(String name, byte[] content) throws IOException {
    Path written = Files.createTempFile(folder, name, ".new");
    try {
      Files.write(written, content);
      Files.move(
          written,
          folder.resolve(name),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(written);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      LOG.debug("closing the lock file", e);
    }
    if (temporary) {
      deleteQuietly(folder);
    }
  }
}
