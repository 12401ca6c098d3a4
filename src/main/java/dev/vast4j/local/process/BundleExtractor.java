package dev.vast4j.local.process;

import dev.vast4j.internal.tar.TarEntry;
import dev.vast4j.internal.tar.TarReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/**
 * Unpacks a bundle into a worker's folder, and nowhere else: in the cloud a worker owns its
 * machine, here it does not. Absolute names, names with {@code ..} and links that point outside are
 * taken as if the folder were the root, with a warning.
 */
final class BundleExtractor {
  private final Path folder;
  private final Consumer<String> warn;

  /**
   * Creates the extractor.
   *
   * @param folder where to, created when needed
   * @param warn told of everything that is not done as the bundle says
   */
  BundleExtractor(Path folder, Consumer<String> warn) throws IOException {
    // No link leads here, so that names can be compared with those that links lead to.
    this.folder = Files.createDirectories(folder).toRealPath();
    this.warn = warn;
  }

  /**
   * Unpacks.
   *
   * @throws IOException when the bundle is malformed or a file cannot be written
   */
  void extract(Path tarball) throws IOException {
    try (InputStream file = Files.newInputStream(tarball);
        TarReader tar =
            new TarReader(new GZIPInputStream(new BufferedInputStream(file, 1 << 16), 1 << 16))) {
      for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
        extract(entry, tar);
      }
    }
  }

  private void extract(TarEntry entry, TarReader tar) throws IOException {
    Path target = inside(folder, entry.name(), "entry");
    if (target.equals(folder)) {
      return;
    }
    if (entry.kind() == TarEntry.Kind.FOLDER) {
      makeFolder(target);
      return;
    }
    // Where it really is: through links, '..' means something else than in the name.
    Path parent = makeFolder(Objects.requireNonNull(target.getParent(), "it is in the folder"));
    makeOther(entry, tar, parent, parent.resolve(target.getFileName()));
  }

  private void makeOther(TarEntry entry, TarReader tar, Path parent, Path target)
      throws IOException {
    switch (entry.kind()) {
      case FILE -> {
        // Replaces a link instead of writing through it.
        Files.copy(tar, target, StandardCopyOption.REPLACE_EXISTING);
        if (entry.isExecutable()) {
          makeExecutable(target);
        }
      }
      case SYMBOLIC_LINK -> {
        Path linked = inside(parent, entry.linkName(), "link " + entry.name());
        Files.deleteIfExists(target);
        Files.createSymbolicLink(target, parent.relativize(linked));
      }
      case HARD_LINK -> {
        Path linked = inside(folder, entry.linkName(), "link " + entry.name());
        if (isInside(linked)) {
          Files.copy(linked, target, StandardCopyOption.REPLACE_EXISTING);
        } else {
          warn.accept("link " + entry.name() + " leads to no file of the bundle: left out");
        }
      }
      default ->
          warn.accept("entry " + entry.name() + " is neither file, folder nor link: left out");
    }
  }

  /**
   * Makes a folder, refusing to follow a link that leads to the outside or nowhere.
   *
   * @return where it really is
   */
  private Path makeFolder(Path wanted) throws IOException {
    Path path = folder;
    for (Path name : folder.relativize(wanted)) {
      if (name.toString().isEmpty()) {
        continue;
      }
      path = path.resolve(name);
      if (Files.isSymbolicLink(path) && !isInside(path)) {
        Files.delete(path);
        warn.accept("link " + folder.relativize(path) + " led out of the worker's folder: removed");
      }
      if (!Files.isDirectory(path)) {
        Files.deleteIfExists(path);
        Files.createDirectory(path);
      }
      path = path.toRealPath();
    }
    return path;
  }

  private boolean isInside(Path path) throws IOException {
    try {
      return path.toRealPath().startsWith(folder);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private Path inside(Path base, String name, String what) throws IOException {
    boolean absolute = name.startsWith("/");
    Path path = absolute ? folder : base;
    boolean left = absolute;
    for (String segment : name.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".")) {
        continue;
      }
      if (segment.equals("..")) {
        Path parent = path.getParent();
        left |= path.equals(folder);
        path = path.equals(folder) || parent == null ? folder : parent;
        continue;
      }
      try {
        path = path.resolve(segment);
      } catch (InvalidPathException e) {
        throw new IOException(what + " " + name + " has a name that no file can have here", e);
      }
    }
    if (left) {
      warn.accept(
          what + " " + name + " stays inside the worker's folder, as " + folder.relativize(path));
    }
    return path;
  }

  private static void makeExecutable(Path file) throws IOException {
    if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
      Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(file));
      permissions.add(PosixFilePermission.OWNER_EXECUTE);
      Files.setPosixFilePermissions(file, permissions);
    }
  }
}
