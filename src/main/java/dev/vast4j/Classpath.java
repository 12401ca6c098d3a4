package dev.vast4j;

import dev.vast4j.internal.bundle.ClasspathSpec;
import java.nio.file.Path;

/**
 * The jars and class folders that travel to the workers. A deployment that is given none takes
 * {@link #current()}, so this type is for those who want more, less, or something else.
 *
 * <pre>{@code
 * Deployment.builder("search")
 *     .classpath(Classpath.current().exclude("spark-*.jar", "com.example:ui").fat())
 * }</pre>
 *
 * <p><b>What travels.</b> Of {@link #current()}, everything but what no worker needs: the JDK,
 * agents, test engines (JUnit, jqwik, TestNG; not libraries that tests call, such as AssertJ), the
 * jars of Maven, Gradle and IDEs, and the libraries that this one deploys and calls with (OkHttp,
 * Okio, the Kotlin standard library). One of the latter goes along after all when anything but
 * vast4j itself names its classes. A function that deploys or calls other deployments from within a
 * worker needs {@code include("okhttp*", "okio*", "kotlin-stdlib*")}.
 *
 * <p><b>How it travels.</b> A jar that lies in a Maven local repository, came from Maven Central
 * and was not changed since travels as its coordinates and its SHA-256; the worker fetches it from
 * there, or from the repositories in its {@code VAST4J_REPOSITORIES}. Any other jar (a snapshot,
 * one built or changed locally, one of another repository, of a Gradle cache or within an
 * executable jar) travels itself. A class folder travels as a jar. Where a company's mirror calls
 * itself {@code central}, Maven notes its own jars as Maven Central's; {@link #fat()} brings them.
 *
 * <p><b>Patterns.</b> {@code *} stands for any characters but {@code /}, {@code **} for any, {@code
 * ?} for one. A pattern with a {@code :} is compared with {@code group:artifact} and {@code
 * group:artifact:version} where an entry's place in a Maven repository or Gradle cache tells them;
 * one with a {@code /} with the end of the entry's path; any other with the name of its file or
 * folder. For an executable jar that is opened, the names of the jars within count. Of several
 * patterns that match an entry, the last one given decides.
 *
 * <p>Immutable: every method returns a changed copy. Safe for use by many threads.
 */
public final class Classpath {
  private final ClasspathSpec spec;

  private Classpath(ClasspathSpec spec) {
    this.spec = spec;
  }

  /**
   * The class path of the running program: that of the Java command, and what the current thread's
   * context class loader adds, as under {@code mvn exec:java}. Class paths in manifests are
   * followed, and an executable jar of Spring Boot is opened, when the bundle is made.
   *
   * <p>Does not read any file.
   *
   * @return the class path, in the order in which it is searched
   */
  public static Classpath current() {
    return new Classpath(ClasspathSpec.current());
  }

  /**
   * Leaves out the entries that match one of the patterns. By default only what no worker needs
   * stays out.
   *
   * @param globs patterns as described above, such as {@code "spark-*.jar"} or {@code
   *     "org.example:*"}
   * @return the changed copy
   * @throws IllegalArgumentException if a pattern is blank
   * @throws NullPointerException if a pattern is null
   */
  public Classpath exclude(String... globs) {
    return new Classpath(spec.exclude(globs));
  }

  /**
   * Brings in the entries that match one of the patterns, though they are of no use on a worker as
   * far as this library knows, or though an earlier {@link #exclude} names them. It adds no entry
   * that was not found; see {@link #add}.
   *
   * @param globs patterns as described above, such as {@code "okhttp*"}
   * @return the changed copy
   * @throws IllegalArgumentException if a pattern is blank
   * @throws NullPointerException if a pattern is null
   */
  public Classpath include(String... globs) {
    return new Classpath(spec.include(globs));
  }

  /**
   * Adds jars or class folders at the end. They travel even if they look like something no worker
   * needs; only an {@link #exclude} keeps them out.
   *
   * @param entries jars or class folders; a relative path is taken from the working directory. One
   *     that does not exist fails the deploy with a {@link dev.vast4j.errors.BundleException}.
   * @return the changed copy
   * @throws NullPointerException if an entry is null
   */
  public Classpath add(Path... entries) {
    return new Classpath(spec.add(entries));
  }

  /**
   * Puts every jar into the bundle, for workers that cannot reach a Maven repository. By default
   * jars of Maven Central are fetched by the worker, which makes a bundle of kilobytes out of one
   * of megabytes.
   *
   * @return the changed copy
   */
  public Classpath fat() {
    return new Classpath(spec.withEveryJar());
  }

  public ClasspathSpec spec() {
    return spec;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Classpath that && spec.equals(that.spec);
  }

  @Override
  public int hashCode() {
    return spec.hashCode();
  }

  @Override
  public String toString() {
    return "Classpath"
        + (spec.fat() ? "[fat, " : "[")
        + spec.found().size()
        + " found, "
        + spec.added().size()
        + " added, "
        + spec.rules().size()
        + " rules]";
  }
}
