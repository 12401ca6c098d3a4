package dev.vast4j.internal.spi;

import dev.vast4j.errors.InvalidDeploymentException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the libraries vast4j shares with a program are new enough, so that an older one is
 * named up front instead of failing in the middle of a call.
 *
 * <p>A build decides which version of a shared library wins, so it may be another than the one
 * vast4j was compiled with. Constants are read at run time: the compiler would copy them.
 */
public final class Libraries {
  private static final Pattern NUMBER = Pattern.compile("([0-9]+)\\.([0-9]+).*");
  private static final String VAST4J = "vast4j";
  private static final List<String> OF_JDK = List.of("java.logging", "java.management", "jdk.net");
  private static final List<String> ALL_MODULES =
      List.of(
          "org.slf4j",
          "com.fasterxml.jackson.databind",
          "com.fasterxml.jackson.datatype.jdk8",
          "com.fasterxml.jackson.datatype.jsr310",
          "okhttp3",
          "java.logging",
          "java.management",
          "jdk.net");
  private static volatile boolean checked;

  private Libraries() {}

  /**
   * Checks the libraries of a client. Does nothing once they have passed.
   *
   * @throws InvalidDeploymentException when one is missing or too old
   */
  public static void check() {
    if (checked) {
      return;
    }
    checkModules(Libraries.class.getModule().isNamed());
    checkWorker();
    String okHttp = version("OkHttp", Libraries::okHttp);
    require("OkHttp", okHttp, "4.12", VAST4J);
    // Each release of OkHttp links to what Okio had at the time.
    String okio = isOlder(okHttp, "5.0") ? "3.6" : isOlder(okHttp, "5.4") ? "3.13" : "3.18";
    require("Okio", version("Okio", Libraries::okio), okio, "OkHttp " + okHttp);
    require("Kotlin", version("Kotlin", Libraries::kotlin), "1.8", "OkHttp " + okHttp);
    checked = true;
  }

  /**
   * Checks that Java resolved the modules whose classes vast4j uses. It does so by itself for a
   * class path; on a module path, vast4j is an automatic module, which cannot require any.
   *
   * @param onModulePath whether vast4j is a named module
   * @throws InvalidDeploymentException naming all that are missing
   */
  private static void checkModules(boolean onModulePath) {
    List<String> missing = new ArrayList<>();
    for (String module : onModulePath ? ALL_MODULES : OF_JDK) {
      if (!isResolved(module)) {
        missing.add(module);
      }
    }
    if (!missing.isEmpty()) {
      throw missing(missing, onModulePath);
    }
  }

  /** Resolves a class of each; lambdas would take milliseconds of every program's start. */
  private static boolean isResolved(String module) {
    try {
      Class<?> type =
          switch (module) {
            case "org.slf4j" -> org.slf4j.LoggerFactory.class;
            case "com.fasterxml.jackson.databind" ->
                com.fasterxml.jackson.databind.ObjectMapper.class;
            case "com.fasterxml.jackson.datatype.jdk8" ->
                com.fasterxml.jackson.datatype.jdk8.Jdk8Module.class;
            case "com.fasterxml.jackson.datatype.jsr310" ->
                com.fasterxml.jackson.datatype.jsr310.JavaTimeModule.class;
            case "okhttp3" -> okhttp3.OkHttpClient.class;
            case "java.logging" -> java.util.logging.Logger.class;
            case "java.management" -> java.lang.management.ManagementFactory.class;
            case "jdk.net" -> jdk.net.ExtendedSocketOptions.class;
            default -> throw new IllegalArgumentException(module);
          };
      return type != null;
    } catch (LinkageError e) {
      return false;
    }
  }

  /** {@return the failure for modules that Java did not resolve} */
  static InvalidDeploymentException missing(List<String> modules, boolean onModulePath) {
    String names = String.join(", ", modules);
    return onModulePath
        ? new InvalidDeploymentException(
            "module path",
            "Java did not resolve "
                + names
                + "; dev.vast4j is an automatic module, which cannot require them itself",
            "Add to module-info.java: requires "
                + String.join("; requires ", modules)
                + "; or run java with --add-modules ALL-MODULE-PATH,jdk.net",
            null)
        : new InvalidDeploymentException(
            "Java runtime", "it lacks " + names, "Add the modules to jlink's --add-modules", null);
  }

