package dev.vast4j.internal.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.concurrent.TimeUnit;

/**
 * What the file system says about a file without reading it. Equal values mean the same file,
 * untouched in between, as far as the file system can tell.
 *
 * @param kind file, folder, link or something else
 * @param executable whether its owner may execute it
 * @param size bytes
 * @param modified time of last modification, nanoseconds since the epoch
 * @param changed time of last change of content or attributes, if {@code modified} is a whole
 *     second: a program likely set it (an archiver, a reproducible build), which may set the same
 *     time for the next content. Else 0, since asking for it takes twice the time.
 * @param identity a hash of device and inode, 0 if there are none
 */
record FileStat(
    Kind kind, boolean executable, long size, long modified, long changed, int identity) {

  enum Kind {
    FILE,
    FOLDER,
    LINK,
    OTHER
  }

  private static final long SECOND = 1_000_000_000L;
  private static final LinkOption[] FOLLOW = {};
  private static final LinkOption[] STAY = {LinkOption.NOFOLLOW_LINKS};

  /** Reads the attributes of a file, or of the target of a link. */
  static FileStat of(Path file) throws IOException {
    return read(file, FOLLOW);
  }

  /** Reads the attributes of a file, or of a link itself. */
  static FileStat ofLink(Path file) throws IOException {
    return read(file, STAY);
  }

  private static FileStat read(Path file, LinkOption[] options) throws IOException {
    BasicFileAttributes all;
    boolean executable = false;
    boolean unix = file.getFileSystem().supportedFileAttributeViews().contains("unix");
    if (unix) {
      PosixFileAttributes posix = Files.readAttributes(file, PosixFileAttributes.class, options);
      executable = posix.permissions().contains(PosixFilePermission.OWNER_EXECUTE);
      all = posix;
    } else {
      // Windows has no execute permission, so nothing deployed from there is executable.
      all = Files.readAttributes(file, BasicFileAttributes.class, options);
    }
    long modified = all.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    long changed = 0;
    if (unix && modified % SECOND == 0) {
      FileTime time = (FileTime) Files.getAttribute(file, "unix:ctime", options);
      changed = time.to(TimeUnit.NANOSECONDS);
    }
    // The key's hash depends on device and inode only, so it is the same in every process.
    int identity = all.fileKey() == null ? 0 : all.fileKey().hashCode();
    return new FileStat(kindOf(all), executable, all.size(), modified, changed, identity);
  }

  private static Kind kindOf(BasicFileAttributes all) {
    if (all.isRegularFile()) {
      return Kind.FILE;
    }
    if (all.isDirectory()) {
      return Kind.FOLDER;
    }
    return all.isSymbolicLink() ? Kind.LINK : Kind.OTHER;
  }
}
