package dev.vast4j.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A jar that is named in the bundle instead of travelling in it.
 *
 * @param path its place in a Maven repository
 * @param sha256 lower-case hex
 * @param size in bytes
 * @param destination where the class path expects it, relative to the working directory
 */
record ThinJar(String path, String sha256, long size, String destination) {

  /**
   * Reads {@code fetch.tsv}: one line per jar, four fields with tabs between. A file that is not
   * there lists none.
   *
   * @throws IOException naming the line that is malformed
   */
  static List<ThinJar> read(Path file) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    List<ThinJar> jars = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isEmpty()) {
        continue;
      }
      String[] fields = lines.get(i).split("\t", -1);
      if (fields.length != 4
          || !fields[1].matches("[0-9a-f]{64}")
          || !fields[2].matches("[0-9]{1,15}")
          || leavesFolder(fields[0])
          || leavesFolder(fields[3])) {
        throw new IOException(
            file.getFileName() + ", line " + (i + 1) + ": not path, SHA-256, size and destination");
      }
      jars.add(new ThinJar(fields[0], fields[1], Long.parseLong(fields[2]), fields[3]));
    }
    return List.copyOf(jars);
  }

  private static boolean leavesFolder(String path) {
    return path.isEmpty()
        || path.startsWith("/")
        || path.contains("\\")
        || List.of(path.split("/", -1)).contains("..");
  }
}
