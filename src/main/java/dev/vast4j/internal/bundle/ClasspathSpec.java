package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An immutable choice of class path entries: those found, rules over them, and entries added by
 * hand.
 *
 * @param found the entries of the running program, in order
 * @param added entries added by hand; none of this library's own rules leaves them out
 * @param rules in order; of those that match an entry, the last decides
 * @param fat whether every jar travels in the bundle
 * @param wanted classes that have to be in what travels
 */
public record ClasspathSpec(
    List<Path> found,
    List<Path> added,
    List<ClasspathRule> rules,
    boolean fat,
    List<Wanted> wanted) {

  /** Copies the lists. */
  public ClasspathSpec {
    found = List.copyOf(found);
    added = List.copyOf(added);
    rules = List.copyOf(rules);
    wanted = List.copyOf(wanted);
  }

  /**
   * A class that the worker loads.
   *
   * @param name the class's binary name
   * @param origin where this program loaded it from
   */
  public record Wanted(String name, Path origin) {}

  /**
   * The entries of the running program, as the current thread's context class loader and this
   * library's own see them. Their manifests are followed when the bundle is planned.
   *
   * @return the class path
   */
  public static ClasspathSpec current() {
    return new ClasspathSpec(LoadedFrom.classPath(), List.of(), List.of(), false, List.of());
  }

  /**
   * Makes sure that the places these classes were loaded from are among the entries, whatever class
   * loader that took.
   *
   * @param classes classes that the worker loads
   * @return the changed copy
   * @throws BundleException when a class was loaded from no file
   */
  public ClasspathSpec withOrigins(Iterable<Class<?>> classes) {
    List<Path> more = new ArrayList<>(found);
    List<Wanted> all = new ArrayList<>(wanted);
    for (Class<?> type : classes) {
      if (LoadedFrom.isOfJdk(type)) {
        continue;
      }
      Path origin = LoadedFrom.origin(type);
      if (origin == null || origin.toString().endsWith(".java")) {
        throw new BundleException(
            type.getName(),
            "was loaded from no jar or class folder, so it cannot travel to a worker; compile the"
                + " program first (java File.java and jshell keep classes in memory)",
            null);
      }
      if (!more.contains(origin) && !added.contains(origin)) {
        more.add(origin);
      }
      all.add(new Wanted(type.getName(), origin));
    }
    return new ClasspathSpec(more, added, rules, fat, all);
  }

  /**
   * Entries that match stay out.
   *
   * @param globs patterns, see {@link ClasspathRule}
   * @return the changed copy
   */
  public ClasspathSpec exclude(String... globs) {
    return withRules(false, globs);
  }

  /**
   * Entries that match go in.
   *
   * @param globs patterns, see {@link ClasspathRule}
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
    for (Path entry : entries) {
      more.add(entry.toAbsolutePath().normalize());
    }
    return new ClasspathSpec(found, more, rules, fat, wanted);
  }

  /**
   * Every jar travels in the bundle.
   *
   * @return the changed copy
   */
  public ClasspathSpec withEveryJar() {
    return new ClasspathSpec(found, added, rules, true, wanted);
  }

  private ClasspathSpec withRules(boolean include, String... globs) {
    List<ClasspathRule> more = new ArrayList<>(rules);
    for (String glob : globs) {
      more.add(new ClasspathRule(glob, include));
    }
    return new ClasspathSpec(found, added, more, fat, wanted);
  }
}
