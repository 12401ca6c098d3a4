package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** An entry of a worker's class path. */
sealed interface ClasspathEntry {
  /** {@return the name of its file or folder} */
  String fileName();

  /** {@return where it is, for messages} */
  String location();

  /** {@return facts about its classes} */
  FileFacts.ClassFacts classes();

  /** {@return whether it contains vast4j itself} */
  boolean holdsLauncher();

  /** {@return whether it contains a class, by its binary name} Reads a jar. */
  boolean holds(String className);

  private static String fileOf(String className) {
    return className.replace('.', '/') + ".class";
  }

  /**
   * A folder of classes.
   *
   * @param fileName the folder's name
   * @param location where it is
   * @param files its files, in order; the facts of the set are known
   * @param emptyFolders the names of folders in it that hold nothing, in order
   */
  record Folder(String fileName, String location, FileSet files, List<String> emptyFolders)
      implements ClasspathEntry {
    @Override
    public FileFacts.ClassFacts classes() {
      return files.whole().classes();
    }

    @Override
    public boolean holdsLauncher() {
      return files.files().stream()
          .anyMatch(named -> named.name().equals(JavaLayout.LAUNCHER_FILE));
    }

    @Override
    public boolean holds(String className) {
      String name = fileOf(className);
      return files.files().stream().anyMatch(named -> named.name().equals(name));
    }
  }

  /**
   * A jar.
   *
   * @param fileName its name
   * @param file the jar; its facts are set
   * @param artifact its coordinates
   */
  record Jar(String fileName, SourceFile file, Artifact artifact) implements ClasspathEntry {
    @Override
    public String location() {
      return file.location();
    }

    @Override
    public FileFacts.ClassFacts classes() {
      return file.facts().classes();
    }

    @Override
    public boolean holdsLauncher() {
      return file.jarFacts().holdsLauncher();
    }

    @Override
    public boolean holds(String className) {
      String name = fileOf(className);
      try (InputStream in = file.open();
          ZipInputStream zip = new ZipInputStream(in)) {
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
          if (entry.getName().equals(name)) {
            return true;
          }
        }
        return false;
      } catch (IOException e) {
        throw new BundleException(file.location(), "cannot be read: " + e, e);
      }
    }
  }
}
