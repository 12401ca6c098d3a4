package dev.vast4j.internal.bundle;

import dev.vast4j.Classpath;
import dev.vast4j.errors.BundleException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the files and folders of the running program's classes. */
public final class LoadedFrom {
  /** What a worker finds of a jar: its root, versions of it, and an executable jar's classes. */
  private static final Pattern OPENED =
      Pattern.compile("\\G(!/|/!)($|META-INF/versions/|BOOT-INF/|WEB-INF/)");

  private LoadedFrom() {}

  /**
   * {@return the class path as the current thread's context class loader and this library's own see
   * it, in the order in which it is searched}
   */
  public static List<Path> classPath() {
    LoaderPaths found = new LoaderPaths();
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    if (context != null) {
      found.add(context);
    }
    found.addSeenBy(LoadedFrom.class);
    return List.copyOf(found.paths());
  }

  /**
   * Finds the files and folders that classes were loaded from, whatever class loader that took.
   *
   * @param classes classes that the worker loads; those of the JDK are skipped
   * @param classpath where to look for one whose class loader names no file
   * @return the place of each class, by its binary name
   * @throws BundleException when a class was loaded from no file
   */
  static Map<String, Path> origins(List<Class<?>> classes, Classpath classpath) {
    Map<String, Path> origins = new LinkedHashMap<>();
    for (Class<?> type : classes) {
      if (isOfJdk(type)) {
        continue;
      }
      Path origin = origin(type);
      if (origin == null) {
        origin = ServedClasses.holder(classpath, type.getName());
      }
      if (origin == null || origin.toString().endsWith(".java")) {
        throw new BundleException(
            type.getName(),
            "was loaded from no jar or class folder, so it cannot travel to a worker; compile the"
                + " program first (java File.java and jshell keep classes in memory)",
            null);
      }
      origins.put(type.getName(), origin);
    }
    return origins;
  }

  /** {@return where a class was loaded from, or null for one of the JDK or in no file} */
  static @Nullable Path origin(Class<?> type) {
    String location = location(type);
    return location == null ? null : pathOf(location);
  }

  /** {@return the URL that a class was loaded from, or null if its loader names none} */
  static @Nullable String location(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    URL location = source == null ? null : source.getLocation();
    return location == null ? null : location.toString();
  }

  /** {@return whether a class of the program was loaded from no file} */
  static boolean isNowhere(Class<?> type) {
    return !isOfJdk(type) && origin(type) == null;
  }

  /** {@return whether a class belongs to the JDK} */
  static boolean isOfJdk(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    // An agent may have added a jar to the bootstrap loader; its classes are in no named module.
    return loader == null
        ? type.getModule().isNamed()
        : loader == ClassLoader.getPlatformClassLoader();
  }

  /**
   * {@return the file or folder of a URL, or null} For a URL into a jar, in the form of the JDK
   * ({@code jar:file:/a.jar!/b}) or of Spring Boot ({@code jar:nested:/a.jar/!b}), it is the
   * outermost file, unless that travels without being opened.
   */
  static @Nullable Path pathOf(String url) {
    // As WebSphere, Equinox and WebLogic write them.
    String rest = url.replaceFirst("^wsjar:", "jar:").replaceFirst("^reference:", "");
    rest = rest.startsWith("zip:/") ? "jar:file:" + rest.substring("zip:".length()) : rest;
    if (rest.startsWith("jar:")) {
      rest = rest.substring("jar:".length());
      int inner = rest.indexOf("!/");
      if (inner >= 0 && url.startsWith("jar:file:") && !OPENED.matcher(rest).find(inner)) {
        return null;
      }
      rest = inner < 0 ? rest : rest.substring(0, inner);
    }
    if (rest.startsWith("nested:")) {
      int inner = rest.indexOf("/!");
      if (inner >= 0 && !OPENED.matcher(rest).find(inner)) {
        return null;
      }
      rest = "file:" + rest.substring("nested:".length(), inner < 0 ? rest.length() : inner);
    }
    if (!rest.startsWith("file:")) {
      return null;
    }
    try {
      return normal(Path.of(new URI(rest)));
    } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
      // Some class loaders hold unescaped file names.
      return normal(Path.of(rest.substring("file:".length())));
    }
  }

  static Path normal(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
