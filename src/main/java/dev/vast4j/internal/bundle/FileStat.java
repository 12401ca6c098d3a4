package dev.vast4j.internal.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the file system says about a file without reading it. Equal values mean the same file,
 * untouched in between, as far as the file system can tell.
 *
 * @param kind file, folder, link or something else
 * @param executable whether its owner may execute it
 * @param size bytes
 * @param modified time of last modification, nanoseconds since the epoch
 * @param changed time of last change of content or attributes, which no program can set back, so a
 *     file rewritten in place with its old size and time shows; 0 where the file system has none
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

  /** One system call each file. */
  private static final String UNIX = "unix:mode,size,lastModifiedTime,ctime,fileKey";

  private static final int TYPE = 0170000;
  private static final int REGULAR = 0100000;
  private static final int DIRECTORY = 0040000;
  private static final int SYMBOLIC_LINK = 0120000;
  private static final int OWNER_EXECUTE = 0100;
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
    if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      // Windows has no execute permission, so nothing deployed from there is executable.
      BasicFileAttributes all = Files.readAttributes(file, BasicFileAttributes.class, options);
      return new FileStat(
          kindOf(all), false, all.size(), nanos(all.lastModifiedTime()), 0, hash(all.fileKey()));
    }
    // Named one by one: "*" also looks up the names of user and group.
    Map<String, Object> all = Files.readAttributes(file, UNIX, options);
    int mode = get(all, "mode", Integer.class);
    return new FileStat(
        kindOf(mode),
        (mode & OWNER_EXECUTE) != 0,
        get(all, "size", Long.class),
        nanos(get(all, "lastModifiedTime", FileTime.class)),
        nanos(get(all, "ctime", FileTime.class)),
        hash(all.get("fileKey")));
  }

  private static <T> T get(Map<String, Object> attributes, String name, Class<T> type) {
    return type.cast(Objects.requireNonNull(attributes.get(name), name));
  }

  private static long nanos(FileTime time) {
    return time.to(TimeUnit.NANOSECONDS);
  }

  /** The key's hash depends on device and inode only, so it is the same in every process. */
  private static int hash(@Nullable Object fileKey) {
    return fileKey == null ? 0 : fileKey.hashCode();
  }

  private static Kind kindOf(int mode) {
    return switch (mode & TYPE) {
      case REGULAR -> Kind.FILE;
      case DIRECTORY -> Kind.FOLDER;
      case SYMBOLIC_LINK -> Kind.LINK;
      default -> Kind.OTHER;
    };
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
