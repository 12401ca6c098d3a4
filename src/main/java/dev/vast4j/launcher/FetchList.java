package dev.vast4j.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the bundle's lists of files to fetch: one file per line, fields separated by tabs. */
final class FetchList {
  private FetchList() {}

  /** Parses the fields of a line. */
  @FunctionalInterface
  interface Line<T> {
    /** {@return the entry, or null if the fields are malformed} */
    @Nullable T parse(String[] fields);
  }

  /**
   * Reads a list. A missing file is an empty list.
   *
   * @param fields the names of the fields, for the message
   * @throws IOException if a line is malformed; names the line
   */
  static <T> List<T> read(Path file, String fields, Line<T> line) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    List<T> entries = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isEmpty()) {
        continue;
      }
      T entry = line.parse(lines.get(i).split("\t", -1));
      if (entry == null) {
        throw new IOException(file.getFileName() + ", line " + (i + 1) + ": expected " + fields);
      }
      entries.add(entry);
    }
    return List.copyOf(entries);
  }

  static boolean isSha256(String field) {
    return field.matches("[0-9a-f]{64}");
  }

  static boolean isSize(String field) {
    return field.matches("[0-9]{1,15}");
  }

  /** {@return whether a path leads out of the directory that it is relative to} */
  static boolean leavesDirectory(String path) {
    return path.isEmpty()
        || path.startsWith("/")
        || (File.separatorChar == '\\' && path.contains("\\"))
        || List.of(path.split("/", -1)).contains("..");
  }
}
