package dev.vast4j.internal.deploy;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A temporary folder of this user alone, deleted with its files on close and when the JVM ends: by
 * its program's end, {@code System.exit} or a signal that it can handle. A file that another thread
 * is writing is deleted, too, and once the folder is gone no other can appear.
 */
final class ScratchFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ScratchFolder.class);

  /** A thread that still writes may put a file in the folder while it is being deleted. */
  private static final int TRIES = 100;

  /** Holds the folders that exist; its hook is there as long as one has ever been. */
  private static final class Open {
    private static final Set<Path> FOLDERS = ConcurrentHashMap.newKeySet();

    static {
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(() -> FOLDERS.forEach(Open::deleteQuietly), "vast4j-scratch"));
    }

    private Open() {}

    private static void deleteQuietly(Path folder) {
      try {
        delete(folder);
      } catch (IOException e) {
        LOG.warn("The temporary folder {} cannot be deleted: {}", folder, e.toString());
      }
    }
  }

  private final Path path;

  private ScratchFolder(Path path) {
    this.path = path;
  }

  /**
   * Creates a folder in the system's temporary one.
   *
   * @throws IOException also when the JVM is ending
   */
  static ScratchFolder create(String prefix) throws IOException {
    Set<Path> folders;
    try {
      folders = Open.FOLDERS;
    } catch (LinkageError e) {
      // A hook cannot be registered any more.
      throw new IOException("the program is ending", e);
    }
    Path path = Files.createTempDirectory(prefix).toAbsolutePath();
    folders.add(path);
    return new ScratchFolder(path);
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    Open.deleteQuietly(path);
    Open.FOLDERS.remove(path);
  }

  /** Deletes a file, or a folder that holds nothing but files. */
  static void delete(Path path) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
            for (Path file : files) {
              Files.deleteIfExists(file);
            }
          }
        }
        Files.deleteIfExists(path);
        return;
      } catch (NoSuchFileException e) {
        return;
      } catch (DirectoryNotEmptyException e) {
        if (tries == TRIES) {
          throw e;
        }
      }
    }
  }
}
