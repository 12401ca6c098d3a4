package dev.vast4j;

import dev.vast4j.internal.bundle.LoadedFrom;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The jars and class folders that travel to the workers. The default is {@link #current()}; use
 * this type to send more, less, or something else.
 *
 * <pre>{@code
 * Deployment.builder("search")
 *     .classpath(Classpath.current().exclude("spark-*.jar", "com.example:ui").fat())
 * }</pre>
 *
 * <p><b>What travels.</b> Of {@link #current()}, everything a worker may need. What stays out: the
 * JDK, agents, test engines (JUnit, jqwik, TestNG; not libraries that tests call, such as AssertJ),
 * the jars of Maven, Gradle and IDEs, and the libraries that only deploy and call (OkHttp, Okio,
 * the Kotlin standard library). The latter travel if anything but vast4j itself uses their classes.
 * A function that deploys or calls other deployments from within a worker needs {@code
 * include("okhttp*", "okio*", "kotlin-stdlib*")}.
 *
 * <p><b>How it travels.</b> A jar in a Maven local repository that came from Maven Central and is
 * unchanged travels as its coordinates and its SHA-256; the worker fetches it from there, or from
 * the repositories in its {@code VAST4J_REPOSITORIES}. Any other jar (a snapshot, one built or
 * changed locally, one of another repository, of a Gradle cache or within an executable jar)
 * travels itself. A class folder travels as a jar that behaves as the folder does: folders are
 * found as resources, signature files stay out, and the manifest has no effect. If a company's
 * mirror calls itself {@code central}, Maven records its own jars as Maven Central's; {@link
 * #fat()} sends them along.
 *
 * <p><b>Patterns.</b> {@code *} stands for any characters but {@code /}, {@code **} for any, {@code
 * ?} for one. A pattern with a {@code :} is compared with {@code group:artifact} and {@code
 * group:artifact:version} if an entry's place in a Maven repository or Gradle cache tells them; one
 * with a {@code /} with the end of the entry's path; any other with the name of its file or folder.
 * For an executable jar that is opened, the names of the jars within count. Of several patterns
 * that match an entry, the last one decides.
 *
 * <p>Immutable: every method that changes something returns a changed copy. Safe for use by many
 * threads.
 *
 * @param found the entries to choose from, in the order in which they are searched
 * @param added entries added by {@link #add}; only a rule keeps them out
 * @param rules the patterns of {@link #exclude} and {@link #include}, in order
 * @param isFat whether every jar travels in the bundle
 */
public record Classpath(List<Path> found, List<Path> added, List<Rule> rules, boolean isFat) {

  /**
   * A pattern and what it does.
   *
   * @param glob the pattern
   * @param include whether entries that match travel or stay out
   */
  public record Rule(String glob, boolean include) {
    /**
     * Checks the pattern.
     *
     * @param glob the pattern
     * @param include whether entries that match travel or stay out
     * @throws IllegalArgumentException if it is blank
     */
    public Rule {
      Objects.requireNonNull(glob, "glob");
      if (glob.isBlank()) {
        throw new IllegalArgumentException("a class path pattern may not be blank");
      }
    }
  }

  /**
   * Copies the lists.
   *
   * @param found the entries to choose from, in the order in which they are searched
   * @param added entries added by {@link #add}; only a rule keeps them out
   * @param rules the patterns of {@link #exclude} and {@link #include}, in order
   * @param isFat whether every jar travels in the bundle
   */
  public Classpath {
    found = List.copyOf(found);
    added = List.copyOf(added);
    rules = List.copyOf(rules);
  }

  /**
   * Returns the class path of the running program: that of the Java command, the modules of its
   * module path that are in use, and what the current thread's context class loader adds, as under
   * {@code mvn exec:java}. Reads no file: class paths in manifests are followed, and an executable
   * jar of Spring Boot is opened, when the bundle is made.
   *
   * <p>What the class loaders of the deployed classes and their parents list, and their module
   * layer, travels as well, whichever class path is chosen. If such a class refers to one whose
   * class loader names no file, {@code build()} fails and names {@link #add} as the fix.
   *
   * @return the class path, in the order in which it is searched
   */
  public static Classpath current() {
    return new Classpath(LoadedFrom.classPath(), List.of(), List.of(), false);
  }

  /**
   * Leaves out the entries that match one of the patterns.
   *
   * @param globs patterns as described above, such as {@code "spark-*.jar"} or {@code
   *     "org.example:*"}
   * @return the changed copy
   * @throws IllegalArgumentException if a pattern is blank
   * @throws NullPointerException if a pattern is null
   */
  public Classpath exclude(String... globs) {
    return withRules(false, globs);
  }

  /**
   * Brings in the entries that match one of the patterns, even if they stay out by default or an
   * earlier {@link #exclude} names them. Adds no entry that was not found; see {@link #add}.
   *
   * @param globs patterns as described above, such as {@code "okhttp*"}
   * @return the changed copy
   * @throws IllegalArgumentException if a pattern is blank
   * @throws NullPointerException if a pattern is null
   */
  public Classpath include(String... globs) {
    return withRules(true, globs);
  }

  private Classpath withRules(boolean include, String... globs) {
    List<Rule> more = new ArrayList<>(rules);
    for (String glob : globs) {
      more.add(new Rule(glob, include));
    }
    return new Classpath(found, added, more, isFat);
  }

  /**
   * Adds jars or class folders at the end. They travel even if they stay out by default; only an
   * {@link #exclude} keeps them out.
   *
   * @param entries jars or class folders; a relative path is resolved against the working
   *     directory. One that does not exist fails the deploy with a {@link
   *     dev.vast4j.errors.BundleException}.
   * @return the changed copy
   * @throws NullPointerException if an entry is null
   */
  public Classpath add(Path... entries) {
    List<Path> more = new ArrayList<>(added);
    for (Path entry : entries) {
      more.add(entry.toAbsolutePath().normalize());
    }
    return new Classpath(found, more, rules, isFat);
  }

  /**
   * Puts every jar into the bundle, for workers that cannot reach a Maven repository. By default
   * workers fetch jars of Maven Central, which makes a bundle of kilobytes out of one of megabytes.
   *
   * @return the changed copy
   */
  public Classpath fat() {
    return new Classpath(found, added, rules, true);
  }

  @Override
  public String toString() {
    return "Classpath[%s%d found, %d added, %d rules]"
        .formatted(isFat ? "fat, " : "", found.size(), added.size(), rules.size());
  }
}
