package dev.vast4j.internal.bundle;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Java classes and the manifest that says which of them are served.
 *
 * @param classpath where the classes are
 * @param manifest the text of {@code vast4j/manifest.json}
 * @param release the Java feature release to run on; when empty, the smallest LTS release that can
 *     load every class found
 * @param javaHome the folder of a Java runtime that the image has; when null, the planner has one
 *     installed ({@code openjdk-N-jre-headless})
 * @param jvmArguments arguments for the Java runtime, before the class path
 * @param assets what a worker gets from elsewhere before it starts
 */
public record JavaSource(
    ClasspathSpec classpath,
    String manifest,
    OptionalInt release,
    @Nullable String javaHome,
    List<String> jvmArguments,
    List<StoredAsset> assets)
    implements BundleSource {

  /** Copies the lists. */
  public JavaSource {
    jvmArguments = List.copyOf(jvmArguments);
    assets = List.copyOf(assets);
  }

  /**
   * A source with the defaults: the release found, installed by the planner, no JVM arguments, no
   * assets.
   *
   * @param classpath where the classes are
   * @param manifest the bytes of {@code vast4j/manifest.json}
   * @return the source
   */
  public static JavaSource of(ClasspathSpec classpath, byte[] manifest) {
    return new JavaSource(
        classpath,
        new String(manifest, StandardCharsets.UTF_8),
        OptionalInt.empty(),
        null,
        List.of(),
        List.of());
  }

  /**
   * This source on a Java release.
   *
   * @param feature 17 or higher
   * @return the changed copy
   */
  public JavaSource withRelease(int feature) {
    return new JavaSource(
        classpath, manifest, OptionalInt.of(feature), javaHome, jvmArguments, assets);
  }

  /**
   * This source on a runtime that the image has.
   *
   * @param home the folder that has {@code bin/java}
   * @return the changed copy
   */
  public JavaSource withJavaHome(String home) {
    return new JavaSource(classpath, manifest, release, home, jvmArguments, assets);
  }

  /**
   * This source with these arguments for the Java runtime.
   *
   * @param arguments the arguments
   * @return the changed copy
   */
  public JavaSource withJvmArguments(List<String> arguments) {
    return new JavaSource(classpath, manifest, release, javaHome, arguments, assets);
  }

  /**
   * This source with these assets.
   *
   * @param stored where each lies
   * @return the changed copy
   */
  public JavaSource withAssets(List<StoredAsset> stored) {
    return new JavaSource(classpath, manifest, release, javaHome, jvmArguments, stored);
  }
}
