package dev.vast4j.local.process;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks a bundle into a worker's working directory and nowhere else: in the cloud a worker owns
 * its machine, here it does not. Absolute names, names with {@code ..} and links that point outside
 * are resolved as if it were the root, with a warning.
 */
final class BundleExtractor {
  private static final int BUFFER = 1 << 16;

  /** A file name has some thousand bytes at most; a much longer header is an attack. */
  private static final long MAX_HEADERS = 1 << 20;

  private static final int EXECUTABLE = 0111;
  private static final String MODULE = ".py";

  private final Path folder;
  private final Consumer<String> warn;

  /** The folders and the Python modules of this bundle. */
  private final Set<Path> made = new HashSet<>();

  private final List<Path> modules = new ArrayList<>();

  /**
   * Creates the extractor.
   *
   * @param folder the target, created when needed
   * @param warn receives everything that differs from what the bundle says
   */
  BundleExtractor(Path folder, Consumer<String> warn) throws IOException {
    // The real path, so that names can be compared with link targets.
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
        var limited =
            new Limited(new GZIPInputStream(new BufferedInputStream(file, BUFFER), BUFFER));
        var tar = new TarArchiveInputStream(limited, StandardCharsets.UTF_8.name())) {
      for (var entry = next(tar, limited); entry != null; entry = next(tar, limited)) {
        extract(entry, tar);
        tar.transferTo(OutputStream.nullOutputStream());
      }
      // gzip's checksum comes last.
      limited.transferTo(OutputStream.nullOutputStream());
    }
    deleteShadows();
  }

  /**
   * Deletes Python packages of an earlier version that have become modules: Python would import the
   * package.
   */
  private void deleteShadows() {
    for (Path module : modules) {
      String name = module.getFileName().toString();
      Path stale = module.resolveSibling(name.substring(0, name.length() - MODULE.length()));
      if (!made.contains(stale)
          && Files.isDirectory(stale, LinkOption.NOFOLLOW_LINKS)
          && Files.exists(stale.resolve("__init__.py"))) {
        Home.deleteQuietly(stale);
      }
    }
  }

  private static @Nullable TarArchiveEntry next(TarArchiveInputStream tar, Limited in)
      throws IOException {
    in.left = MAX_HEADERS;
    TarArchiveEntry entry = tar.getNextEntry();
    in.left = Long.MAX_VALUE;
    if (entry != null && !entry.isCheckSumOK()) {
      throw new IOException("header of entry " + entry.getName() + " has a wrong checksum");
    }
    if (entry != null && entry.isSparse()) {
      throw new IOException("entry " + entry.getName() + " is a sparse file, which is unsupported");
    }
    return entry;
  }

  private void extract(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException {
    Path target = inside(folder, entry.getName(), "entry");
    if (target.equals(folder)) {
      return;
    }
    byte type = entry.getLinkFlag();
    if (type == TarConstants.LF_DIR || (isFile(type) && entry.isDirectory())) {
      makeFolder(target);
      return;
    }
    // The real parent: through links, '..' means something else than in the name.
    Path parent = makeFolder(Objects.requireNonNull(target.getParent(), "it is in the folder"));
    makeOther(entry, tar, parent, parent.resolve(target.getFileName()));
  }

  private static boolean isFile(byte type) {
    return type == TarConstants.LF_NORMAL
        || type == TarConstants.LF_OLDNORM
        || type == TarConstants.LF_CONTIG;
  }

  private void makeOther(TarArchiveEntry entry, TarArchiveInputStream tar, Path parent, Path target)
      throws IOException {
    String name = entry.getName();
    switch (entry.getLinkFlag()) {
      case TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM, TarConstants.LF_CONTIG -> {
        // Replaces a link instead of writing through it.
        Files.copy(tar, target, StandardCopyOption.REPLACE_EXISTING);
        if (name.endsWith(MODULE)) {
          modules.add(target);
        }
        if ((entry.getMode() & EXECUTABLE) != 0) {
          makeExecutable(target);
        }
      }
      case TarConstants.LF_SYMLINK -> {
        Path linked = inside(parent, entry.getLinkName(), "link " + name);
        Files.deleteIfExists(target);
        Path relative = parent.relativize(linked);
        Files.createSymbolicLink(target, relative.toString().isEmpty() ? Path.of(".") : relative);
      }
      case TarConstants.LF_LINK -> {
        Path linked = inside(folder, entry.getLinkName(), "link " + name);
        if (isInside(linked)) {
          Files.copy(linked, target, StandardCopyOption.REPLACE_EXISTING);
        } else {
          warn.accept("link " + name + " points to no file of the bundle: skipped");
        }
      }
      default -> warn.accept("entry " + name + " is not a file, folder or link: skipped");
    }
  }

  /**
   * Makes a folder. Does not follow a link that leads outside or nowhere.
   *
   * @return its real path
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
        warn.accept(
            "link " + folder.relativize(path) + " led out of the working directory: removed");
      }
      if (!Files.isDirectory(path)) {
        Files.deleteIfExists(path);
        Files.createDirectory(path);
      }
      path = path.toRealPath();
      made.add(path);
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
          what + " " + name + " stays inside the working directory, as " + folder.relativize(path));
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

  /** Bounds what the headers of one entry may take, which the tar library reads into memory. */
  private static final class Limited extends FilterInputStream {
    private long left;

    Limited(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left <= 0) {
        throw new IOException("headers of an entry have more than " + MAX_HEADERS + " bytes");
      }
      int count = super.read(bytes, offset, (int) Math.min(length, left));
      left -= Math.max(count, 0);
      return count;
    }
  }
}
