package dev.vast4j.internal.bundle;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.lang.module.ResolvedModule;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Gathers the jars and class folders that class loaders list. Not thread-safe. */
final class LoaderPaths {
  /** Maven's class loaders: only that of the running plugin holds classes of the program. */
  private static final String MAVEN_REALM = "org.codehaus.plexus.classworlds.realm.ClassRealm";

  private final Set<Path> paths = new LinkedHashSet<>();
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean complete = true;

  /** {@return what was gathered, in the order in which it is searched} */
  Set<Path> paths() {
    return paths;
  }

  /** {@return whether all class loaders but the JDK's say where they find classes} */
  boolean isComplete() {
    return complete;
  }

  /** Adds what a class's loader, its parents and its module layer list. */
  void addSeenBy(Class<?> type) {
    ModuleLayer layer = type.getModule().getLayer();
    if (layer != null) {
      add(layer);
    }
    ClassLoader loader = type.getClassLoader();
    if (loader != null) {
      add(loader);
    }
  }

  /** Adds what a class loader and its parents list; parents first, since they are asked first. */
  void add(ClassLoader loader) {
    ClassLoader parent = loader.getParent();
    if (!seen.add(loader)) {
      return;
    }
    if (parent != null && !loader.getClass().getName().equals(MAVEN_REALM)) {
      add(parent);
    }
    if (loader.getClass().getModule() == Object.class.getModule()
        && !(loader instanceof URLClassLoader)) {
      addOfJdk(loader);
      return;
    }
    Collection<?> urls = urlsOf(loader);
    complete &= urls != null;
    if (urls != null) {
      for (Object url : urls) {
        Path path = url == null ? null : LoadedFrom.pathOf(url.toString());
        complete &= path != null;
        if (path != null && Files.exists(path)) {
          paths.add(path);
        }
      }
    }
  }

  /** Of the JDK's loaders, one has the program's class path and modules. */
  private void addOfJdk(ClassLoader loader) {
    if (loader != ClassLoader.getPlatformClassLoader()) {
      if (hasModulePath()) {
        // Loading the JVM's management takes a while.
        List<String> arguments = ManagementFactory.getRuntimeMXBean().getInputArguments();
        paths.addAll(patches(arguments, LoaderPaths::isInFile));
      }
      add(ModuleLayer.boot());
      for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
        // To Java an empty entry means the working directory, but it is usually a mistake.
        if (!entry.isEmpty() && Files.exists(Path.of(entry))) {
          paths.add(LoadedFrom.normal(Path.of(entry)));
        }
      }
    }
  }

  /**
   * {@return what hides files of modules, as test classes do in a modular build}
   *
   * @param arguments the options of this JVM
   * @param isPatched tells modules whose files travel
   */
  static List<Path> patches(List<String> arguments, Predicate<String> isPatched) {
    List<Path> patches = new ArrayList<>();
    for (String argument : arguments) {
      String[] parts = argument.split("=", 3);
      if (parts.length == 3 && parts[0].equals("--patch-module") && isPatched.test(parts[1])) {
        for (String patch : parts[2].split(File.pathSeparator, -1)) {
          if (!patch.isEmpty() && Files.exists(Path.of(patch))) {
            patches.add(LoadedFrom.normal(Path.of(patch)));
          }
        }
      }
    }
    return patches;
  }

  /** {@return whether the program was started with modules of its own} */
  static boolean hasModulePath() {
    return System.getProperty("jdk.module.path") != null;
  }

  private static boolean isInFile(String module) {
    return ModuleLayer.boot().configuration().findModule(module).stream()
        .flatMap(resolved -> resolved.reference().location().stream())
        .anyMatch(location -> "file".equals(location.getScheme()));
  }

  /** Adds the modules of a layer and its parents, exploded or in jars, named and automatic. */
  private void add(ModuleLayer layer) {
    if (seen.add(layer)) {
      layer.parents().forEach(this::add);
      layer.configuration().modules().stream()
          .sorted(Comparator.comparing(ResolvedModule::name))
          .flatMap(module -> module.reference().location().stream())
          .filter(location -> "file".equals(location.getScheme()))
          .map(location -> LoadedFrom.normal(Path.of(location)))
          .filter(Files::exists)
          .forEach(paths::add);
    }
  }

  /** {@return what a class loader's {@code getURLs()} returns, or null if it has none} */
  private static @Nullable Collection<?> urlsOf(ClassLoader loader) {
    if (loader instanceof URLClassLoader urls) {
      return arrayAsList(urls.getURLs());
    }
    // Some application servers' have one, too, without being a URLClassLoader.
    try {
      var method = loader.getClass().getMethod("getURLs");
      method.setAccessible(true);
      Object urls = method.invoke(loader);
      return urls instanceof URL[] array
          ? arrayAsList(array)
          : urls instanceof Collection<?> collection ? collection : null;
    } catch (ReflectiveOperationException | RuntimeException e) {
      return null;
    }
  }

  private static List<Object> arrayAsList(URL @Nullable [] urls) {
    List<Object> list = new ArrayList<>();
    if (urls != null) {
      Collections.addAll(list, (Object[]) urls);
    }
    return list;
  }
}
