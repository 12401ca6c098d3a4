package dev.vast4j.internal.bundle;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An immutable choice of class path entries: those found, rules over them, and entries added by
 * hand.
 *
 * @param found the entries of the running program, in order
 * @param added entries added by hand; no rule of this library's own leaves them out
 * @param rules in order; of those that match an entry, the last decides
 * @param fat whether every jar travels in the bundle
 */
public record ClasspathSpec(List<Path> found, List<Path> added, List<Rule> rules, boolean fat) {

  /** Copies the lists. */
  public ClasspathSpec {
    found = List.copyOf(found);
    added = List.copyOf(added);
    rules = List.copyOf(rules);
  }

  /**
   * The entries of the running program.
   *
   * @return the class path of this Java machine and of the current thread's context class loader
   */
  public static ClasspathSpec current() {
    List<Path> found = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry).toAbsolutePath().normalize();
      if (Files.exists(path)) {
        found.add(path);
      }
    }
    return new ClasspathSpec(found, List.of(), List.of(), false);
  }

  /**
   * Makes sure that the places these classes were loaded from are among the entries.
   *
   * @param classes classes that the worker loads
   * @return the changed copy
   */
  public ClasspathSpec withOrigins(List<Class<?>> classes) {
    return this;
  }

  /**
   * Entries that match stay out.
   *
   * @param globs patterns
   * @return the changed copy
   */
  public ClasspathSpec exclude(String... globs) {
    return withRules(false, globs);
  }

  /**
   * Entries that match go in.
   *
   * @param globs patterns
   * @return the changed copy
   */
  public ClasspathSpec include(String... globs) {
    return withRules(true, globs);
  }

  /**
   * Entries of one's own.
   *
   * @param entries jars or class folders
   * @return the changed copy
   */
  public ClasspathSpec add(Path... entries) {
    List<Path> more = new ArrayList<>(added);
    more.addAll(Arrays.asList(entries));
    return new ClasspathSpec(found, more, rules, fat);
  }

  /**
   * Every jar travels in the bundle.
   *
   * @return the changed copy
   */
  public ClasspathSpec makeFat() {
    return new ClasspathSpec(found, added, rules, true);
  }

  private ClasspathSpec withRules(boolean include, String... globs) {
    List<Rule> more = new ArrayList<>(rules);
    for (String glob : globs) {
      more.add(new Rule(glob, include));
    }
    return new ClasspathSpec(found, added, more, fat);
  }

  /**
   * A pattern and what becomes of the entries that match it.
   *
   * @param glob the pattern
   * @param include whether they go in or stay out
   */
  public record Rule(String glob, boolean include) {}
}