  /**
   * Checks the libraries that a worker has, too: those for values and logs.
   *
   * @throws InvalidDeploymentException when one is missing or too old
   */
  public static void checkWorker() {
    require("SLF4J", version("SLF4J", Libraries::slf4j), "1.7", VAST4J);
    String databind = version("Jackson", Libraries::jackson);
    require("Jackson", databind, "2.15", VAST4J);
    require(
        "jackson-core",
        version("jackson-core", Libraries::jacksonCore),
        databind,
        "jackson-databind " + databind);
    // Released once per minor version, so a patch version would name one that does not exist.
    require(
        "jackson-annotations",
        version("jackson-annotations", Libraries::jacksonAnnotations),
        NUMBER.matcher(databind).replaceFirst("$1.$2"),
        "jackson-databind " + databind);
    String jdk8 = "jackson-datatype-jdk8";
    require(jdk8, version(jdk8, Libraries::jdk8), "2.15", VAST4J);
    String jsr310 = "jackson-datatype-jsr310";
    require(jsr310, version(jsr310, Libraries::jsr310), "2.15", VAST4J);
  }

  /** Fails if a version is older than needed. One that cannot be told passes. */
  static void require(String library, String found, String needed, String by) {
    if (isOlder(found, needed)) {
      throw new InvalidDeploymentException(
          "class path",
          library + " " + found + " is older than " + needed + ", which " + by + " needs",
          "Use " + library + " " + needed + " or newer",
          null);
    }
  }

  private static String version(String library, Supplier<@Nullable String> version) {
    try {
      String found = version.get();
      return found == null ? "" : found;
    } catch (LinkageError e) {
      throw new InvalidDeploymentException(
          "class path", library + " is missing", "Do not exclude it from vast4j's dependencies", e);
    }
  }

  /** Compares major and minor numbers. */
  private static boolean isOlder(String found, String needed) {
    Matcher one = NUMBER.matcher(found);
    Matcher other = NUMBER.matcher(needed);
    return one.matches() && other.matches() && Arrays.compare(numbers(one), numbers(other)) < 0;
  }

  private static int[] numbers(Matcher version) {
    return new int[] {Integer.parseInt(version.group(1)), Integer.parseInt(version.group(2))};
  }

  private static @Nullable String slf4j() {
    return ofJar(org.slf4j.LoggerFactory.class, "slf4j-api");
  }

  private static String jackson() {
    return com.fasterxml.jackson.databind.cfg.PackageVersion.VERSION.toString();
  }

  private static String jacksonCore() {
    return com.fasterxml.jackson.core.json.PackageVersion.VERSION.toString();
  }

  /** The jar's name, since no class holds the version. */
  private static @Nullable String jacksonAnnotations() {
    return ofJar(com.fasterxml.jackson.annotation.JsonCreator.class, "jackson-annotations");
  }

  private static String jdk8() {
    return com.fasterxml.jackson.datatype.jdk8.PackageVersion.VERSION.toString();
  }

  private static String jsr310() {
    return com.fasterxml.jackson.datatype.jsr310.PackageVersion.VERSION.toString();
  }

  private static @Nullable String okHttp() {
    // The jar's name first: OkHttp 3, which has no constant, may lie before a newer one.
    String named = ofJar(okhttp3.OkHttpClient.class, "okhttp(?:-jvm)?");
    try {
      return named != null ? named : (String) okhttp3.OkHttp.class.getField("VERSION").get(null);
    } catch (NoClassDefFoundError | ReflectiveOperationException e) {
      return null; // in one jar with the program, or in a native image
    }
  }

  private static @Nullable String okio() {
    return ofJar(okio.Okio.class, "okio(?:-jvm)?");
  }

  private static String kotlin() {
    return kotlin.KotlinVersion.CURRENT.toString();
  }

  /** The version in the name of the jar that holds a class, or null. */
  private static @Nullable String ofJar(Class<?> type, String artifact) {
    URL place = type.getResource(type.getSimpleName() + ".class");
    Matcher name =
        Pattern.compile(".*/" + artifact + "-([0-9][^/]*)\\.jar!/.*")
            .matcher(place == null ? "" : place.toString());
    return name.matches() ? name.group(1) : null;
  }
}
