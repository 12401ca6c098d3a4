package dev.vast4j.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * An asset: a file in the user's own bucket instead of the bundle.
 *
 * @param destination absolute, or relative to the working directory
 * @param sha256 lower-case hex
 * @param size in bytes
 * @param url its location, signed if there is no region
 * @param region the bucket's region if the worker signs the URL itself, otherwise empty
 */
record StoredAsset(String destination, String sha256, long size, String url, String region) {

  /**
   * Reads {@code assets.tsv}. A missing file is an empty list.
   *
   * @throws IOException if a line is malformed; names the line
   */
  static List<StoredAsset> read(Path file) throws IOException {
    return FetchList.read(
        file,
        "destination, SHA-256, size, URL and region",
        fields ->
            fields.length != 5
                    || FetchList.leavesDirectory(fields[0].replaceFirst("^/", ""))
                    || !FetchList.isSha256(fields[1])
                    || !FetchList.isSize(fields[2])
                    || fields[3].isEmpty()
                ? null
                : new StoredAsset(
                    fields[0], fields[1], Long.parseLong(fields[2]), fields[3], fields[4]));
  }
}
