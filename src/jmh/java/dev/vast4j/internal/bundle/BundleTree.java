package dev.vast4j.internal.bundle;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A tree of jars, class files and text, a third each. */
final class BundleTree {
  private BundleTree() {}

  /** Makes the tree in a new folder. */
  static Path make(Path tree, int megabytes) throws IOException {
    Files.createDirectory(tree);
    long third = megabytes * 1_000_000L / 3;
    fill(tree, "jars", jars(), third);
    try (Stream<Path> classes =
        Files.walk(FileSystems.getFileSystem(URI.create("jrt:/")).getPath("modules"))) {
      fill(tree, "classes", classes.filter(Files::isRegularFile).toList(), third);
    }
    writeText(tree, third);
    return tree;
  }

  private static List<Path> jars() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.endsWith(".jar"))
        .map(Path::of)
        .filter(Files::exists)
        .toList();
  }

  /** Copies of the files, again and again until there is enough. */
  private static void fill(Path tree, String name, List<Path> files, long bytes)
      throws IOException {
    long left = bytes;
    int round = 0;
    while (left > 0) {
      Path into = tree.resolve(name).resolve("round" + round++);
      Iterator<Path> some = files.iterator();
      for (int i = 0; left > 0 && some.hasNext(); i++) {
        Path file = some.next();
        byte[] content = Files.readAllBytes(file);
        Path target = into.resolve("folder" + i / 200).resolve(i + "-" + file.getFileName());
        Files.createDirectories(target.getParent());
        Files.write(target, content);
        left -= content.length;
      }
    }
  }

  private static void writeText(Path tree, long bytes) throws IOException {
    Random random = new Random(42);
    String[] words = new String[2000];
    for (int i = 0; i < words.length; i++) {
      words[i] =
          random
              .ints(2 + random.nextInt(9), 'a', 'z' + 1)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
    }
    Path into = Files.createDirectories(tree.resolve("text"));
    long left = bytes;
    for (int i = 0; left > 0; i++) {
      StringBuilder text = new StringBuilder();
      while (text.length() < 100_000) {
        int pick = (int) Math.min(words.length - 1.0, Math.abs(random.nextGaussian()) * 400);
        text.append(words[pick]).append(random.nextInt(12) == 0 ? '\n' : ' ');
      }
      Files.writeString(into.resolve(i + ".txt"), text);
      left -= text.length();
    }
  }
}
