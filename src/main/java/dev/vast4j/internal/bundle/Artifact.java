package dev.vast4j.internal.bundle;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The coordinates of a jar, as far as its location or file name tells.
 *
 * @param group the group id, null when only the file name is known
 * @param name the artifact id
 * @param version the version, empty when unknown
 */
record Artifact(@Nullable String group, String name, String version) {
  private static final Pattern NAME_AND_VERSION = Pattern.compile("(.+?)-(\\d.*)");

  /** Reads a file name such as {@code guava-33.0.jar}. */
  static Artifact ofFileName(String fileName) {
    String stem =
        fileName.endsWith(".jar")
            ? fileName.substring(0, fileName.length() - ".jar".length())
            : fileName;
    Matcher parts = NAME_AND_VERSION.matcher(stem);
    return parts.matches()
        ? new Artifact(null, parts.group(1), parts.group(2))
        : new Artifact(null, stem, "");
  }
}
