package dev.vast4j.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The main class of the JVM that makes a {@link ClassArchive}: loads classes, does not run any. */
final class ClassLoading {
  private ClassLoading() {}

  /**
   * Loads the classes listed in a file.
   *
   * @param args the file, one name per line
   * @throws IOException when it cannot be read
   */
  public static void main(String[] args) throws IOException {
    int missing = 0;
    for (String name : Files.readAllLines(Path.of(args[0]))) {
      try {
        Class.forName(name, false, ClassLoading.class.getClassLoader());
      } catch (ClassNotFoundException | LinkageError e) {
        // One of another class loader, or one that needs what is not there: left out.
        missing++;
      }
    }
    System.out.println(missing + " classes left out");
  }
}
