package dev.vast4j.internal.tar;

/**
 * One member of an archive.
 *
 * @param name its name as the archive has it
 * @param kind what it is
 * @param mode its permissions
 * @param size bytes of content that follow; 0 for all but files
 * @param modified seconds since the epoch
 * @param linkName where a link leads; empty for all but links
 */
public record TarEntry(
    String name, Kind kind, int mode, long size, long modified, String linkName) {
  private static final int EXECUTABLE = 0111;

  /** What a member is. */
  public enum Kind {
    /** A regular file. */
    FILE,
    /** A folder. */
    FOLDER,
    /** A symbolic link. */
    SYMBOLIC_LINK,
    /** A second name of an earlier member. */
    HARD_LINK,
    /** A device, a pipe, or something of one tar's own. */
    OTHER
  }

  /**
   * A regular file.
   *
   * @param name its name
   * @param mode its permissions
   * @param size its size in bytes
   * @param modified seconds since the epoch
   * @return the entry
   */
  public static TarEntry file(String name, int mode, long size, long modified) {
    return new TarEntry(name, Kind.FILE, mode, size, modified, "");
  }

  /**
   * A folder.
   *
   * @param name its name
   * @param mode its permissions
   * @param modified seconds since the epoch
   * @return the entry
   */
  public static TarEntry folder(String name, int mode, long modified) {
    return new TarEntry(name, Kind.FOLDER, mode, 0, modified, "");
  }

  /**
   * Whether anybody may execute it.
   *
   * @return whether one of the three permissions is there
   */
  public boolean isExecutable() {
    return (mode & EXECUTABLE) != 0;
  }
}
