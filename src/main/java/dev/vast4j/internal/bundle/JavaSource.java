package dev.vast4j.internal.bundle;

import dev.vast4j.Classpath;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Java classes and the manifest that says which of them are served.
 *
 * @param classpath where the classes are
 * @param served classes that the worker loads, which therefore have to travel
 * @param manifest the text of {@code vast4j/manifest.json}
 * @param release the Java feature release to run on; when empty, the smallest LTS release that can
 *     load every class found
 * @param javaHome the folder of a Java runtime in the image; when null, the instance installs one
 *     ({@code openjdk-N-jre-headless})
 * @param jvmArguments arguments for the Java runtime, before the class path
 * @param assets what a worker gets from elsewhere before it starts
 */
public record JavaSource(
    Classpath classpath,
    List<Class<?>> served,
    String manifest,
    OptionalInt release,
    @Nullable String javaHome,
    List<String> jvmArguments,
    List<AssetEntry> assets)
    implements BundleSource {

  /** Copies the lists. */
  public JavaSource {
    served = List.copyOf(served);
    jvmArguments = List.copyOf(jvmArguments);
    assets = List.copyOf(assets);
  }

  /**
   * Creates a source with the defaults: the release found, no JVM arguments, no assets.
   *
   * @param classpath where the classes are
   * @param served classes that the worker loads
   * @param manifest the bytes of {@code vast4j/manifest.json}
   * @return the source
   */
  public static JavaSource of(Classpath classpath, List<Class<?>> served, byte[] manifest) {
    return new JavaSource(
        classpath,
        served,
        new String(manifest, StandardCharsets.UTF_8),
        OptionalInt.empty(),
        null,
        List.of(),
        List.of());
  }

  /**
   * {@return a copy that runs on a Java release}
   *
   * @param feature 17 or higher
   */
  public JavaSource withRelease(int feature) {
    return new JavaSource(
        classpath, served, manifest, OptionalInt.of(feature), javaHome, jvmArguments, assets);
  }

  /**
   * {@return a copy that runs on a runtime of the image}
   *
   * @param home the folder that has {@code bin/java}
   */
  public JavaSource withJavaHome(String home) {
    return new JavaSource(classpath, served, manifest, release, home, jvmArguments, assets);
  }

  /** {@return a copy with these arguments for the Java runtime} */
  public JavaSource withJvmArguments(List<String> arguments) {
    return new JavaSource(classpath, served, manifest, release, javaHome, arguments, assets);
  }

  /** {@return a copy with these assets} */
  public JavaSource withAssets(List<AssetEntry> entries) {
    return new JavaSource(classpath, served, manifest, release, javaHome, jvmArguments, entries);
  }
}
