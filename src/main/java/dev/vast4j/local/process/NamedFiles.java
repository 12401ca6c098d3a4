package dev.vast4j.local.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The jars and assets that a bundle names without containing them. Twin of the checks in the
 * bundle's start script, {@code internal/bundle/deployment.py}.
 */
final class NamedFiles {
  private static final int SIZE = 2;
  private static final int PLACE = 3;

  private NamedFiles() {}

  /**
   * {@return whether to run the fetcher: a jar is missing or there are assets, which only the
   * fetcher can check}
   */
  static boolean missing(Path folder) throws IOException {
    Path assets = folder.resolve("vast4j/assets.tsv");
    return (Files.exists(assets) && Files.size(assets) > 0) || jarMissing(folder);
  }

  private static boolean jarMissing(Path folder) throws IOException {
    Path list = folder.resolve("vast4j/fetch.tsv");
    if (!Files.exists(list)) {
      return false;
    }
    for (String line : Files.readAllLines(list)) {
      String[] fields = line.split("\t", -1);
      if (fields.length <= PLACE) {
        throw new IOException("the bundle's list of jars has the line " + line);
      }
      Path place = folder.resolve(fields[PLACE]);
      if (!Files.isRegularFile(place) || !fields[SIZE].equals(String.valueOf(Files.size(place)))) {
        return true;
      }
    }
    return false;
  }
}
