package dev.vast4j.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A jar that the bundle only names.
 *
 * @param path its path in a Maven repository
 * @param sha256 lower-case hex
 * @param size in bytes
 * @param destination where the class path expects it, relative to the working directory
 */
record ThinJar(String path, String sha256, long size, String destination) {

  /**
   * Reads {@code fetch.tsv}. A missing file is an empty list.
   *
   * @throws IOException if a line is malformed; names the line
   */
  static List<ThinJar> read(Path file) throws IOException {
    return FetchList.read(
        file,
        "path, SHA-256, size and destination",
        fields ->
            fields.length != 4
                    || !FetchList.isSha256(fields[1])
                    || !FetchList.isSize(fields[2])
                    || FetchList.leavesDirectory(fields[0])
                    || FetchList.leavesDirectory(fields[3])
                ? null
                : new ThinJar(fields[0], fields[1], Long.parseLong(fields[2]), fields[3]));
  }
}
