package dev.vast4j.internal.bundle;

/** An entry of the class path that a worker gets. */
sealed interface ClasspathEntry {
  /** The name of the file or folder it comes from. */
  String fileName();

  /** Where it comes from, for messages. */
  String location();

  /** What its classes are like. */
  FileFacts.ClassFacts classes();

  /** Whether vast4j itself is in it. */
  boolean holdsLauncher();

  /**
   * A folder of classes.
   *
   * @param fileName the folder's name
   * @param location where it is
   * @param files its files with their names in the folder, in order, as a whole known
   */
  record Folder(String fileName, String location, FileSet files) implements ClasspathEntry {
    @Override
    public FileFacts.ClassFacts classes() {
      return files.whole().classes();
    }

    @Override
    public boolean holdsLauncher() {
      return files.files().stream()
          .anyMatch(named -> named.name().equals(JavaLayout.LAUNCHER_FILE));
    }
  }

  /**
   * A jar.
   *
   * @param fileName its name
   * @param file the jar; its facts are set
   * @param artifact what it is
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
  }
}
