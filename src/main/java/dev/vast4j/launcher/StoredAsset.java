package dev.vast4j.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * An asset: a file that lies in the user's own bucket instead of travelling in the bundle.
 *
 * @param destination absolute, or relative to the working directory
 * @param sha256 lower-case hex
 * @param size in bytes
 * @param url where it lies; with the signature in it unless there is a region
 * @param region the bucket's region, when the worker signs the URL itself; else empty
 */
record StoredAsset(String destination, String sha256, long size, String url, String region) {

  /**
   * Reads {@code assets.tsv}. A file that is not there lists none.
   *
   * @throws IOException naming the line that is malformed
   */
  static List<StoredAsset> read(Path file) throws IOException {
    return FetchList.read(
        file,
        "destination, SHA-256, size, URL and region",
        fields ->
            fields.length != 5
                    || FetchList.leavesFolder(fields[0].replaceFirst("^/", ""))
                    || !FetchList.isSha256(fields[1])
                    || !FetchList.isSize(fields[2])
                    || fields[3].isEmpty()
                ? null
                : new StoredAsset(
                    fields[0], fields[1], Long.parseLong(fields[2]), fields[3], fields[4]));
  }
}
