package dev.vast4j;

import dev.vast4j.internal.bundle.ClasspathSpec;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The jars and class folders that travel to the workers. Immutable; every method returns a changed
 * copy.
 */
public final class Classpath {
  private final ClasspathSpec spec;

  private Classpath(ClasspathSpec spec) {
    this.spec = spec;
  }

  /**
   * The class path of the running program.
   *
   * @return the class path
   */
  public static Classpath current() {
    return new Classpath(ClasspathSpec.current());
  }

  /**
   * Leaves out the entries that match one of the patterns.
   *
   * @param globs patterns
   * @return the changed copy
   */
  public Classpath exclude(String... globs) {
    return new Classpath(spec.exclude(globs));
  }

  /**
   * Brings in the entries that match one of the patterns, though a rule leaves them out.
   *
   * @param globs patterns
   * @return the changed copy
   */
  public Classpath include(String... globs) {
    return new Classpath(spec.include(globs));
  }

  /**
   * Adds jars or class folders at the end.
   *
   * @param entries jars or class folders
   * @return the changed copy
   */
  public Classpath add(Path... entries) {
    return new Classpath(spec.add(entries));
  }

  /**
   * Puts every jar into the bundle, for workers that cannot reach a Maven repository.
   *
   * @return the changed copy
   */
  public Classpath fat() {
    return new Classpath(spec.withEveryJar());
  }

  ClasspathSpec spec() {
    return spec;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Classpath that && spec.equals(that.spec);
  }

  @Override
  public int hashCode() {
    return Objects.hash(spec);
  }
}
