package dev.vast4j.internal.bundle;

import dev.vast4j.Classpath;
import dev.vast4j.errors.InvalidDeploymentException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what the classes of a deployment need besides {@link Classpath#current()}: what their own
 * class loaders list, and, by a bounded search of the classes that they refer to, what these load
 * without listing it (an agent's jar, a bundle of OSGi).
 */
public final class ServedClasses {
  private static final Logger LOG = LoggerFactory.getLogger(ServedClasses.class);
  private static final String CLASS = ".class";
  private static final @Nullable Path OWN = LoadedFrom.origin(ServedClasses.class);

  /** How many classes are read where all class loaders list what they hold. */
  private static final int FEW = 200;

  /** How many classes are read where one does not. */
  private static final int MANY = 3000;

  /** A class to read, and the loader that finds what it refers to. */
  private record Reference(String name, ClassLoader loader, Path origin) {}

  private final Set<Path> paths = new LinkedHashSet<>();
  private final Set<Path> first = new LinkedHashSet<>();
  private final Map<String, String> missing = new LinkedHashMap<>();
  private final Set<String> visited = new HashSet<>();
  private final Deque<Reference> queue = new ArrayDeque<>();

  private ServedClasses() {}

  /**
   * Makes sure that everything the served classes refer to can travel. Reads some class files.
   *
   * @param served classes that a worker loads; those in no file are left to the planner
   * @param chosen the class path, or null for that of the running program
   * @throws InvalidDeploymentException naming a class that is in no file and on no class path
   */
  public static void check(List<Class<?>> served, @Nullable Classpath chosen) {
    ServedClasses found = of(served);
    List<Class<?>> nowhere = served.stream().filter(LoadedFrom::isNowhere).toList();
    if (nowhere.isEmpty() && found.missing.isEmpty()) {
      return;
    }
    Classpath classpath = chosen == null ? Classpath.current() : chosen;
    for (Class<?> type : nowhere) {
      if (holder(classpath, type.getName()) == null) {
        String location = LoadedFrom.location(type);
        throw new InvalidDeploymentException(
            type.getName(),
            location != null && location.startsWith("jar:")
                ? "it is in " + location + ", which is within a jar, where no worker would find it"
                : "its class loader names no jar or class folder to send",
            "Name the jar that holds it: .classpath(Classpath.current().add(Path.of(\"…\")))."
                + " If the class exists only in memory, as in jshell, compile it to a file first",
            null);
      }
    }
    found.missing.forEach(
        (name, by) -> {
          if (holder(classpath, name) == null && holder(found.paths, name) == null) {
            throw new InvalidDeploymentException(
                by.replace('/', '.'),
                "it refers to "
                    + name.replace('/', '.')
                    + ", whose class loader names no jar or class folder to send",
                "Name the jar that holds it: .classpath(Classpath.current().add(Path.of(\"…\")))",
                null);
          }
        });
  }

  /** {@return what served classes and what they refer to need} Reads some class files. */
  static ServedClasses of(List<Class<?>> served) {
    ServedClasses found = new ServedClasses();
    found.search(served);
    return found;
  }

  /** {@return the jars and class folders besides those of the running program} */
  Set<Path> paths() {
    return paths;
  }

  /**
   * {@return those of {@link #paths()} to search before all others, because a class loader prefers
   * them to what its parents list}
   */
  Set<Path> first() {
    return first;
  }

  /** {@return the entry of a class path that holds a class, by its name in any form, or null} */
  static @Nullable Path holder(Classpath classpath, String name) {
    Path added = holder(classpath.added(), name);
    return added == null ? holder(classpath.found(), name) : added;
  }

  private void search(List<Class<?>> served) {
    LoaderPaths usual = new LoaderPaths();
    usual.addSeenBy(ServedClasses.class);
    usual.add(ClassLoader.getSystemClassLoader());
    Set<Path> listed = new HashSet<>(usual.paths());
    // Only what others than these list is added, so that a chosen class path stays as it is.
    Set<Path> before = Set.copyOf(usual.paths());
    served.forEach(usual::addSeenBy);
    listed.addAll(usual.paths());
    usual.paths().stream().filter(path -> !before.contains(path)).forEach(paths::add);
    for (Class<?> type : served) {
      Path origin = LoadedFrom.isOfJdk(type) ? null : LoadedFrom.origin(type);
      ClassLoader loader = type.getClassLoader();
      if (origin != null && loader != null) {
        paths.addAll(listed.contains(origin) ? Set.of() : Set.of(origin));
        enqueue(new Reference(type.getName().replace('.', '/'), loader, origin));
      }
    }
    served.forEach(type -> preferOwn(type.getClassLoader()));
    int most = usual.isComplete() ? FEW : MANY;
    for (int read = 0; read < most && !queue.isEmpty(); read++) {
      Reference at = queue.remove();
      for (String name : referredToBy(at)) {
        if (visited.add(name)) {
          visit(name, at, listed, !usual.isComplete());
        }
      }
    }
  }

  /** Takes a class up for reading, unless it is vast4j's own. */
  private void enqueue(Reference reference) {
    if (!reference.origin().equals(OWN) || !reference.name().startsWith("dev/vast4j/")) {
      visited.add(reference.name());
      queue.add(reference);
    }
  }

  /** A loader that asks itself before its parents shows in a file that both have. */
  private void preferOwn(@Nullable ClassLoader loader) {
    for (ClassLoader at = loader; at != null; at = at.getParent()) {
      if (at instanceof URLClassLoader own
          && own.getParent() != null
          && isOther(own.findResource(JarInspector.MANIFEST), own.getParent())
          && isSame(own.findResource(JarInspector.MANIFEST), own)) {
        putFirst(own);
      }
    }
  }

  private static boolean isSame(@Nullable URL url, ClassLoader loader) {
    return Objects.toString(url)
        .equals(Objects.toString(loader.getResource(JarInspector.MANIFEST)));
  }

  private static boolean isOther(@Nullable URL url, ClassLoader loader) {
    return url != null && loader.getResource(JarInspector.MANIFEST) != null && !isSame(url, loader);
  }

  private void putFirst(URLClassLoader loader) {
    for (URL url : loader.getURLs()) {
      Path path = LoadedFrom.pathOf(url.toString());
      if (path != null && paths.contains(path)) {
        first.add(path);
      }
    }
  }

  /** Puts a place first if one of the parents has another class of the name. */
  private void putFirst(Path place, String file, ClassLoader loader) {
    for (ClassLoader at = loader.getParent(); at != null; at = at.getParent()) {
      hidesOther(place, file, at, loader);
    }
    hidesOther(place, file, ClassLoader.getSystemClassLoader(), loader);
  }

  private void hidesOther(Path place, String file, ClassLoader parent, ClassLoader loader) {
    URL other = parent.getResource(file);
    Path root = other == null ? null : rootOf(other.toString(), file);
    if (root != null && !root.equals(place)) {
      if (loader instanceof URLClassLoader urls) {
        putFirst(urls);
      }
      first.add(place);
    }
  }

  /**
   * {@return where a loader that may load other classes than it finds has a class from, or null}
   */
  private static @Nullable Path preferred(String name, @Nullable URL found, ClassLoader loader) {
    if (loader instanceof URLClassLoader own && loader.getClass() != URLClassLoader.class) {
      URL mine = own.findResource(name + CLASS);
      if (mine != null && !mine.toString().equals(Objects.toString(found))) {
        Class<?> type = load(name, loader);
        return type == null ? null : LoadedFrom.origin(type);
      }
    }
    return null;
  }

  private void visit(String name, Reference by, Set<Path> listed, boolean everywhere) {
    URL url = by.loader().getResource(name + CLASS);
    if (url != null && url.getProtocol().equals("jrt")) {
      return;
    }
    Path place = preferred(name, url, by.loader());
    if (place == null && url != null) {
      place = rootOf(url.toString(), name + CLASS);
    }
    if (place == null) {
      Class<?> type = load(name, by.loader());
      if (type == null || LoadedFrom.isOfJdk(type)) {
        return; // an optional library that is missing here, too
      }
      place = LoadedFrom.origin(type);
      if (place == null || !Files.exists(place)) {
        missing.put(name, by.name());
        return;
      }
    }
    boolean isListed = listed.contains(place);
    if (!isListed) {
      paths.add(place);
    }
    if (paths.contains(place)) {
      putFirst(place, name + CLASS, by.loader());
    }
    if (everywhere || !isListed || Files.isDirectory(place) || place.equals(by.origin())) {
      enqueue(new Reference(name, by.loader(), place));
    }
  }

  private static @Nullable Path rootOf(String url, String file) {
    Path root =
        url.endsWith(file)
            ? LoadedFrom.pathOf(url.substring(0, url.length() - file.length()))
            : null;
    return root != null && Files.exists(root) ? root : null;
  }

  /** Loads a class without running its initializer. */
  private static @Nullable Class<?> load(String name, ClassLoader loader) {
    try {
      return Class.forName(name.replace('/', '.'), false, loader);
    } catch (ClassNotFoundException | LinkageError | RuntimeException e) {
      LOG.trace("{} is not there", name, e);
      return null;
    }
  }

  private static Set<String> referredToBy(Reference at) {
    try (InputStream in = at.loader().getResourceAsStream(at.name() + CLASS)) {
      return in == null ? Set.of() : ClassFile.references(in.readAllBytes());
    } catch (IOException | RuntimeException e) {
      LOG.debug("{} cannot be read", at.name(), e);
      return Set.of();
    }
  }

  private static @Nullable Path holder(Iterable<Path> entries, String name) {
    String file = name.replace('.', '/') + CLASS;
    for (Path entry : entries) {
      if (Files.isDirectory(entry)) {
        if (Files.exists(entry.resolve(file))) {
          return entry;
        }
      } else if (Files.exists(entry)) {
        try (ZipFile zip = new ZipFile(entry.toFile())) {
          if (zip.getEntry(file) != null) {
            return entry;
          }
        } catch (IOException e) {
          LOG.debug("{} is not a jar", entry, e);
        }
      }
    }
    return null;
  }
}
