package dev.vast4j.local;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks a bundle into a worker's folder, and nowhere else: in the cloud a worker owns its
 * machine, here it does not. Absolute names, names with {@code ..} and links that point outside are
 * taken as if the folder were the root, with a warning.
 */
final class BundleExtractor {
  private final Path folder;
  private final Consumer<String> warn;

  BundleExtractor(Path folder, Consumer<String> warn) {
    this.folder = folder;
    this.warn = warn;
  }

  void extract(Path tarball) throws IOException {
    Files.createDirectories(folder);
    try (InputStream file = Files.newInputStream(tarball);
        TarArchiveInputStream tar =
            new TarArchiveInputStream(
                new GZIPInputStream(new BufferedInputStream(file, 1 << 16), 1 << 16))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        extract(entry, tar);
      }
    }
  }

  private void extract(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException {
    Path target = inside(folder, entry.getName(), "entry");
    if (target.equals(folder)) {
      return;
    }
    if (entry.isDirectory()) {
      makeFolder(target);
      return;
    }
    Path parent = target.getParent();
    if (parent != null) {
      makeFolder(parent);
    }
    if (entry.isSymbolicLink()) {
      Path base = parent == null ? folder : parent;
      Path linked = inside(base, entry.getLinkName(), "link " + entry.getName());
      Files.deleteIfExists(target);
      Files.createSymbolicLink(target, base.relativize(linked));
    } else if (entry.isLink()) {
      Path linked = inside(folder, entry.getLinkName(), "link " + entry.getName());
      Files.copy(linked, target, StandardCopyOption.REPLACE_EXISTING);
    } else if (entry.isFile()) {
      // Replaces a link instead of writing through it.
      Files.copy(tar, target, StandardCopyOption.REPLACE_EXISTING);
      if ((entry.getMode() & 0111) != 0) {
        makeExecutable(target);
      }
    } else {
      warn.accept("entry " + entry.getName() + " is neither file, folder nor link: left out");
    }
  }

  /** Makes a folder, refusing to follow a link that the worker may have made to the outside. */
  private void makeFolder(Path wanted) throws IOException {
    Path path = folder;
    for (Path name : folder.relativize(wanted)) {
      path = path.resolve(name);
      if (Files.isSymbolicLink(path) && !path.toRealPath().startsWith(folder.toRealPath())) {
        Files.delete(path);
        warn.accept("link " + folder.relativize(path) + " led out of the worker's folder: removed");
      }
      if (!Files.isDirectory(path)) {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
          Files.delete(path);
        }
        Files.createDirectory(path);
      }
    }
  }

  private Path inside(Path base, String name, String what) {
    boolean absolute = name.startsWith("/");
    Path path = absolute ? folder : base;
    boolean left = absolute;
    for (String segment : name.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".")) {
        continue;
      }
      if (!segment.equals("..")) {
        path = path.resolve(segment);
        continue;
      }
      @Nullable Path parent = path.equals(folder) ? null : path.getParent();
      left |= parent == null;
      path = parent == null ? folder : parent;
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
