package dev.vast4j.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The main class of the JVM that creates a {@link ClassArchive}: loads classes, runs none. */
final class ClassLoading {
  private ClassLoading() {}

  /**
   * Loads the classes listed in a file.
   *
   * @param args the file, one name per line
   * @throws IOException if the file cannot be read
   */
  public static void main(String[] args) throws IOException {
    int missing = 0;
    for (String name : Files.readAllLines(Path.of(args[0]))) {
      try {
        Class.forName(name, false, ClassLoading.class.getClassLoader());
      } catch (ClassNotFoundException | LinkageError e) {
        // Skip a class of another class loader, and one that needs a missing class.
        missing++;
      }
    }
    System.out.println(missing + " classes skipped");
  }
}
