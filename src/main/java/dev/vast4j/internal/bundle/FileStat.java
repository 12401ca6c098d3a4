package dev.vast4j.internal.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the file system says about a file without reading it. Two equal values mean: the same file,
 * untouched between, as far as the file system can tell.
 *
 * @param kind file, folder, link or something else
 * @param executable whether its owner may execute it
 * @param size bytes
 * @param modified time of last modification, nanoseconds since the epoch
 * @param changed time of last change of content or attributes; {@code modified} where the file
 *     system has no such time
 * @param device the device, 0 where there is none
 * @param inode the file's number on its device, 0 where there is none
 */
record FileStat(
    Kind kind,
    boolean executable,
    long size,
    long modified,
    long changed,
    long device,
    long inode) {

  enum Kind {
    FILE,
    FOLDER,
    LINK,
    OTHER
  }

  private static final String UNIX_ATTRIBUTES = "unix:mode,size,lastModifiedTime,ctime,dev,ino";
  private static final int TYPE_MASK = 0170000;
  private static final int FOLDER_TYPE = 0040000;
  private static final int FILE_TYPE = 0100000;
  private static final int LINK_TYPE = 0120000;
  private static final int OWNER_EXECUTE = 0100;

  /** Looks at the file that a link leads to. */
  static FileStat of(Path file) throws IOException {
    return read(file);
  }

  /** Looks at the link itself. */
  static FileStat ofLink(Path file) throws IOException {
    return read(file, LinkOption.NOFOLLOW_LINKS);
  }

  private static FileStat read(Path file, LinkOption... options) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return readBasic(file, options);
    }
    Map<String, Object> all = Files.readAttributes(file, UNIX_ATTRIBUTES, options);
    int mode = (int) value(all, "mode");
    return new FileStat(
        switch (mode & TYPE_MASK) {
          case FILE_TYPE -> Kind.FILE;
          case FOLDER_TYPE -> Kind.FOLDER;
          case LINK_TYPE -> Kind.LINK;
          default -> Kind.OTHER;
        },
        (mode & OWNER_EXECUTE) != 0,
        (long) value(all, "size"),
        ((FileTime) value(all, "lastModifiedTime")).to(TimeUnit.NANOSECONDS),
        ((FileTime) value(all, "ctime")).to(TimeUnit.NANOSECONDS),
        (long) value(all, "dev"),
        (long) value(all, "ino"));
  }

  private static Object value(Map<String, Object> all, String name) {
    Object value = all.get(name);
    if (value == null) {
      throw new IllegalStateException("the file system does not tell " + name);
    }
    return value;
  }

  private static FileStat readBasic(Path file, LinkOption... options) throws IOException {
    BasicFileAttributes all = Files.readAttributes(file, BasicFileAttributes.class, options);
    long modified = all.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    Kind kind =
        all.isRegularFile()
            ? Kind.FILE
            : all.isDirectory() ? Kind.FOLDER : all.isSymbolicLink() ? Kind.LINK : Kind.OTHER;
    // Windows knows no execute permission, so nothing deployed from there is executable.
    return new FileStat(kind, false, all.size(), modified, modified, 0, 0);
  }
}
